"""The lines of a list to pick from: moved through by keys while another widget has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.ui.look.theme import ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.fields import SearchField
from studio.ui.widgets.tables import Index

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PickDelegate(QStyledItemDelegate):
    """Rows of one height; the chosen one stands on a soft ground."""

    def __init__(self, height: int, parent: QObject) -> None:
        super().__init__(parent)
        self.height = height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One height for all."""
        del option, index
        return QSize(100, self.height)

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> tuple[QRectF, bool]:
        """Paints the ground; gives the room of the row, and whether it is the chosen one."""
        rect, chosen = QRectF(option.rect), bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            paint.round_rect(painter, rect.adjusted(4, 0, -4, 0), 4, fill="select")
        return rect, chosen


class PickRows(QListView):
    """Up, Down and the page keys choose, Enter or a click picks, Escape leaves. It never takes the keyboard itself."""

    picked = Signal(QModelIndex)
    left = Signal()
    """Escape was pressed."""

    def __init__(self, name: str, title: str, page: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self.picked)

    def take_key(self, event: QKeyEvent, *others: Qt.Key) -> bool:
        """Whether a key was for the list; `others` pick as Enter does. A key with a modifier is not."""
        key, plain = Qt.Key(event.key()), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in self._steps and plain:
            self.move_by(self._steps[key])
        elif key in (*_ENTER, *others) and plain:
            self.picked.emit(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """An empty list says so."""
        super().paintEvent(event)
        model = self.model()
        if model is not None and not model.rowCount():
            with QPainter(self.viewport()) as painter:
                room = QRectF(self.viewport().rect()).adjusted(12, 0, -12, 0)
                paint.text(painter, room, "Nothing found", ui_font(13), "dim")

    def move_by(self, rows: int) -> None:
        """Chooses another line: one step goes round at the ends, a page stops there."""
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if count:
            row = self.currentIndex().row() + rows
            row = row % count if abs(rows) == 1 else max(0, min(count - 1, row))
            self.setCurrentIndex(model.index(row, 0))


class PickPanel(QFrame):
    """A panel with a field and lines below it; Escape or the loss of the keyboard closes it."""

    def __init__(self, parent: QWidget, name: str, title: str, field: SearchField, rows: PickRows) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.field = field
        self.list = rows
        self.field.installEventFilter(self)
        self.list.left.connect(self.dismiss)
        self.hide()

    def come_up(self) -> None:
        """Shows the panel, and gives its field the keyboard."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Closes, and gives the keyboard back."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list work from the field; the loss of the keyboard closes."""
        if watched is self.field and event.type() == QEvent.Type.FocusOut and self.isVisible():
            # In a turn of its own: a press on the list takes the keyboard for a moment only.
            QTimer.singleShot(0, self, self._close_if_left)
        elif watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.list.take_key(event)
        return super().eventFilter(watched, event)

    def _close_if_left(self) -> None:
        if not self.field.hasFocus():
            self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A panel with an edge."""
        del event
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 6, fill="panel", edge="edge")
