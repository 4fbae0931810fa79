"""What can be mended without a look at it: the files with their differences, each to be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidgetItem, QStackedLayout, QVBoxLayout, QWidget

from studio.app import notices
from studio.app.tasks import Task
from studio.core.checking.mending import Mended
from studio.failure import Failure
from studio.ui.problems import names
from studio.ui.widgets import EmptyState, HairLine, Label, PrimaryButton, QuietButton
from studio.ui.widgets.dialogs import spaced
from studio.ui.widgets.text.changed_texts import ChangedTexts

if TYPE_CHECKING:
    from studio.app.session import Session

_MENDED = Qt.ItemDataRole.UserRole
_LOOKING, _NOTHING, _FOUND = range(3)


class FixAllDialog(QDialog):
    """Looks for safe fixes, shows what they would make of each file, and gives those that are chosen."""

    chosen = Signal(object)
    """tuple[Mended, ...]"""

    def __init__(self, parent: QWidget, session: Session, models: Sequence[str], what: str) -> None:
        """`what` names the models in the title."""
        super().__init__(parent)
        self.setObjectName(names.FixAll.DIALOG)
        self.setWindowTitle(f"Fix all safe problems of {what}")
        self.setAccessibleName(self.windowTitle())
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._build()
        self._connect()
        room = parent.window().size()
        self.resize(min(920, room.width() - 160), min(560, room.height() - 160))
        self._task = self._look(models)

    # What it is made of

    def _build(self) -> None:
        self.changes = ChangedTexts("Files that can be mended", 240, self)
        self.list = self.changes.list
        self.list.setObjectName(names.FixAll.LIST)
        self.changes.view.setObjectName(names.FixAll.TEXT)
        self.looking = EmptyState("magic-wand", "Looking for what can be mended", " ", parent=self)
        nothing = "F8 goes to the problems that need a look."
        self.nothing = EmptyState("check-circle", "Nothing can be mended without a look at it", nothing, parent=self)
        self.mend = PrimaryButton("Fix", parent=self)
        self.mend.setObjectName(names.FixAll.MEND)
        self.mend.setEnabled(False)
        self.mend.setDefault(True)
        self._cancel = QuietButton("Cancel", parent=self)
        self._cancel.setObjectName(names.FixAll.CANCEL)
        self._note = Label("One step to undo in each file. Nothing is saved by it.", "dim", 12, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedLayout()
        for page in (self.looking, self.nothing, self.changes):
            self._stack.addWidget(page)
        column.addLayout(self._stack, 1)
        column.addWidget(HairLine(parent=self))
        foot = spaced(self._note, self._cancel, self.mend)
        foot.setStretch(0, 1)
        foot.setContentsMargins(16, 8, 12, 8)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show)
        self.list.itemChanged.connect(self._count)
        self.mend.clicked.connect(self._give)
        self._cancel.clicked.connect(self.reject)
        self._session.repository_changed.connect(self._mark_late)
        self._session.checker.findings_changed.connect(self._mark_late)

    # Looking

    def _look(self, models: Sequence[str]) -> Task[tuple[Mended, ...]] | None:
        task = self._session.checker.mend(self, models, self._fill, self._failed, self._progressed)
        if task is None:
            self._stack.setCurrentIndex(_NOTHING)
        return task

    def _progressed(self, fraction: float, text: str) -> None:
        self.looking.set_text("Looking for what can be mended", f"{fraction:.0%}   {text}")

    def _failed(self, failure: Failure) -> None:
        notices.post_failure(failure)
        self.reject()

    def _fill(self, found: tuple[Mended, ...]) -> None:
        self._stack.setCurrentIndex(_FOUND if found else _NOTHING)
        for each in found:
            item = QListWidgetItem(f"{each.model}   {_fixes(len(each.titles))}")
            item.setData(_MENDED, each)
            item.setToolTip("\n".join(each.titles))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self._mark_late()

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _mark_late(self, *_: object) -> None:
        """What changed since it was looked at is not mended: nobody has seen what that would make of it."""
        for item in self._items():
            mended: Mended = item.data(_MENDED)
            draft = self._session.draft(mended.model)
            if draft is None or draft.document.text != mended.before.document.text:
                item.setText(f"{mended.model}   changed meanwhile")
                item.setCheckState(Qt.CheckState.Unchecked)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
        self._count()

    # Choosing

    def wanted(self) -> tuple[Mended, ...]:
        """The mended files that are ticked."""
        return tuple(item.data(_MENDED) for item in self._items() if item.checkState() == Qt.CheckState.Checked)

    def _count(self, *_: object) -> None:
        count = len(self.wanted())
        self.mend.setEnabled(count > 0)
        self.mend.setText(f"Fix {count} file{'' if count == 1 else 's'}" if count else "Fix")

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        mended: Mended = item.data(_MENDED)
        done = " · ".join(dict.fromkeys(mended.titles))
        self.changes.show_change(mended.model, done, mended.before.document.text, mended.after.document.text)

    def _give(self) -> None:
        wanted = self.wanted()
        self.accept()
        self.chosen.emit(wanted)

    def done(self, result: int) -> None:
        """Whoever closes it has no more use for what is looked for."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)


def _fixes(count: int) -> str:
    return f"{count} fix{'' if count == 1 else 'es'}"
