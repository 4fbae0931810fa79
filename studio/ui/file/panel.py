"""What the model file says, beside what the configuration says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app import tasks
from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Fix
from studio.core.config.model_config import Config
from studio.core.failure import CoreError
from studio.core.files.sizes import size_text
from studio.core.merging.comparison import PortRow
from studio.core.merging.file_differences import against_config
from studio.ui.file import names
from studio.ui.file.facts import FactList
from studio.ui.file.port_list import PortList
from studio.ui.file.reading import Shown, Told, pick, read
from studio.ui.widgets import Chooser, ElidedLabel, IconLabel, Label, LinkButton

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder

_SLOW_MS = 150


class FilePanel(QScrollArea):
    """Follows one model: its versions, its file as it changes on disk, its configuration as it is edited."""

    fix_wanted = Signal(str, object)
    """The model and the Fix that a person wants."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.File.PANEL)
        self.setAccessibleName("What the model file says")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._session = session
        self._model = ""
        self._shown: Shown | None = None
        self._told: Told | None = None
        self._task: tasks.Task[Told] | None = None
        self._watched: OpenModel | None = None
        self._filled: object = None
        self._build()
        self._connect()

    def _build(self) -> None:
        body = QWidget()
        body.setProperty("kind", "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = ElidedLabel("", px=16, weight=600, parent=body)
        self.version = Chooser(dense=True, parent=body)
        self.version.setObjectName(names.File.VERSION)
        self.version.setAccessibleName("Version")
        self.version.setSizeAdjustPolicy(Chooser.SizeAdjustPolicy.AdjustToContents)
        head.addWidget(self.title, 1)
        head.addWidget(self.version)
        self._where = ElidedLabel("", "dim", 12, parent=body)
        column.addLayout(head)
        column.addWidget(self._where)
        column.addLayout(self._build_state(body))
        self._ports = PortList(body)
        column.addWidget(self._ports)
        self._facts = FactList(body)
        column.addWidget(self._facts)
        column.addStretch(1)
        self.setWidget(body)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)

    def _build_state(self, body: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._sign = IconLabel("check", "ok", parent=body)
        self.state = Label("", "dim", 12, parent=body)
        self.state.setObjectName(names.File.STATE)
        self.state.setWordWrap(True)
        self.cancel = LinkButton("Cancel", size="small", parent=body)
        self.cancel.setObjectName(names.File.CANCEL)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        self.cancel.hide()
        return row

    def _connect(self) -> None:
        self.version.activated.connect(self._choose_version)
        self.cancel.clicked.connect(self._leave)
        self._slow.timeout.connect(self._show_waiting)
        self._ports.fix_wanted.connect(self._want_fix)
        session = self._session
        session.repository_changed.connect(self._refresh)
        session.model_opened.connect(self._watch)
        session.model_closed.connect(self._unwatch)

    def show_model(self, model: str, version: int = 0, path: Path | None = None) -> None:
        """Shows the file of a model's version, or one of its files."""
        if model != self._model:
            self._unwatch(self._model)
            self._model = model
            opened = self._session.models().get(model)
            if opened is not None:
                self._watch(opened)
        folder = self._folder()
        self._show(pick(self._session, folder, version, path) if folder else None)

    def _folder(self) -> ModelFolder | None:
        return self._session.repository.model(self._model) if self._session.repository else None

    def _watch(self, model: OpenModel) -> None:
        if model.name == self._model:
            self._watched = model
            model.changed.connect(self._compare)

    def _unwatch(self, name: str) -> None:
        if self._watched is not None and self._watched.name == name:
            self._watched.changed.disconnect(self._compare)
            self._watched = None

    def _refresh(self, *_: object) -> None:
        """The repository was read again: the file may be another one, or gone."""
        if not self._model:
            return
        held = self._shown
        folder = self._folder()
        again = pick(self._session, folder, 0, held.path) if folder and held else None
        self._show(again or (pick(self._session, folder) if folder else None))

    def _choose_version(self, _index: int) -> None:
        self.show_model(self._model, int(self.version.currentData()))

    def _show(self, shown: Shown | None) -> None:
        self._show_versions(shown)
        self._shown = shown
        if shown is None:
            self._told = None
            self._show_nothing()
            return
        if self._told is not None and self._told.shown.path != shown.path:
            self._told = None
        self._slow.start()
        self._task = tasks.run(self, lambda _: read(shown), self._take, key="read")

    def _show_versions(self, shown: Shown | None) -> None:
        folder = self._folder()
        numbers = [each.number for each in reversed(folder.versions)] if folder else []
        self.version.clear()
        for number in numbers:
            self.version.addItem(f"Version {number}", number)
        self.version.setCurrentIndex(numbers.index(shown.version) if shown and shown.version in numbers else -1)
        self.version.setVisible(len(numbers) > 1)

    def _show_nothing(self) -> None:
        self.title.setText(self._model or "No model chosen")
        self._where.setText("")
        text = (
            "No version of it has a file that tells anything." if self._model else "Choose a model or one of its files."
        )
        self._set_state("file-dotted", "dim", text)
        self._fill((), None)

    def _show_waiting(self) -> None:
        if self._shown is not None and self._task is not None and self._task.running:
            self._set_state("hourglass", "dim", f"Reading {self._shown.path.name} …")
            self.cancel.show()

    def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.cancel.hide()
        self._set_state("minus", "dim", "It was not read.")

    def _take(self, told: Told) -> None:
        self._slow.stop()
        self.cancel.hide()
        self._told = told
        shown = told.shown
        self.title.setText(shown.path.name)
        size = size_text(shown.size)
        parts = [shown.model, f"version {shown.version}" if shown.version else "", size]
        self._where.setText(" · ".join(part for part in parts if part))
        self._compare()

    def _config(self) -> tuple[Config, str]:
        draft = self._watched.last_good if self._watched else self._session.draft(self._model)
        config = draft.config if draft else Config()
        folder = self._folder()
        hint = folder.backend_hint if folder else ""
        return config, config.named_backend or hint

    def _compare(self, *_: object) -> None:
        """Compares what was read with the configuration as it is now."""
        told = self._told
        if told is None:
            return
        if not isinstance(told.artifact, Artifact):
            self._show_unread(told.artifact)
            return
        config, backend = self._config()
        rows = against_config(told.artifact, config, backend)
        self._fill(rows, told.artifact, config.max_batch_size > 0)
        self._show_verdict(rows, config)

    def _show_unread(self, failure: CoreError | None) -> None:
        if failure is None:
            self._set_state(
                "info", "dim", "The studio does not know this kind of file. Triton may load it all the same."
            )
        else:
            self._set_state("x-circle-fill", "error", f"{failure.detail[:1].upper()}{failure.detail[1:]}")
        self._fill((), None)

    def _show_verdict(self, rows: tuple[PortRow, ...], config: Config) -> None:
        count = sum(bool(row.differences) for row in rows)
        if count:
            what = "One tensor differs" if count == 1 else f"{count} tensors differ"
            self._set_state("warning-fill", "warn_fill", f"{what} from the configuration.")
        elif not any(row.left for row in rows):
            self._set_state("info", "dim", "The file does not tell its tensors.")
        elif not config.inputs and not config.outputs:
            self._set_state("info", "dim", "The configuration names no tensors; the backend may fill them in.")
        else:
            self._set_state("check-circle-fill", "ok", "The configuration agrees.")

    def _set_state(self, sign: str, role: str, text: str) -> None:
        self._sign.set_icon(sign, role)
        self.state.setText(text)

    def _fill(self, rows: tuple[PortRow, ...], artifact: Artifact | None, batches: bool = False) -> None:
        wanted = (tuple(_key(row) for row in rows), artifact, batches)
        if wanted != self._filled:
            self._filled = wanted
            if self._ports.has_focus():
                # Qt would hand the keyboard on to a field of the form, and the help for it would take this place.
                self.setFocus()
            self._ports.show_rows(rows, batches)
            self._facts.show_artifact(artifact)

    def _want_fix(self, fix: Fix) -> None:
        self.fix_wanted.emit(self._model, fix)


def _key(row: PortRow) -> object:
    """What makes two rows look the same; the edits in them are never equal."""
    told = tuple((each.what, each.text, each.path, tuple(fix.title for fix in each.fixes)) for each in row.differences)
    return row.side, row.left, row.right, told
