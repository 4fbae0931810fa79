"""The lines of the server's log: a table of one column, which stays quick with 200,000 of them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.log_buffer import clock
from studio.ui.look import theme
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour
from studio.ui.server import names
from studio.ui.server.log_panel.model import CAUSE, HARMLESS, LINE, LogModel
from studio.ui.widgets import paint

_ROW = 22
_TIME, _LEVEL, _SOURCE, _MODEL = 96, 24, 148, 124
_WIDEST = 400
"""So many characters of a line can be scrolled to; a longer one can be copied."""
_MARKS = {"E": "error", "W": "warn_fill"}


class LogDelegate(QStyledItemDelegate):
    """Time, level, source, model and message on one line; a solid square for errors and warnings only."""

    def __init__(self, model: LogModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def show_lines(self, model: LogModel) -> None:
        """Takes the lines of another log."""
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows of one height."""
        return QSize(_TIME + _LEVEL + _SOURCE, _ROW)

    def model_place(self, left: float) -> tuple[float, float]:
        """Where a line's model stands, from and to; nowhere before a line has one."""
        start = left + 16 + _TIME + _LEVEL + _SOURCE
        return start, start + (_MODEL if self._model.models else 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One line of the log."""
        line = index.data(LINE)
        if not isinstance(line, LogLine):
            return
        rect = QRectF(option.rect)
        is_harmless = self._model.is_harmless(line)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
        elif line.level in ("E", CAUSE) and not is_harmless:
            painter.fillRect(rect, colour("error_soft"))
        mono = theme.mono_font()
        dim = "text" if selected else "dim"
        left = rect.left() + 16
        paint.text(painter, QRectF(left, rect.top(), _TIME, _ROW), clock(line.time), mono, dim)
        self._level(painter, QRectF(left + _TIME, rect.top() + 4, 14, 14), line.level, is_harmless)
        if line.level == CAUSE:
            self._cause(painter, rect, left + _TIME + _LEVEL, line.text)
            return
        source = QRectF(left + _TIME + _LEVEL, rect.top(), _SOURCE - 12, _ROW)
        paint.text(painter, source, line.source, mono, dim)
        start, end = self.model_place(rect.left())
        if line.model and end > start:
            paint.text(painter, QRectF(start, rect.top(), end - start - 12, _ROW), line.model, mono, "accent")
        if is_harmless:
            font = theme.ui_font(12)
            end += paint.text(painter, QRectF(end, rect.top(), 200, _ROW), HARMLESS, font, dim) + 12
        message = QRectF(end, rect.top(), max(rect.right() - end, 10), _ROW)
        is_told = line.level in ("E", "W", "I") and not is_harmless
        paint.text(painter, message, line.text[: 2 * _WIDEST], mono, "text" if is_told else dim)

    @staticmethod
    def _cause(painter: QPainter, rect: QRectF, left: float, text: str) -> None:
        """The plain words below the server's own."""
        sign = QRectF(left, rect.top() + 4, 14, 14)
        paint_icon(painter, sign, "arrow-elbow-down-right", colour("error"))
        place = QRectF(left + 22, rect.top(), max(rect.right() - left - 22, 10), _ROW)
        paint.text(painter, place, f"Cause: {text}", theme.ui_font(12, 600))

    @staticmethod
    def _level(painter: QPainter, box: QRectF, level: str, is_harmless: bool) -> None:
        mark = "" if is_harmless else _MARKS.get(level)
        if level == CAUSE:
            return
        if mark:
            paint.round_rect(painter, box, 2, fill=mark)
        font = theme.ui_font(11, 600) if mark else theme.mono_font()
        painter.setFont(font)
        painter.setPen(colour("window" if mark else "dim"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, level)


class LogLines(QTableView):
    """One row a line. A list would lay out all its rows anew with each that comes."""

    asked = Signal(object)
    """LogLine: a person wants to see what it speaks of."""

    def __init__(self, model: LogModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Log.LIST)
        self.setAccessibleName("Lines of the server's log")
        self._lines = model
        self._delegate = LogDelegate(model, self)
        self.setItemDelegate(self._delegate)
        self.setFont(theme.mono_font())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().hide()
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(_ROW)
        rows.setDefaultSectionSize(_ROW)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.activated.connect(lambda index: self.asked.emit(index.data(LINE)))
        self.show_lines(model)

    def show_lines(self, model: LogModel) -> None:
        """Shows the lines of another log."""
        before, chosen = self._lines, self.selectionModel()
        if self.model() is not None:
            before.rowsInserted.disconnect(self._fit)
            before.modelReset.disconnect(self._fit)
        self._lines = model
        self._delegate.show_lines(model)
        self.setModel(model)
        if chosen is not None:
            # Qt makes a new one for each model, and leaves the old one behind.
            chosen.deleteLater()
        model.rowsInserted.connect(self._fit)
        model.modelReset.connect(self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        """The column is as wide as the longest line, and never narrower than what is seen."""
        text = self.fontMetrics().averageCharWidth() * min(self._lines.longest, _WIDEST)
        wide = int(self._delegate.model_place(0)[1]) + text + 24
        if self.columnWidth(0) != (width := max(wide, self.viewport().width())):
            self.setColumnWidth(0, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _line_at(self, at: QPointF) -> LogLine | None:
        """The line whose model is at this point, or whose cause is told there."""
        index = self.indexAt(at.toPoint())
        line = index.data(LINE)
        if not isinstance(line, LogLine) or not line.model:
            return None
        if line.level == CAUSE:
            # The words of the server, above, say where.
            above = index.siblingAtRow(index.row() - 1).data(LINE)
            return above if isinstance(above, LogLine) and above.model == line.model else line
        start, end = self._delegate.model_place(-self.horizontalScrollBar().value())
        return line if start <= at.x() < end else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        linked = self._line_at(event.position()) is not None
        shape = Qt.CursorShape.PointingHandCursor if linked else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        line = self._line_at(event.position())
        if line is not None and event.button() is Qt.MouseButton.LeftButton and not event.modifiers():
            self.asked.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.asked.emit(self.currentIndex().data(LINE))
            return
        super().keyPressEvent(event)
