"""The table of models: what each one does now, and a click that brings it into the charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.monitor import names
from studio.ui.monitor.plotting import spark
from studio.ui.monitor.rows import ModelRow
from studio.ui.monitor.table_model import BUSY_FIRST, CELL, COLOUR, FIRST, MODEL, ROW, VERSION, MonitorModel, NumberCell
from studio.ui.widgets import DenseDelegate, DenseTable, paint
from studio.ui.widgets.tables import ROLE, Index

if TYPE_CHECKING:
    from studio.core.serving.series import ModelKey

ROW_HEIGHT = 32
HEADER_HEIGHT = 28
_LEAST_ROWS = 3
_SQUARE = 34
_VERSION_WIDTH = 60


class MonitorDelegate(DenseDelegate):
    """Paints the colour square and the badge of a model, sparklines, and the sentence of one that does not serve."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        row = index.data(ROW)
        if index.column() == MODEL:
            self._paint_model(painter, inner, index, row, selected)
        elif index.column() == FIRST and row.message:
            self._paint_message(painter, inner, row)
        else:
            self._paint_number(painter, inner, index, selected)

    def _paint_model(self, painter: QPainter, inner: QRectF, index: Index, row: ModelRow, selected: bool) -> None:
        if selected:
            painter.fillRect(QRectF(inner.left() - 8, inner.top(), 2, inner.height() - 1), colour("accent"))
        square_colour = str(index.data(COLOUR))
        square = QRectF(inner.left() + 8, inner.center().y() - 4.5, 9, 9)
        paint.round_rect(painter, square, 2, fill=square_colour, edge="" if square_colour else "faint")
        words = inner.adjusted(_SQUARE - 8, 0, -24 if row.is_ensemble else 0, 0)
        font = ui_font(13, 500 if square_colour else 400)
        width = paint.text(painter, words, row.key[0], font, "text" if selected else str(index.data(ROLE)))
        if row.is_ensemble:
            badge = QRectF(words.left() + width + 8, inner.center().y() - 8, 16, 16)
            paint.round_rect(painter, badge, 3, fill="hover")
            paint.text(painter, badge, "E", ui_font(11, 600), "dim", Qt.AlignmentFlag.AlignHCenter)

    def _paint_message(self, painter: QPainter, inner: QRectF, row: ModelRow) -> None:
        left = inner.left() + 12
        if row.is_failed:
            square = QRectF(left, inner.center().y() - 7, 14, 14)
            paint_icon(painter, square, "x-circle-fill", colour("error"))
            left += 22
        words = QRectF(left, inner.top(), inner.right() - left, inner.height())
        paint.text(painter, words, row.message, ui_font(13), "text" if row.is_failed else "dim")

    @staticmethod
    def _paint_number(painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        cell: NumberCell | None = index.data(CELL)
        if cell is None:
            text, role = str(index.data(Qt.ItemDataRole.DisplayRole)), str(index.data(ROLE))
        else:
            text, role = cell.text, cell.role
            if inner.width() > spark.WIDTH + 36:
                cell.spark.paint(painter, inner.left() + 4, inner.center().y() - spark.HEIGHT / 2, cell.spark_colour)
        painter.setFont(ui_font(13))
        painter.setPen(colour("text" if selected and role == "dim" else role))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class MonitorTable(DenseTable):
    """The table. A click charts a model and makes it the one that latencies are shown of."""

    chosen = Signal(object)
    toggled = Signal(object)
    opened = Signal(str)
    """A double click on a model's row."""
    menu_asked = Signal(str, QPoint)
    """The model under the pointer, and where on the screen its menu is to open."""

    def __init__(self, model: MonitorModel, parent: QWidget | None = None) -> None:
        super().__init__(ROW_HEIGHT, parent)
        self.setObjectName(names.Monitor.TABLE)
        self.setAccessibleName("Models: what each one does now")
        self.setItemDelegate(MonitorDelegate(ROW_HEIGHT, self))
        self.setModel(model)
        self._model = model
        self._is_following = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._dress()
        model.modelReset.connect(self._fit)
        model.layoutChanged.connect(self._fit)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.clicked.connect(self._choose)
        self.doubleClicked.connect(self._open)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)

    def _dress(self) -> None:
        header = self.horizontalHeader()
        header.setFixedHeight(HEADER_HEIGHT)
        header.setStyleSheet("QHeaderView::section:first { padding-left: 16px; }")
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        # A third click on a column goes back to what is busy first.
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(BUSY_FIRST, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def height_within(self, room: int) -> int:
        """High enough for every row where there is room, for whole rows otherwise."""
        fitting = max(_LEAST_ROWS, (room - HEADER_HEIGHT) // ROW_HEIGHT)
        return HEADER_HEIGHT + ROW_HEIGHT * min(max(self._model.rowCount(), 1), fitting)

    def select(self, key: ModelKey | None) -> None:
        """Shows which model is selected; nobody is told."""
        self._is_following = True
        place = self._model.place(key)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place, MODEL))
        else:
            self.clearSelection()
        self._is_following = False

    def span_messages(self) -> None:
        """Gives sentences the room of all the numbers that they stand in place of."""
        self.clearSpans()
        for place in self._model.messages():
            self.setSpan(place, FIRST, 1, self._model.columnCount() - FIRST)

    def _fit(self) -> None:
        self.span_messages()
        self.setMaximumHeight(HEADER_HEIGHT + ROW_HEIGHT * max(self._model.rowCount(), 1))

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row())
        if row is not None and not self._is_following:
            self.chosen.emit(row.key)

    def _open(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row())
        if row is not None:
            self.opened.emit(row.key[0])

    def _ask_menu(self, at: QPoint) -> None:
        row = self._model.row_at(self.indexAt(at).row())
        if row is not None:
            self.menu_asked.emit(row.key[0], self.viewport().mapToGlobal(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._model.row_at(index.row())
        in_square = index.column() == MODEL and event.position().x() < _SQUARE - 8
        if row is not None and in_square and event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit(row.key)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._model.row_at(self.currentIndex().row())
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.toggled.emit(row.key)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        number = max(56, min(112, (width - _VERSION_WIDTH - 170) // (self._model.columnCount() - FIRST)))
        self.setColumnWidth(VERSION, _VERSION_WIDTH)
        for column in range(FIRST, self._model.columnCount()):
            self.setColumnWidth(column, number)
        rest = width - _VERSION_WIDTH - number * (self._model.columnCount() - FIRST)
        self.setColumnWidth(MODEL, max(130, rest))
