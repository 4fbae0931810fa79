"""Merging unsaved edits with what another program wrote: fields that both changed, and the text that comes of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.core.config.draft import Draft
from studio.core.files.reading import Stamp
from studio.core.merging.merge import Conflict, Merged, Place, Side, merged
from studio.failure import Failure
from studio.text.hunks import hunks, rows
from studio.ui.editor import names
from studio.ui.widgets import HairLine, Label, MonoLabel, PrimaryButton, QuietButton, Segmented
from studio.ui.widgets.text.diff_view import DiffView

_SIDES = (("mine", "Mine"), ("theirs", "The file’s"))
_MOST_LINES = 6
_LEFT = 380


class _ConflictRow(QWidget):
    """One field that both changed: what it was, what either makes of it, and which to take."""

    def __init__(self, conflict: Conflict, parent: QWidget) -> None:
        super().__init__(parent)
        self.conflict = conflict
        self.sides = Segmented(_SIDES, dense=True, parent=self)
        shown = " › ".join(conflict.place)
        self.sides.setObjectName(names.Merge.CHOICE.format(".".join(conflict.place)))
        self.sides.setAccessibleName(f"Whose {shown}")
        self.sides.set_value("mine")
        title = Label(shown, weight=600, parent=self)
        title.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.sides)
        column.addLayout(head)
        for word, text in (("before", conflict.base), ("mine", conflict.mine), ("file", conflict.theirs)):
            column.addLayout(self._line(word, text))

    def _line(self, word: str, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        head = Label(word, "dim", 11, parent=self)
        head.setFixedWidth(44)
        lines = text.split("\n")
        cut = "\n".join(lines[:_MOST_LINES]) + ("\n…" if len(lines) > _MOST_LINES else "")
        said = MonoLabel(cut or "not there", "text" if text else "faint", 12, self)
        said.setWordWrap(True)
        row.addWidget(head)
        row.addWidget(said, 1)
        return row


class MergeDialog(QDialog):
    """The result is one step to undo, and a save then writes it over the file as it was merged."""

    def __init__(self, parent: QWidget, model: OpenModel, theirs: Draft, stamp: Stamp) -> None:
        super().__init__(parent)
        self.setObjectName(names.Merge.DIALOG)
        self.setWindowTitle(f"Merge {model.name}")
        self.setAccessibleName("Merge by field")
        self.setModal(True)
        self._model = model
        self._base, self._mine, self._theirs = model.saved_draft, model.draft, theirs
        self._stamp = stamp
        self._result: Merged | None = None
        self.choices: list[_ConflictRow] = []
        self._build()
        room = parent.window().size()
        self.resize(min(1080, room.width() - 60), min(640, room.height() - 60))
        self.finished.connect(self.deleteLater)
        self._work()

    def _build(self) -> None:
        self._head = Label("Merging…", px=16, weight=600, parent=self)
        self._words = Label("", "dim", 12, parent=self)
        self._words.setWordWrap(True)
        self._list = QWidget(self)
        self._list.setProperty("kind", "page")
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._list_column.setSpacing(0)
        self._list_column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName(names.Merge.LIST)
        self._scroll.setAccessibleName("Fields that both changed")
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._list)
        self._scroll.setFixedWidth(_LEFT)
        self.preview = DiffView(self)
        self.preview.setObjectName(names.Merge.PREVIEW)
        self.preview.setAccessibleName("The result against the file")
        self.apply = PrimaryButton("Apply the merge", parent=self)
        self.apply.setObjectName(names.Merge.APPLY)
        self.apply.setEnabled(False)
        self.apply.clicked.connect(self._apply)
        cancel = QuietButton("Cancel", parent=self)
        cancel.setObjectName(names.Merge.CANCEL)
        cancel.clicked.connect(self.reject)
        self._lay_out(cancel)

    def _lay_out(self, cancel: QuietButton) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 12)
        head.setSpacing(4)
        head.addWidget(self._head)
        head.addWidget(self._words)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        for widget in (self._scroll, HairLine(vertical=True, parent=self)):
            middle.addWidget(widget)
        middle.addWidget(self.preview, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 12, 10)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine(parent=self))
        column.addLayout(middle, 1)
        column.addWidget(HairLine(parent=self))
        column.addLayout(foot)

    def _work(self) -> None:
        """Merges beside the window's thread: three large texts take their time."""
        base, mine, theirs = self._base, self._mine, self._theirs
        chosen: dict[Place, Side] = {
            each.conflict.place: "theirs" if each.sides.value() == "theirs" else "mine" for each in self.choices
        }

        def work(_context: tasks.TaskContext) -> Merged:
            return merged(base, mine, theirs, chosen)

        tasks.run(self, work, self._show, self._fail, key="merge")

    def _fail(self, failure: Failure) -> None:
        self._head.setText("These cannot be merged by field")
        self._words.setText(failure.detail)
        self._scroll.hide()

    def _show(self, result: Merged) -> None:
        first = self._result is None
        self._result = result
        if first:
            self._show_conflicts(result)
        before = self._theirs.document.text
        self.preview.show_groups(rows(before, hunks(before, result.draft.document.text)))
        self.apply.setEnabled(True)
        if first:
            (self.choices[0].sides if self.choices else self.apply).setFocus()

    def _show_conflicts(self, result: Merged) -> None:
        count = len(result.conflicts)
        many = f"{count} fields were" if count > 1 else "1 field was"
        self._head.setText(f"{many} changed here and in the file" if count else "Nothing was changed on both sides")
        took = "Choose whose to take. " if count else ""
        self._words.setText(
            f"{took}All other changes of both are in the result at the right, shown against the file on disk."
        )
        self._scroll.setVisible(count > 0)
        for conflict in result.conflicts:
            made = _ConflictRow(conflict, self._list)
            made.sides.changed.connect(self._chosen())
            self._list_column.insertWidget(self._list_column.count() - 1, made)
            self._list_column.insertWidget(self._list_column.count() - 1, HairLine(parent=self._list))
            self.choices.append(made)

    def _chosen(self) -> Callable[[str], None]:
        return lambda _key: self._work()

    def _apply(self) -> None:
        if self._result is not None:
            self._model.take_merge(self._result.draft, self._theirs, self._stamp)
            self.accept()
