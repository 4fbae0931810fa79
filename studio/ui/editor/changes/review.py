"""What is unsaved, against the files: each change to look at, to take back, to save."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio.app import tasks
from studio.app.editing.open_text import OpenText
from studio.text.hunks import Hunk, hunks, reverted, rows
from studio.ui.editor import names
from studio.ui.widgets import ElidedLabel, HairLine, IconButton, Label, PrimaryButton, QuietButton
from studio.ui.widgets.text.diff_view import DiffView

_MOST_SHOWN = 400
_LARGE = 100_000
"""Characters of both texts from which they are compared beside the window's thread."""


class ReviewDialog(QDialog):
    """One or more models; saving or reverting all of one takes it off the list."""

    def __init__(self, parent: QWidget, models: Sequence[OpenText]) -> None:
        super().__init__(parent)
        self.setObjectName(names.Review.DIALOG)
        self.setWindowTitle("Review changes")
        self.setAccessibleName("Review changes")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._models = list(models)
        self._found: tuple[Hunk, ...] = ()
        self.list = QListWidget(self)
        self.view = DiffView(self)
        self._build()
        self._connect()
        self._fill()
        room = parent.window().size()
        self.resize(min(1000, room.width() - 80), min(660, room.height() - 80))
        self.view.setFocus()

    def _build(self) -> None:
        self.view.setObjectName(names.Review.TEXT)
        self.list.setObjectName(names.Review.LIST)
        self.list.setAccessibleName("Unsaved models")
        self.list.setFixedWidth(200)
        self.list.setStyleSheet("QListWidget::item { height: 28px; padding-left: 12px; }")
        self.list.setVisible(len(self._models) > 1)
        self._title, self._count = ElidedLabel("", px=13, weight=600, parent=self), Label("", "dim", 12, parent=self)
        self._title.setMinimumWidth(120)
        self._up = self._tool("caret-up", "Change before (Shift+F7)", names.Review.PREVIOUS)
        self._down = self._tool("caret-down", "Next change (F7)", names.Review.NEXT)
        self.revert = QuietButton("Revert this change", "arrow-counter-clockwise", "dense", self)
        self.revert.setObjectName(names.Review.REVERT)
        self.save = PrimaryButton("Save", parent=self)
        self.save.setObjectName(names.Review.SAVE)
        self.save_all = QuietButton("Save all", parent=self)
        self.save_all.setObjectName(names.Review.SAVE_ALL)
        self.save_all.setVisible(len(self._models) > 1)
        self._close = QuietButton("Close", parent=self)
        self._close.setObjectName(names.Review.CLOSE)
        self._lay_out()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.list)
        if len(self._models) > 1:
            middle.addWidget(HairLine(vertical=True, parent=self))
        middle.addWidget(self.view, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row(self._title, 1, self._count, self._up, self._down, self.revert))
        column.addWidget(HairLine(parent=self))
        column.addLayout(middle, 1)
        column.addWidget(HairLine(parent=self))
        column.addLayout(self._row(0, 1, self._close, self.save_all, self.save))

    def _tool(self, icon: str, text: str, name: str) -> IconButton:
        made = IconButton(icon, text, parent=self)
        made.setObjectName(name)
        return made

    @staticmethod
    def _row(*parts: QWidget | int) -> QHBoxLayout:
        """Widgets in a row; a number is the stretch of what stands before it, 0 a gap that grows."""
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        for part in parts:
            if isinstance(part, QWidget):
                row.addWidget(part)
            elif part == 0:
                row.addStretch(1)
            elif row.count():
                row.setStretch(row.count() - 1, part)
        return row

    def _connect(self) -> None:
        for model in self._models:
            model.changed.connect(self._changed)
            model.saved.connect(self._fill)
        self.list.currentRowChanged.connect(self._show)
        self.view.chosen.connect(self._tell_place)
        self._up.clicked.connect(lambda: self.step(-1))
        self._down.clicked.connect(lambda: self.step(1))
        for keys, by in (("F7", 1), ("Shift+F7", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(self._down.click if by > 0 else self._up.click)
        self.revert.clicked.connect(self._revert)
        self.save.clicked.connect(self._save)
        self.save_all.clicked.connect(self._save_all)
        self._close.clicked.connect(self.reject)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self._undo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self._save)

    # What is shown

    @property
    def model(self) -> OpenText | None:
        """The model whose changes are shown."""
        unsaved = self._unsaved()
        row = max(0, self.list.currentRow())
        return unsaved[row] if row < len(unsaved) else None

    def _unsaved(self) -> list[OpenText]:
        return [model for model in self._models if model.is_unsaved]

    def _changed(self, *_drafts: object) -> None:
        if len(self._unsaved()) != self.list.count():
            self._fill()
        else:
            self._show()

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        unsaved = self._unsaved()
        for model in unsaved:
            self.list.addItem(QListWidgetItem(model.name))
        self.list.setCurrentRow(max(0, min(row, len(unsaved) - 1)))
        self.list.blockSignals(False)
        self._show()

    def _show(self, *_row: object) -> None:
        model = self.model
        before, after = (model.saved_draft.document.text, model.draft.document.text) if model else ("", "")
        self._title.setText(f"{model.name} / {model.path.name}" if model else "Nothing is unsaved")
        for widget in (self.revert, self.save, self._up, self._down):
            widget.setEnabled(model is not None)
        self.save_all.setEnabled(len(self._unsaved()) > 1)
        if len(before) + len(after) < _LARGE:
            self._show_hunks((before, hunks(before, after)))
            return
        self.revert.setEnabled(False)
        self._count.setText("comparing…")
        tasks.run(self, lambda _: (before, hunks(before, after)), self._show_hunks, key="review")

    def _show_hunks(self, found: tuple[str, tuple[Hunk, ...]]) -> None:
        before, self._found = found
        place = max(0, self.view.current)
        self.view.show_groups(rows(before, self._found[:_MOST_SHOWN]))
        self.view.go_to(min(place, len(self._found) - 1))
        self.revert.setEnabled(bool(self._found))
        self._tell_place()

    def _tell_place(self, *_hunk: object) -> None:
        count = len(self._found)
        more = f", the first {_MOST_SHOWN} shown" if count > _MOST_SHOWN else ""
        self._count.setText(f"change {self.view.current + 1} of {count}{more}" if count else "")

    # What can be done

    def step(self, by: int) -> None:
        """Goes to the next change or the one before; round at the ends."""
        if self._found:
            self.view.go_to((self.view.current + by) % min(len(self._found), _MOST_SHOWN))

    def _revert(self) -> None:
        model, place = self.model, self.view.current
        if model is not None and 0 <= place < len(self._found):
            hunk = self._found[place]
            model.edit("Revert a change", lambda held: held.with_text(reverted(held.document.text, hunk)))

    def _undo(self) -> None:
        model = self.model or (self._models[0] if len(self._models) == 1 else None)
        if model is not None:
            model.undo_stack.undo()

    def _save(self) -> None:
        model = self.model
        if model is not None and (not model.save() or not self._unsaved()):
            # Where it was not saved, the bar above the editor tells why and what to do.
            self.accept()

    def _save_all(self) -> None:
        for model in self._unsaved():
            model.save()
        self.accept()


def review(parent: QWidget, models: Sequence[OpenText]) -> ReviewDialog:
    """Opens the review of unsaved edits over a window."""
    dialog = ReviewDialog(parent, models)
    dialog.open()
    return dialog
