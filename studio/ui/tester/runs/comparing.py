"""Shows where an output differs from what is expected; the places are looked for on another thread."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.app import notices, tasks
from studio.core.inference.requests import Tensor
from studio.core.saved_requests.expected import Expected
from studio.core.saved_requests.worst import Place
from studio.ui.tester.runs.difference_dialog import DifferenceDialog

MOST = 1000


def compare(owner: QObject, over: QWidget, got: Tensor, wanted: Expected) -> None:
    """Opens the dialog once the places are known."""

    def work() -> tuple[Place, ...]:
        from studio.core.saved_requests.worst import worst

        return worst(got.array, wanted.tensor.array, wanted.tolerance, MOST)

    def show(places: tuple[Place, ...]) -> None:
        DifferenceDialog(over, got, wanted, places, MOST).open()

    tasks.run(owner, lambda _: work(), show, notices.post_failure, key="worst")
