"""The list of what may be written at the cursor, with the help of the chosen entry beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStyleOptionViewItem, QVBoxLayout, QWidget

from studio.core.assist.suggestions import Suggestion
from studio.core.config.datatypes import data_type
from studio.core.config.help import field_help
from studio.ui.editor import names
from studio.ui.editor.text.popup_frame import PopupFrame
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.widgets import HairLine, Label, paint
from studio.ui.widgets.pick_rows import PickDelegate, PickRows
from studio.ui.widgets.tables import Index

_ENTRY = Qt.ItemDataRole.UserRole + 1
_ROW = 24
_ROWS = 9
_LIST = 320
_HELP = 264
_ICONS = {
    "field": "text-aa",
    "block": "brackets-curly",
    "enum": "list-bullets",
    "bool": "toggle-left",
    "model": "cube",
    "tensor": "flow-arrow",
    "file": "file-text",
    "number": "hash",
    "word": "quotes",
}


class _Delegate(PickDelegate):
    """Sign, name, and what kind of thing it is at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the sign, the label, and at the right what kind of thing it is."""
        entry: Suggestion = index.data(_ENTRY)
        rect, chosen = self.ground(painter, option)
        box = QRectF(rect.left() + 10, rect.center().y() - 7, 14, 14)
        if data_type(entry.label) is not None:
            paint.mark(painter, box, entry.label)
        else:
            paint_icon(painter, box, _ICONS[entry.kind], colour("accent" if chosen else "dim"))
        room = QRectF(rect.left() + 32, rect.top(), rect.width() - 44, rect.height())
        width = paint.text(painter, room, entry.label, mono_font(12), "text")
        if entry.detail:
            rest = room.adjusted(width + 12, 0, 0, 0)
            paint.text(
                painter, rest, entry.detail, ui_font(11), "text" if chosen else "dim", Qt.AlignmentFlag.AlignRight
            )


class CompletionPopup(PopupFrame):
    """Used by keys that the editor hands on: the text keeps the keyboard."""

    taken = Signal(object)
    """Suggestion"""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self.setObjectName(names.Text.COMPLETION)
        self.setAccessibleName("Suggestions")
        self._model = QStandardItemModel(self)
        self.list = PickRows(names.Text.COMPLETION_LIST, "Suggestions", _ROWS, self)
        self._build_list()
        self._help = QWidget(self)
        self._build_help()
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 4, 1, 4)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self._help)
        self.list.selectionModel().currentChanged.connect(self._show_help)
        self.list.picked.connect(self._take)
        self.list.left.connect(self.hide)

    def _build_list(self) -> None:
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(_ROW, self.list))
        self.list.setFixedWidth(_LIST)
        self.list.setStyleSheet("background: transparent;")

    def _build_help(self) -> None:
        self._help.setFixedWidth(_HELP)
        column = QVBoxLayout()
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(4)
        self.title, self.what = Label("", weight=600, parent=self._help), Label("", "dim", 12, parent=self._help)
        self.default = Label("", "dim", 11, parent=self._help)
        for label in (self.title, self.what, self.default):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)
        row = QHBoxLayout(self._help)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(HairLine(vertical=True, parent=self._help))
        row.addLayout(column, 1)

    def offer(self, entries: Sequence[Suggestion], anchor: QRect) -> None:
        """Shows these entries, the first chosen."""
        self._model.clear()
        for entry in entries:
            item = QStandardItem(entry.label)
            item.setData(entry, _ENTRY)
            item.setAccessibleText(f"{entry.label}, {entry.detail or entry.kind}")
            self._model.appendRow(item)
        self.list.setFixedHeight(_ROW * max(4, min(_ROWS, len(entries))))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.show_at(anchor)

    def entries(self) -> list[Suggestion]:
        """What is listed, from the top."""
        return [self._model.item(row).data(_ENTRY) for row in range(self._model.rowCount())]

    def current(self) -> Suggestion | None:
        """The entry that is chosen."""
        found = self.list.currentIndex().data(_ENTRY)
        return found if isinstance(found, Suggestion) else None

    def take_key(self, event: QKeyEvent) -> bool:
        """Up, Down, Enter, Tab and Escape are the popup's while it is shown."""
        return self.isVisible() and self.list.take_key(event, Qt.Key.Key_Tab)

    def _take(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY)
        self.hide()
        if isinstance(entry, Suggestion):
            self.taken.emit(entry)

    def _show_help(self, index: QModelIndex) -> None:
        entry: Suggestion | None = index.data(_ENTRY)
        found = field_help(entry.path) if entry else None
        self._help.setVisible(found is not None)
        if found is not None:
            self.title.setText(found.title)
            self.what.setText(found.what)
            self.default.setText(f"Default: {found.default}" if found.default else "")
            self.default.setVisible(bool(found.default))
