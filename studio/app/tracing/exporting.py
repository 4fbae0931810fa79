"""Writing a trace for other viewers while the window lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.progress import reporter
from studio.app.tasks import Task, TaskContext
from studio.core.tracing.exports.writing import Kind, write_trace
from studio.core.tracing.trace import Trace
from studio.failure import Failure


def export_trace(
    owner: QObject,
    trace: Trace,
    rows: Iterable[int],
    path: Path,
    kind: Kind,
    done: Callable[[Path], object],
    progress: Callable[[float, str], object] | None = None,
    failed: Callable[[Failure], object] = notices.post_failure,
) -> Task[Path]:
    """Writes some requests of a trace; to cancel the task leaves what was there."""
    wanted = list(rows)

    def work(context: TaskContext) -> Path:
        write_trace(trace, wanted, path, kind, reporter(context))
        return path

    return tasks.run(owner, work, done, failed, progress=progress, key="export")
