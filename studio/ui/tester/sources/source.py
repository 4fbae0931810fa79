"""Where the data of one input comes from: what every source can do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.config.tensor_info import TensorInfo
from studio.core.inference import tensors
from studio.core.inference.requests import Array
from studio.core.saved_requests.keeping.origins import Origin

Plan = Callable[[], Array]


class Source(QWidget):
    """One way to fill an input, as a small widget."""

    title: ClassVar[str] = ""
    changed = Signal()

    def __init__(self, info: TensorInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info

    @staticmethod
    def suits(info: TensorInfo) -> bool:
        """Whether it can fill such an input."""
        del info
        return True

    def plan(self, batch: int) -> Plan:
        """What will make the tensor in its wire shape: reads the fields now, works on any thread.

        Both steps raise CoreError for what cannot be.
        """
        raise NotImplementedError

    def origin(self) -> Origin | None:
        """Where the tensor is from, for a file of the request; None where its values are all there is to keep."""
        return None

    def takes(self, path: Path) -> bool:
        """Whether a dropped file is for this source."""
        del path
        return False

    def _shape(self, batch: int) -> tuple[int, ...]:
        return tensors.fill_dims(self.info.shape, batch)


def batched(array: Array, info: TensorInfo, batch: int) -> Array:
    """The array in the wire shape of an input; one element stands for all of a batch.

    A batch of 0 is empty. Raises CoreError where the shapes do not fit.
    """
    shaped = tensors.reshape(array, info.shape)
    if info.shape[:1] != (-1,) or shaped.shape[0] == batch:
        return shaped
    if batch == 0:
        return shaped[:0]
    return np.repeat(shaped, batch, axis=0) if shaped.shape[0] == 1 else shaped
