"""How the cells of the form's tables are painted, edited and sized."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from studio.ui.editor import names
from studio.ui.editor.form.tables.list_model import NOTE, Column, Index, ListModel
from studio.ui.look import theme
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour
from studio.ui.widgets import Chooser, DenseDelegate, chip_width, paint

_PADDING = 16
_SPARE = 6
"""Of the padding: what a column can do without before anything in it is cut."""
_LEAST = {"summary": 48, "told": 112, "text": 56, "mono": 56, "chip": 96, "wire": 64}
_OF_NUMBERS = ("mono", "wire")
_MOST_MEASURED = 60
_EDITOR_HEIGHT = 24
_EDITOR_WIDTH = 116
_NAME = 120


class CellDelegate(DenseDelegate):
    """A drop-down where a column has choices, a line of text otherwise; N of a wire shape is in the accent."""

    def __init__(self, row_height: int, parent: QWidget) -> None:
        super().__init__(row_height, parent)
        self._open: QWidget | None = None
        self.closeEditor.connect(self._closes)

    def _closes(self, editor: QWidget) -> None:
        if editor is self._open:
            self._open = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The dots and the cross show where the row is pointed at or chosen."""
        if not option.state & QStyle.StateFlag.State_Enabled:
            painter.setOpacity(0.5)
        option = self._quiet(painter, option)
        kind = _column(index).kind
        if kind not in ("handle", "remove"):
            super().paint(painter, option, index)
            return
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen:
            painter.fillRect(rect, colour("select"))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colour("line"))
        name, size = ("dots-six-vertical", 14) if kind == "handle" else ("x", 12)
        role = "text" if over else "dim" if chosen or kind == "handle" else "faint"
        square = QRectF(rect.center().x() - size / 2, rect.center().y() - size / 2, size, size)
        paint_icon(painter, square, name, colour(role))

    def _quiet(self, painter: QPainter, option: QStyleOptionViewItem) -> QStyleOptionViewItem:
        """The chosen row of a table without the keyboard stands back: there may be a table in a table."""
        view = self.parent()
        if not option.state & QStyle.StateFlag.State_Selected or not isinstance(view, QWidget) or view.hasFocus():
            return option
        painter.fillRect(option.rect, colour("hover"))
        changed = QStyleOptionViewItem(option)
        changed.state &= ~QStyle.StateFlag.State_Selected
        return changed

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        """The text with its note, or the parts of a wire shape in their colours."""
        inner = inner.adjusted(0, 0, _SPARE, 0)
        if _column(index).kind == "wire":
            _paint_wire(painter, inner, self.fitted(index, inner.width()), "text" if selected else "dim")
            return
        super().paint_content(painter, inner, index, selected)
        note = str(index.data(NOTE) or "")
        if note:
            left = QFontMetrics(self._font(index)).horizontalAdvance(str(index.data())) + 8
            rest = inner.adjusted(left, 0, 0, 0)
            paint.text(painter, rest, note, theme.ui_font(11), "text" if selected else "dim")

    def fitted(self, index: Index, width: float) -> str:
        """Dims close ranks before any is cut; of a name the middle goes, since beginnings and ends tell names apart."""
        text, kind = super().fitted(index, width), _column(index).kind
        if kind in _OF_NUMBERS:
            return text if QFontMetricsF(theme.mono_font()).horizontalAdvance(text) <= width else _packed(text)
        if kind == "text" and index.column() == 1:
            return QFontMetricsF(self._font(index)).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
        return text

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """The editor for one cell."""
        del option
        column = _column(index)
        editor: QWidget
        offered = column.offers(index.row()) if column.offers else ()
        if column.choices or offered:
            editor = Chooser(column.choices or offered, dense=True, parent=parent)
            editor.setEditable(bool(offered))
            editor.textActivated.connect(lambda: self._finish(editor))
        else:
            editor = QLineEdit(parent)
            editor.setProperty("dense", True)
            editor.setFont(theme.mono_font() if column.kind == "mono" else theme.ui_font())
        editor.setObjectName(names.Form.CELL)
        editor.setAccessibleName(column.title)
        editor.setAutoFillBackground(True)
        self._open = editor
        return editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes what was typed into a drop-down at once: the drop-down would tell it as well, a turn later."""
        if isinstance(watched, QComboBox) and watched.isEditable() and _is_enter(event):
            self._finish(watched)
            return True
        return super().eventFilter(watched, event)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """In the middle of the row, wide enough to type in."""
        del index
        cell = option.rect
        top = cell.top() + (cell.height() - _EDITOR_HEIGHT) // 2
        width = max(cell.width() - 2, _EDITOR_WIDTH)
        room = editor.parentWidget()
        left = min(cell.left(), room.width() - width) if room else cell.left()
        editor.setGeometry(QRect(max(left, 0), top, width, _EDITOR_HEIGHT))

    def _finish(self, box: QWidget) -> None:
        # A drop-down that may be typed in tells its text once more as it loses the keyboard on being closed.
        if box is not self._open:
            return
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Puts the text of the cell into its editor."""
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentText(text)
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        """What was typed or chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())


def _is_enter(event: QEvent) -> bool:
    if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
        return False
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _column(index: Index) -> Column:
    model = index.model()
    assert isinstance(model, ListModel)  # noqa: S101 - the delegate serves this model alone
    return model.columns[index.column()]


def _paint_wire(painter: QPainter, inner: QRectF, shape: str, role: str) -> None:
    """`[N, 3, 224]` with N in the accent."""
    font = theme.mono_font()
    left = inner.left()
    for place, part in enumerate(re.split("(N)", shape)):
        if part:
            room = QRectF(left, inner.top(), inner.right() - left, inner.height())
            left += paint.text(painter, room, part, font, "accent" if place % 2 else role)


def wanted_widths(model: ListModel) -> list[int]:
    """The width that each column would like for what it shows."""
    return [column.width or _wanted(model, place) for place, column in enumerate(model.columns)]


def fitting_widths(model: ListModel, liked: list[int], room: int) -> list[int]:
    """Widths of the columns in a room: the first field as wide as a label of the form, the last taking what is over.

    Where the room lacks, each gives what it has over before anything is cut, then dims their blanks. Then data types
    and names give first, dims last: a wire shape that is cut still begins with the batch dimension, which is what
    people get wrong, and the rest of it are the dims.
    """
    wanted = list(liked)
    over = room - sum(wanted)
    if over >= 0:
        aligned = min(max(_NAME - wanted[1], 0), over)
        wanted[1] += aligned
        wanted[-2] += over - aligned
        return wanted
    giving = _giving(model.columns)
    uncut = {place: _uncut(model, place) for place in giving}
    packed = {place: _uncut(model, place, _packed) for place in giving if model.columns[place].kind in _OF_NUMBERS}
    cut = {place: _least(model.columns[place].kind) for place in giving if model.columns[place].kind != "chip"}
    titled = {place: max(least, _titled(model, place)) for place, least in cut.items()}
    for leasts in (uncut, packed, titled, cut):
        for place, least in leasts.items():
            given = min(max(wanted[place] - least, 0), -over)
            wanted[place] -= given
            over += given
    return wanted


def _least(kind: str) -> int:
    return _LEAST.get(kind, 16)


def _giving(columns: tuple[Column, ...]) -> list[int]:
    order = {"chip": -3, "told": -2, "summary": -1, "text": 0, "wire": 1, "mono": 2}
    places = [place for place, column in enumerate(columns) if column.kind in order]
    return sorted(places, key=lambda place: order[columns[place].kind])


def _wanted(model: ListModel, place: int) -> int:
    return max(_least(model.columns[place].kind), _titled(model, place), _content(model, place) + _PADDING)


def _packed(text: str) -> str:
    """Dims without blanks between them."""
    return text.replace(", ", ",")


def _uncut(model: ListModel, place: int, written: Callable[[str], str] = str) -> int:
    """The width in which a column shows everything, as it is written there."""
    return max(_titled(model, place), _content(model, place, written) + _PADDING - _SPARE)


def _titled(model: ListModel, place: int) -> int:
    title = model.columns[place].title
    return QFontMetrics(theme.ui_font(11, 500)).horizontalAdvance(title) + _PADDING if title else 0


def _content(model: ListModel, place: int, written: Callable[[str], str] = str) -> int:
    """The width of the widest text in a column, as it is written there."""
    column = model.columns[place]
    metrics = QFontMetrics(theme.mono_font() if column.kind in ("mono", "wire", "summary") else theme.ui_font())
    widest = 0
    for row in range(min(model.rowCount(), _MOST_MEASURED)):
        text = written(str(model.index(row, place).data() or ""))
        widest = max(widest, chip_width(text) if column.kind == "chip" else metrics.horizontalAdvance(text) + 2)
    return widest
