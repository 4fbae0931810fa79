"""A new version of a model: its number, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.core.config.model_config import Config
from studio.core.files.model_file import expected_name, suits
from studio.core.files.repository import Version, servable
from studio.core.operations.naming import next_version, version_problem
from studio.ui.explorer import names
from studio.ui.widgets import Chooser, Label, MonoLabel, NumberField, QuietButton, TextField
from studio.ui.widgets.dialogs import Question, spaced
from studio.ui.widgets.file_filters import MODEL_FILES

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder

_LABEL = 88


def _field_row(title: str, *widgets: QWidget) -> QHBoxLayout:
    label = Label(title, "dim")
    label.setFixedWidth(_LABEL)
    row = spaced(label, *widgets)
    if not any(isinstance(widget, TextField) for widget in widgets):
        row.addStretch(1)
    return row


class VersionDialog(Question):
    """Proposes the next number and a copy of the latest version, or the files that were dropped."""

    def __init__(self, window: QWidget, session: Session, folder: ModelFolder, files: Sequence[Path] = ()) -> None:
        super().__init__(window, f"Add a version to {folder.name}", "", names.Explorer.VERSION)
        self.setMinimumWidth(520)
        self._session, self._folder = session, folder
        self._config = self._known_config()
        self._files = list(files)
        self._build()
        self._connect()
        self._show_source()

    def _known_config(self) -> Config:
        draft = self._session.draft(self._folder.name)
        return draft.config if draft else Config()

    def _build(self) -> None:
        self.number = NumberField(next_version(self._folder), low=1, width=96, parent=self)
        self.number.setObjectName(names.Explorer.VERSION_NUMBER)
        self.number.setAccessibleName("Number of the version")
        self.source = Chooser(parent=self)
        self.source.setObjectName(names.Explorer.VERSION_SOURCE)
        self.source.setAccessibleName("What it holds")
        for version in reversed(self._folder.versions):
            self.source.addItem(f"A copy of version {version.number}", version.number)
        self.source.addItem("A file of mine", "file")
        self.source.addItem("Nothing yet", "")
        if self._files:
            self.source.setCurrentIndex(self.source.findData("file"))
        self._build_file()
        self.served, self.reason = Label("", "dim", 12), Label("", "error", 12)
        self.column.addLayout(_field_row("Number", self.number))
        self.column.addLayout(_field_row("Holds", self.source))
        self.column.addWidget(self.file_part)
        for label in (self.served, self.reason):
            label.setWordWrap(True)
            self.column.addWidget(label)
        self.add_button("", "Cancel")
        self.add_button("yes", "Add the version", "primary")
        self.finish()
        self.number.setFocus()

    def _build_file(self) -> None:
        self.file_part = QWidget(self)
        self.file_name = MonoLabel("", parent=self.file_part)
        choose = QuietButton("Choose…", "file", parent=self.file_part)
        choose.setObjectName(names.Explorer.VERSION_CHOOSE)
        choose.clicked.connect(self._choose)
        self.saved_as = TextField(expected_name(self._folder, self._config))
        self.saved_as.setObjectName(names.Explorer.VERSION_FILE)
        self.saved_as.setAccessibleName("Name of the file in the version")
        rows = (_field_row("File", self.file_name, choose), _field_row("Saved as", self.saved_as))
        box = QVBoxLayout(self.file_part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        for row in rows:
            box.addLayout(row)

    def _connect(self) -> None:
        self.source.currentIndexChanged.connect(self._show_source)
        self.number.edited.connect(self._judge)
        self.number.field.textChanged.connect(self._judge)
        self.saved_as.textChanged.connect(self._judge)

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "The model’s file", str(Path.home()), MODEL_FILES)
        if chosen:
            self.set_files([Path(chosen)])

    def set_files(self, files: Sequence[Path]) -> None:
        """Takes other files; the first one is the model's."""
        self._files = list(files)
        self._show_source()

    def _show_source(self, *_: object) -> None:
        of_file = self.source.currentData() == "file"
        self.file_part.setVisible(of_file)
        first = self._files[0] if self._files else None
        self.file_name.setText(first.name if first else "none chosen")
        self.file_name.setToolTip(str(first or ""))
        if first is not None and not self.saved_as.text():
            self.saved_as.setText(first.name)
        self._judge()

    def _judge(self, *_: object) -> None:
        self.reason.setText(self._problem())
        self.reason.setVisible(bool(self.reason.text()))
        self.served.setText(self._consequence())
        self.served.setVisible(bool(self.served.text()) and not self.reason.text())

    def _problem(self) -> str:
        number = self.number.value()
        if number is None:
            return "A version is a whole number from 1 on."
        if problem := version_problem(self._folder, int(number)):
            return problem
        if self.source.currentData() != "file":
            return ""
        if not self._files:
            return "Choose the file."
        name = self.saved_as.text().strip()
        return "Give the file a plain name." if not name or "/" in name or name.startswith(".") else ""

    def _consequence(self) -> str:
        """What a server serves then, and what a person should know of the file."""
        number = self.number.value()
        if number is None:
            return ""
        before = servable(self._folder, self._config)
        added = (*self._folder.versions, Version(int(number), self._folder.path / str(int(number)), ()))
        after = servable(replace(self._folder, versions=added), self._config)
        policy = self._config.version_policy.kind
        said = f"Served then: {', '.join(map(str, after)) or 'none'} (version policy: {policy})."
        if after == before:
            said = f"It will not be served: the version policy ({policy}) picks {', '.join(map(str, after)) or 'none'}."
        return " ".join([said, *self._doubts()])

    def _doubts(self) -> list[str]:
        if self.source.currentData() != "file" or not self._files:
            return []
        first, wanted = self._files[0], expected_name(self._folder, self._config)
        if not suits(self._folder, self._config, first):
            return [f"This model’s backend loads {wanted or 'another kind of file'}, not {first.suffix or first.name}."]
        if wanted and self.saved_as.text().strip() != wanted:
            return [f"The backend looks for {wanted}."]
        return []

    def accept(self) -> None:
        self._judge()
        if not self.reason.text():
            self._add(int(self.number.value() or 0))
            super().accept()

    def _add(self, number: int) -> None:
        chosen, folders = self.source.currentData(), self._session.folders
        if isinstance(chosen, int):
            folders.copy_version(self._folder, chosen, number)
        elif chosen == "file":
            folders.add_version(self._folder, number, self._files, self.saved_as.text().strip())
        else:
            folders.add_version(self._folder, number)
