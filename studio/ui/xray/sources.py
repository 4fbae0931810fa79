"""Where the trace of the page is from: a file that is read, or the current server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices
from studio.app.session import Session
from studio.app.tracing.recording import TraceRecording
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.app.tracing.opening import TraceOpening
    from studio.core.tracing.trace import Trace


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
        self._opening: TraceOpening | None = None
        self.recording: TraceRecording = session.server.current.tracing
        """That of the current server."""
        self.share = 0.0
        """How much of the file is read, from 0 to 1."""
        self._recorded = False
        self._name = ""
        """Of the file that is read or was, or of the server that was traced where there is more than one."""
        session.server.status_changed.connect(self._tell)
        session.server.switched.connect(self._switch)
        self._follow()

    def _follow(self) -> None:
        self.recording.changed.connect(self._note_recording)
        self.recording.grew.connect(self._take_recorded)
        self.recording.failed.connect(self._fail)

    def _switch(self) -> None:
        self.recording.changed.disconnect(self._note_recording)
        self.recording.grew.disconnect(self._take_recorded)
        self.recording.failed.disconnect(self._fail)
        self.recording = self._session.server.current.tracing
        self._recorded = False
        self._follow()
        self.changed.emit()

    # A file

    @property
    def is_loading(self) -> bool:
        """Whether a file is being read."""
        return self._opening is not None and self._opening.is_running

    @property
    def name(self) -> str:
        """Whose the trace is: the file, or the server where there is more than one; "" for the only one."""
        return self._name

    def open(self, paths: Sequence[Path]) -> None:
        """Reads a trace from files."""
        from studio.app.tracing.opening import TraceOpening

        if self._opening is None:
            self._opening = opening = TraceOpening(self)
            opening.grew.connect(self.grew)
            opening.progressed.connect(self._note_progress)
            opening.ended.connect(self._end)
            opening.failed.connect(self._fail)
        self.share, self._name = 0.0, paths[0].name
        self._opening.open(paths)
        self.changed.emit()

    def cancel(self) -> None:
        """Leaves what is being read; what came so far stays."""
        if self._opening is not None:
            self._opening.cancel()
        self.changed.emit()

    def leave(self) -> None:
        """What is shown is from neither: it is of a file no more, and none is read."""
        self._name = ""
        self.cancel()

    # The server

    @property
    def server_runs(self) -> bool:
        """Whether there is a server that could be traced."""
        return self._session.server.status.is_running

    def begin(self, count: int, *, tensors: bool = False) -> None:
        """Traces the next so many requests of the current server; with their tensors where that is wanted."""
        self.cancel()
        self.recording.begin(count, tensors=tensors)

    def stop(self) -> None:
        """Waits for no more of them."""
        self.recording.stop()

    def _take_recorded(self, trace: Trace) -> None:
        if self.is_loading:
            return
        servers = self._session.servers
        own = servers.identity(self._session.server.current).name if len(servers.listed) > 1 else ""
        self._name, self._recorded = own, True
        self.grew.emit(trace)

    def _note_recording(self) -> None:
        if self._recorded and not self.recording.is_recording:
            self._recorded = False
            self.ended.emit(self.recording.trace)
        self.changed.emit()

    # Inside

    def _tell(self, _status: object) -> None:
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
