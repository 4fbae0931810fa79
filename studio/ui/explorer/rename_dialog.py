"""The new name of a model, with all that it changes shown before it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.core.operations.naming import name_problem
from studio.ui.explorer import names
from studio.ui.explorer.unloading import after_unload, unload_switch
from studio.ui.widgets import ElidedLabel, IconLabel, Label, MonoLabel
from studio.ui.widgets.deletion import unless_deleted
from studio.ui.widgets.dialogs import Prompt

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder
    from studio.core.operations.renaming import Use, Uses

_ROW = 26
_SHOWN = 200
_MOST_HEIGHT = 8 * _ROW


class ChangeRow(QWidget):
    """One file that changes: a sign, where it is, and what becomes of it."""

    def __init__(self, sign: str, role: str, where: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(_ROW)
        self._where = where
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(8)
        place = MonoLabel(where)
        self.what = ElidedLabel("", "dim", 12)
        row.addWidget(IconLabel(sign, role))
        row.addWidget(place)
        row.addWidget(self.what, 1)

    def show_change(self, text: str) -> None:
        """Says what becomes of it."""
        self.what.setText(text)
        self.what.setToolTip(text)
        self.setAccessibleName(f"{self._where}: {text}")


class RenameDialog(Prompt):
    """Asks for the name; the list below follows what is typed."""

    def __init__(self, window: QWidget, session: Session, folder: ModelFolder, done: Callable[[str], object]) -> None:
        super().__init__(window, f"Rename {folder.name}", "", folder.name, "Rename", self._problem)
        self.setObjectName(names.Explorer.RENAME)
        self.setMinimumWidth(560)
        self._session, self._folder, self._done = session, folder, done
        self._uses: Uses | None = None
        self._is_agreed = False
        self._rows: list[tuple[ChangeRow, Callable[[str], str]]] = []
        self._build_preview()
        self.field.textChanged.connect(self._follow)
        self.accepted.connect(self._rename)
        session.folders.find_uses(folder, unless_deleted(self, self._show))

    def _problem(self, name: str) -> str:
        repository = self._session.repository
        if repository is None or name == self._folder.name:
            return ""
        return name_problem(repository, name)

    def _build_preview(self) -> None:
        self._title = Label("Looking for what names it …", "dim", 11, 600)
        self._list = QWidget(self)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._area = QScrollArea(self)
        self._area.setObjectName(names.Explorer.RENAME_CHANGES)
        self._area.setAccessibleName("What changes")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._list)
        self._area.setFixedHeight(_ROW)
        self.unload = unload_switch(self._session, [self._folder.name])
        at = self.column.indexOf(self.reason) + 1
        for offset, widget in enumerate((self._title, self._area, self.unload)):
            if widget is not None:
                self.column.insertWidget(at + offset, widget)

    def _show(self, uses: Uses) -> None:
        if not self.isVisible():
            # It was answered before all was found, and is going.
            return
        self._uses = uses
        old = self._folder.name
        self._add("folder-simple", f"{old}/", lambda new: f"becomes {new}/")
        for use in uses.uses[:_SHOWN]:
            self._add_use(use)
        for model in self._session.unsaved():
            if model.name != old and any(step.model_name == old for step in model.draft.config.steps):
                self._add("pencil-simple", model.name, lambda _: "its unsaved edits follow too, and stay unsaved")
        for place in uses.unsure[:_SHOWN]:
            self._add("warning", place, lambda _: "calls it by name: change that by hand", "warn_fill")
        files = len(uses.uses)
        self._title.setText(f"What changes: the folder and {files} file{'' if files == 1 else 's'}")
        self._area.setFixedHeight(min(_MOST_HEIGHT, len(self._rows) * _ROW))
        self._follow()
        if self._is_agreed:
            self.accept()

    def _add_use(self, use: Use) -> None:
        old = self._folder.name
        if use.is_own:
            where = use.path.relative_to(self._folder.path.parent)
            self._add("sliders-horizontal", str(where), lambda new: f"name: “{old}” becomes “{new}”")
            return
        steps = ", ".join(str(step + 1) for step in use.steps)
        word = "step" if len(use.steps) == 1 else "steps"
        where = use.path.relative_to(self._folder.path.parent)
        self._add("flow-arrow", str(where), lambda new: f"{word} {steps}: model_name becomes “{new}”")

    def _add(self, sign: str, where: str, say: Callable[[str], str], role: str = "dim") -> None:
        row = ChangeRow(sign, role, where, self._list)
        self._column.addWidget(row)
        self._rows.append((row, say))

    def _follow(self) -> None:
        new = self.field.text().strip() or "…"
        for row, say in self._rows:
            row.show_change(say(new))

    def accept(self) -> None:
        # Who is quicker than the look-up is taken at their word once it is over.
        self._is_agreed = self._uses is None
        if not self._is_agreed:
            super().accept()

    def _rename(self) -> None:
        uses, new = self._uses, self.field.text().strip()
        if uses is None or new == self._folder.name:
            return
        session, done = self._session, self._done
        wanted = self.unload is not None and self.unload.isChecked()
        after_unload(session, [self._folder.name], wanted, lambda: session.folders.rename(uses, new, lambda: done(new)))
