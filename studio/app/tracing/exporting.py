"""Writing a trace for other viewers while the window lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject

from studio.app import tasks
from studio.app.progress import reporter
from studio.app.tasks import Task, TaskContext
from studio.core.tracing.exports.writing import Kind, write_trace
from studio.core.tracing.trace import Trace


def export_trace(
    owner: QObject,
    trace: Trace,
    rows: Iterable[int],
    path: Path,
    kind: Kind,
    done: Callable[[Path], object],
    progress: Callable[[float, str], object] | None = None,
) -> Task[Path]:
    """Writes some requests of a trace; to cancel the task leaves what was there. A failure is posted as a notice."""
    wanted = list(rows)

    def work(context: TaskContext) -> Path:
        write_trace(trace, wanted, path, kind, reporter(context))
        return path

    return tasks.run(owner, work, done, progress=progress, key="export")
