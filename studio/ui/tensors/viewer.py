"""What every viewer of a tensor is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.inference.requests import Tensor


class Viewer(QWidget):
    """A widget that shows one tensor; `labels` are those of the model's output, by class."""

    def set_tensor(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor in place of the one before."""
        raise NotImplementedError
