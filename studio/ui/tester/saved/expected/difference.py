"""Shows how an output differs from what a saved request expects of it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.inference.requests import Tensor
from studio.core.saved_requests.expected import Expected
from studio.ui.tensors.compare.view import open_difference


def show_difference(over: QWidget, got: Tensor, wanted: Expected) -> None:
    """Opens the comparison beside the window."""
    title = f"{got.name}: what came and what is expected"
    open_difference(over, title, got.array, wanted.tensor.array, tolerance=wanted.tolerance)
