"""The progress of an installation, with a button that leaves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from studio.app import notices
from studio.failure import Failure
from studio.ui.widgets.buttons import QuietButton
from studio.ui.widgets.deletion import unless_deleted
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.structure import Row


class Running(Protocol):
    """An installation that is under way."""

    def cancel(self) -> object:
        """Leaves it; what is there stays for the next time."""


Install = Callable[[Callable[[float, str], object], Callable[[Any], object], Callable[[Failure], object]], Running]
"""Begins one: it is given what takes its progress, its result and its failure."""


class Installation(QWidget):
    """Shown while something is being installed; it posts how that failed."""

    ended = Signal(object)
    """What was installed; None where it was left or failed."""

    def __init__(self, install: Install, what: str, progress_name: str, cancel_name: str) -> None:
        super().__init__()
        self._install = install
        self._running: Running | None = None
        self.progress = QProgressBar()
        self.progress.setObjectName(progress_name)
        self.progress.setAccessibleName(f"Installation of {what}")
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.step = ElidedLabel("", "dim", 12)
        cancel = QuietButton("Cancel", size="dense")
        cancel.setObjectName(cancel_name)
        cancel.setAccessibleName("Cancel the installation")
        cancel.clicked.connect(self.cancel)
        line = Row(self.step, cancel)
        line.box.setStretch(0, 1)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 4, 0, 0)
        self.box.setSpacing(4)
        self.box.addWidget(self.progress)
        self.box.addWidget(line)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._running is not None

    def begin(self) -> None:
        """Starts it; one that is under way goes on."""
        if self._running is not None:
            return
        self._show_progress(0.0, "Getting ready")
        self.show()
        self._running = self._install(
            unless_deleted(self, self._show_progress),
            unless_deleted(self, self._end),
            unless_deleted(self, self._failed),
        )

    def cancel(self) -> None:
        """Cancels the installation; what is there stays for the next time."""
        if self._running is not None:
            self._running.cancel()
            self._end(None)

    def _show_progress(self, fraction: float, text: str) -> None:
        self.progress.setValue(round(1000 * fraction))
        self.step.setText(text)

    def _failed(self, failure: Failure) -> None:
        notices.post_failure(failure)
        self._end(None)

    def _end(self, installed: object) -> None:
        self._running = None
        self.hide()
        self.ended.emit(installed)
