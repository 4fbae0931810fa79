"""Keeps the positions of one graph in its file beside the repository."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.retried_write import RetriedWrite
from studio.app.session import Session
from studio.core.graph.positions import Positions, write_positions

_KEEP_MS = 600


class PositionStore(QObject):
    """Writes the positions where they differ from `kept`, which is what this studio read or wrote last.

    `read` gives what works the positions out, which is done in a task; None where there are none.
    """

    def __init__(
        self, session: Session, model: OpenModel, read: Callable[[], Callable[[], Positions] | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.kept = Positions()
        self._session = session
        self._model = model
        self._read = read
        self._task: tasks.Task[Positions] | None = None
        self._is_behind = False
        self._writer = RetriedWrite("Where the nodes of a graph stand", self._write, self)
        self._soon = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._soon.timeout.connect(self._write)

    def keep(self, *, at_once: bool) -> None:
        """Writes the positions, now or once the person pauses."""
        if at_once:
            self._write()
        else:
            self._soon.start()

    def flush(self) -> None:
        """Writes at once what is still to be written."""
        if self._soon.isActive():
            self._soon.stop()
            self._write()

    def _write(self) -> bool:
        """Begins to write; true where there is nothing to be written."""
        positions, repository, name = self._read(), self._session.repository, self._model.name
        if positions is None or repository is None:
            return True
        if self._task is not None and self._task.running:
            # Each write changes what differs from the one before, which has to be there first.
            self._is_behind = True
            return False
        folder, before, self._is_behind = repository.path, self.kept, False

        def work(_: tasks.TaskContext) -> Positions:
            now = positions()
            if now != before:
                write_positions(folder, name, now, before)
            return now

        self._task = tasks.run(self, work, self._wrote, self._writer.fail)
        return False

    def _wrote(self, positions: Positions) -> None:
        self.kept = positions
        self._writer.succeed()
        if self._is_behind:
            self._writer.write()
