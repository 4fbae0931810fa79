"""The boxes of a tensor on a picture of the same request."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from studio.core.inference.requests import Tensor
from studio.ui.tensors.parts.slices import Slices
from studio.ui.tensors.picture import PictureView, suits


class BoxesView(PictureView):
    """The boxes of a tensor on the first picture among the others."""

    def __init__(self, slices: Slices | None = None, parent: QWidget | None = None) -> None:
        super().__init__(slices, parent)
        self._pictures: list[Tensor] = []
        self._own: Tensor | None = None

    def set_companions(self, tensors: Sequence[Tensor]) -> None:
        """The picture is one of these."""
        self._pictures = [each for each in tensors if suits(each)]
        self.heat.offer(tensors)
        if self._own is not None:
            self.set_tensor(self._own, self._labels)

    def set_tensor(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> None:
        """Shows the boxes of a tensor, on an empty ground where there is no picture."""
        self._own = tensor
        ground = self._pictures[0] if self._pictures else None
        super().set_tensor(ground or _ground(tensor), labels)
        self.boxes.offer([tensor, *self._pictures])
        self.boxes.choose(tensor)
        if ground is None:
            self.note.setText("No picture in this request: the boxes stand on an empty ground.")


def _ground(tensor: Tensor) -> Tensor:
    """An empty picture as large as the boxes reach."""
    corners = tensor.array.reshape(-1, tensor.array.shape[-1])[:, :4].astype(np.float64)
    finite = corners[np.isfinite(corners)]
    side = int(min(max(float(finite.max()) + 8 if finite.size else 64, 64), 4096))
    return Tensor("ground", tensor.data_type, np.zeros((side, side), np.uint8))
