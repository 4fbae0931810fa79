"""Opening the files of a trace: the first requests at once, the rest while they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.app.progress import Pace, reporter
from studio.app.tasks import Task, TaskContext
from studio.core.tracing.reading import read_trace
from studio.core.tracing.trace import Trace, trace_of
from studio.failure import Failure


class TraceOpening(QObject):
    """Reads one trace at a time; a new one takes the place of what is under way. UI thread only."""

    grew = Signal(object)
    """The Trace as far as it is read: the first within a moment, then whenever it has doubled."""
    progressed = Signal(float)
    """How much of the files is read, from 0 to 1."""
    ended = Signal(object)
    """The whole Trace."""
    failed = Signal(object)
    """The Failure that ended it; what was read before stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace: Trace = trace_of(())
        """What was read so far."""
        self.paths: tuple[Path, ...] = ()
        """The files that are read, or were."""
        self._task: Task[Trace] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it still reads."""
        return self._task is not None and self._task.running

    def open(self, paths: Sequence[Path]) -> None:
        """Reads files, one after the other, as one trace; one alone stands for all that its server wrote beside it."""
        self.cancel()
        self.paths, self.trace = tuple(paths), trace_of(())
        wanted = self.paths

        def work(context: TaskContext) -> Trace:
            report, pace = reporter(context), Pace()

            def progress(fraction: float, text: str) -> None:
                report(fraction, text)
                pace.is_due()

            return read_trace(wanted, progress, lambda trace: context.deliver(self._grow, trace))

        self._task = tasks.run(self, work, self._end, self._fail, self._tell, key="open")

    def cancel(self) -> None:
        """Leaves it; what was read stays."""
        if self._task is not None:
            self._task.cancel()

    def _grow(self, trace: Trace) -> None:
        self.trace = trace
        self.grew.emit(trace)

    def _end(self, trace: Trace) -> None:
        self.trace = trace
        self.ended.emit(trace)

    def _fail(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _tell(self, fraction: float, _text: str) -> None:
        self.progressed.emit(fraction)
