"""Writing what the studio keeps for itself: a write that fails is told once, and made again until it works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from studio.app import notices
from studio.failure import Failure

_AGAIN_MS = 2000


class RetriedWrite(QObject):
    """Writes one thing. What is to be written stays with its owner, so that nothing is dropped meanwhile. UI thread."""

    def __init__(self, what: str, write: Callable[[], bool], parent: QObject | None = None) -> None:
        """`what` begins a sentence: “The settings”. `write` raises Failure where it cannot be done now.

        It gives false where it only begins: whoever ends it then calls `fail` or `succeed`.
        """
        super().__init__(parent)
        self._what = what
        self._write = write
        self._is_told = False
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self.write)

    def write(self) -> None:
        """Write now, and again later where that fails."""
        try:
            if self._write():
                self.succeed()
        except Failure as failure:
            self.fail(failure)

    def fail(self, failure: Failure) -> None:
        """Takes a failure of a write that ran in a task: it is told once, and the write tried again later."""
        self._again.start()
        if not self._is_told:
            self._is_told = True
            detail = failure.detail
            detail = f"{detail} Nothing is lost while Trireme runs: it is tried again until it works."
            notices.post("warning", f"{self._what} cannot be kept for now", detail)

    def succeed(self) -> None:
        """Takes the success of a write: the next failure is told anew."""
        self._again.stop()
        self._is_told = False
