"""Add field: finds any field of a configuration by name or by words, tells what it does, and takes one there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QVBoxLayout, QWidget

from studio.app.editing.open_model import OpenModel
from studio.core.assist.adding import place_for
from studio.core.config.fields import KnownField, search_fields
from studio.core.config.typed import shown
from studio.text.paths import dotted
from studio.text.tree import Path
from studio.ui.editor import names
from studio.ui.look.theme import mono_font, ui_font
from studio.ui.widgets import HairLine, KeyHint, Label, Row, SearchField, paint
from studio.ui.widgets.pick_rows import PickDelegate, PickPanel, PickRows
from studio.ui.widgets.tables import Index

_FIELD = Qt.ItemDataRole.UserRole + 1
_STATE = Qt.ItemDataRole.UserRole + 2
_ROW = 28
_ROWS = 10
_HELP_HEIGHT = 92
_GAPS = 4 * 8 + 2 * 8 + 1
_NO_INDEX = QModelIndex()


class FoundFields(QAbstractListModel):
    """The fields that answer to what was typed, each with what the file says of it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: Sequence[KnownField] = ()
        self._model: OpenModel | None = None
        self._near: Path = ()

    def show(self, found: Sequence[KnownField], model: OpenModel, near: Path) -> None:
        """Lists these fields instead of those before."""
        self.beginResetModel()
        self._found, self._model, self._near = tuple(found), model, near
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many fields were found."""
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Its title, its path, and whether it is set."""
        if not index.isValid():
            return None
        field = self._found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return field.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{field.title}, {dotted(field.path)}, {self._state(field) or 'not set'}"
        return {_FIELD: field, _STATE: self._state(field)}.get(role) if role in (_FIELD, _STATE) else None

    def _state(self, field: KnownField) -> str:
        """The value where it is short, else that it is set."""
        if self._model is None:
            return ""
        draft, path = self._model.last_good, place_for(field.path, self._near)
        if not draft.has(*path):
            return ""
        value = draft.get(*path)
        if isinstance(value, tuple):
            return f"{len(value)} set"
        return "set" if isinstance(value, dict) or value is None else shown(value)[:24] or "set"


class _FieldDelegate(PickDelegate):
    """Title, path, and at the right what the file says."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, chosen = self.ground(painter, option)
        field: KnownField = index.data(_FIELD)
        state = str(index.data(_STATE) or "")
        inner = rect.adjusted(14, 0, -14, 0)
        dim = "text" if chosen else "dim"
        if state:
            paint.text(painter, inner, state, ui_font(11), "accent", Qt.AlignmentFlag.AlignRight)
            inner.setRight(inner.right() - 110)
        width = paint.text(painter, inner, field.title, ui_font(13), "text")
        where = dotted(field.path).replace(".", " › ")
        paint.text(painter, inner.adjusted(width + 12, 0, 0, 0), where, mono_font(11), dim)


class FieldFinder(PickPanel):
    """A panel over the editor; Enter goes to the field, Escape or the loss of focus closes it."""

    chosen = Signal(object)
    """The path of a field, without indices."""

    def __init__(self, model: OpenModel, parent: QWidget) -> None:
        field = SearchField("Find a field by name, or by what it is for", parent=parent)
        rows = PickRows(names.Form.FIND_LIST, "Fields", _ROWS, parent)
        super().__init__(parent, names.Form.FIND_POPUP, "Add a field", field, rows)
        self._model = model
        self._near: Path = ()
        self.found = FoundFields(self)
        self._build()
        self.field.textChanged.connect(self._narrow)
        parent.installEventFilter(self)
        self.list.picked.connect(self._take)
        self.list.selectionModel().currentChanged.connect(self._show_help)

    def _build(self) -> None:
        self.field.setObjectName(names.Form.FIND)
        self.list.setItemDelegate(_FieldDelegate(_ROW, self.list))
        self.list.setModel(self.found)
        self.help = Label("", "dim", 12, parent=self)
        self.help.setObjectName(names.Form.FIND_HELP)
        self.help.setWordWrap(True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.help.setFixedHeight(_HELP_HEIGHT)
        self.help.setContentsMargins(6, 0, 6, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        line, keys = HairLine(parent=self), self._keys()
        self._others = (self.field, keys)
        for widget in (self.field, self.list, line, self.help, keys):
            column.addWidget(widget)

    def _keys(self) -> QWidget:
        row = Row(parent=self, margins=6)
        for key, words in (("Enter", "add, or go to it"), ("Esc", "close")):
            row.box.addWidget(KeyHint(key, row))
            row.box.addWidget(Label(words, "dim", 11, parent=row))
        row.box.addStretch(1)
        self._count = Label("", "dim", 11, parent=row)
        row.box.addWidget(self._count)
        return row

    def open(self, near: Path, query: str = "") -> None:
        """Opens the list; `near` is the field at hand, whose elements are meant."""
        self._near = near
        self.field.setText(query)
        self._narrow(query)
        self._place()
        self.come_up()

    def _place(self) -> None:
        room = self.parentWidget()
        if room is None:
            return
        width = min(620, room.width() - 24)
        around = sum(each.sizeHint().height() for each in self._others) + _HELP_HEIGHT + _GAPS
        listed = min(max((room.height() - 8 - around) // _ROW, 1), _ROWS) * _ROW
        self.list.setFixedHeight(listed)
        height = around + listed
        self.setGeometry((room.width() - width) // 2, 4, width, height)

    def _narrow(self, query: str) -> None:
        self.found.show(search_fields(query), self._model, self._near)
        count = self.found.rowCount()
        self._count.setText("1 field" if count == 1 else f"{count} fields")
        if count:
            self.list.setCurrentIndex(self.found.index(0, 0))
        else:
            self.help.setText("No field answers to that. Try another word: what it is for, a unit, a backend.")

    def _show_help(self, index: QModelIndex) -> None:
        field = index.data(_FIELD)
        if not isinstance(field, KnownField):
            return
        known = field.help
        lines = [known.what, known.when] if known else []
        if known and known.default:
            lines.append(f"Default: {known.default}.")
        self.help.setText("\n".join(line for line in lines if line))

    def _take(self, index: QModelIndex) -> None:
        field = index.data(_FIELD)
        if isinstance(field, KnownField):
            self.dismiss()
            self.chosen.emit(field.path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It keeps its place while the editor changes its size."""
        if watched is not self.field and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
