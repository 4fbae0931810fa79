"""The line above a model's views: what is edited, what the running server says of it, and which views are shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.editing.open_files import is_model_file
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.inference.model_index import failures, ready_versions
from studio.core.inference.requests import ModelState
from studio.ui.editor import names
from studio.ui.look.load_state import LOAD_SIGNS
from studio.ui.widgets import Clickable, IconLabel, Label, paint
from studio.ui.widgets.pick_list import Entry, PickList


class _Crumb(Clickable):
    """A part of the path that lists what stands beside it."""

    def __init__(self, text: str, what: str, role: str = "dim", weight: int = 400) -> None:
        super().__init__()
        self.setObjectName(names.Editor.CRUMB.format(what))
        self.setAccessibleName(f"{text}: other {what}s")
        self.setToolTip(f"Go to another {what}")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 2)
        row.addWidget(Label(text, role, weight=weight))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self.hovered:
                paint.round_rect(painter, QRectF(self.rect()), 4, fill="hover")
            if self.hasFocus():
                paint.focus_ring(painter, QRectF(self.rect()))


class TabHeader(QWidget):
    """Follows the state of one model on the server; `views` stand at its right."""

    model_wanted = Signal(str)
    """Another model was chosen from those beside this one."""
    file_wanted = Signal(object)
    """A text file of the model, by its path, was chosen from those beside its configuration."""

    def __init__(self, session: Session, model: OpenModel, views: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._session = session
        self._siblings: PickList | None = None
        self.crumb = _Crumb(model.name, "model")
        self.crumb.clicked.connect(self._list_siblings)
        self.file = _Crumb(model.path.name, "file", "text", 600)
        self.file.clicked.connect(self._list_files)
        self._sign = IconLabel(*LOAD_SIGNS["ready"])
        self._state = Label("", "dim", 12)
        self._state.setObjectName(names.Editor.STATE)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.crumb)
        row.addWidget(IconLabel("caret-right", "faint", 12))
        row.addWidget(self.file)
        row.addSpacing(4)
        row.addWidget(self._sign)
        row.addWidget(self._state)
        row.addStretch(1)
        row.addWidget(views)
        session.server.models_changed.connect(self._show_server)
        self._show_server(session.server.models)

    def _list_siblings(self) -> None:
        """The models of the repository below the name of this one."""
        repository = self._session.repository
        entries = [self._entry(folder.name) for folder in repository.models] if repository else []
        self._list().open(entries, "Go to a model", below=self.crumb)
        self._list().choose(self._model.name)

    def _list_files(self) -> None:
        """The text files of the model below the name of its configuration."""
        folder = self._model.folder
        held = [*folder.files, *(file for version in folder.versions for file in version.files)]
        files = [file.path for file in held if not (file.is_folder or is_model_file(file.path))]
        entries = [self._file_entry(path) for path in files if path != self._model.path]
        self._list().open(entries, "Go to a file of the model", below=self.file)

    def _file_entry(self, path: Path) -> Entry:
        name = path.relative_to(self._model.folder.path) if path.is_relative_to(self._model.folder.path) else path
        return Entry(str(name), lambda: self.file_wanted.emit(path), "file-text")

    def _list(self) -> PickList:
        if self._siblings is None:
            self._siblings = PickList(self.parentWidget() or self, names.Editor.SIBLINGS, "What stands beside")
        return self._siblings

    def _entry(self, name: str) -> Entry:
        return Entry(name, lambda: self.model_wanted.emit(name), "cube")

    def _show_server(self, states: object) -> None:
        """The state of this model on the running server."""
        rows: tuple[ModelState, ...] = states.get(self._model.name, ()) if isinstance(states, dict) else ()
        ready = ready_versions(rows)
        failed = next(iter(failures(rows)), None)
        for widget in (self._sign, self._state):
            widget.setVisible(bool(ready or failed))
        if ready:
            plural = "s" if len(ready) > 1 else ""
            self._sign.set_icon(*LOAD_SIGNS["ready"])
            self._state.setText(f"version{plural} {', '.join(ready)} serving")
        elif failed:
            self._sign.set_icon(*LOAD_SIGNS["failed"])
            self._state.setText("not loaded")
        self._state.setToolTip(failed.reason if failed and not ready else "")
