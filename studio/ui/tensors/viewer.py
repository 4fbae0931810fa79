"""What every viewer of a tensor is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.core.inference.requests import Tensor
from studio.ui.tensors.parts.slices import Slices


class Viewer(QWidget):
    """A widget that shows one tensor; `labels` are those of the model's output, by class.

    `slices` is the part that is looked at, which the viewers of a card share.
    """

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slices = slices or Slices(self)

    def set_tensor(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> None:
        """Shows a tensor in place of the one before."""
        raise NotImplementedError

    def set_companions(self, tensors: Sequence[Tensor]) -> None:
        """The other tensors of the request and its answer, for viewers that show two together."""
        del tensors

    def set_expected(self, tensor: Tensor | None) -> None:
        """What is expected of the tensor, for viewers that can mark it beside what came."""
        del tensor
