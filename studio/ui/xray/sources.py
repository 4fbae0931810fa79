"""Where the trace of the page is from: a file that is read, or the current server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices
from studio.app.session import Session
from studio.app.tracing.opening import TraceOpening
from studio.core.tracing.trace import Trace
from studio.failure import Failure


class XraySources(QObject):
    """The trace that came last is the one that is shown."""

    changed = Signal()
    """What is under way, or what can be."""
    grew = Signal(object)
    """Trace"""
    ended = Signal(object)
    """The whole Trace."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.opening = TraceOpening(self)
        self.share = 0.0
        """How much of the file is read, from 0 to 1."""
        self.opening.grew.connect(self.grew)
        self.opening.progressed.connect(self._note_progress)
        self.opening.ended.connect(self._end)
        self.opening.failed.connect(self._fail)
        session.server.status_changed.connect(lambda _: self.changed.emit())

    @property
    def is_loading(self) -> bool:
        """Whether a file is being read."""
        return self.opening.is_running

    @property
    def file_name(self) -> str:
        """The file that is read or was; "" where the trace is of the server."""
        return self.opening.paths[0].name if self.opening.paths else ""

    def open(self, paths: Sequence[Path]) -> None:
        """Reads a trace from files."""
        self.share = 0.0
        self.opening.open(paths)
        self.changed.emit()

    def cancel(self) -> None:
        """Leaves what is being read; what came so far stays."""
        self.opening.cancel()
        self.changed.emit()

    def _note_progress(self, share: float) -> None:
        self.share = share
        self.changed.emit()

    def _end(self, trace: Trace) -> None:
        self.grew.emit(trace)
        self.ended.emit(trace)
        self.changed.emit()

    def _fail(self, failure: Failure) -> None:
        notices.post_failure(failure)
        self.changed.emit()
