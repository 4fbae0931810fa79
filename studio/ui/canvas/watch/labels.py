"""The labels of the classes that a tensor of an ensemble scores, as its label file has them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.app import tasks
from studio.core.failure import CoreError
from studio.core.inference.labels import label_file
from studio.core.inference.results import read_labels
from studio.ui.canvas.document import CanvasDocument


class WireLabels(QObject):
    """Reads each label file once, in a task; until then there are no labels."""

    came = Signal()

    def __init__(self, document: CanvasDocument, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._known: dict[str, tuple[str, ...]] = {}
        document.renewed.connect(self._known.clear)

    def of(self, tensor: str) -> tuple[str, ...]:
        """The labels of a tensor, as far as they are known."""
        if tensor not in self._known:
            self._known[tensor] = ()
            self._read(tensor)
        return self._known[tensor]

    def _read(self, tensor: str) -> None:
        session, ensemble = self._document.session, self._document.model.name
        if session.repository is None:
            return
        folders = {folder.name: folder.path for folder in session.repository.models}
        drafts = session.drafts()

        def work(_: tasks.TaskContext) -> tuple[str, ...]:
            configs = {name: draft.config for name, draft in drafts.items()}
            try:
                path = label_file(folders, configs, ensemble, tensor)
                return read_labels(path) if path is not None else ()
            except CoreError:
                return ()

        def done(labels: tuple[str, ...]) -> None:
            if labels:
                self._known[tensor] = labels
                self.came.emit()

        tasks.run(self, work, done)
