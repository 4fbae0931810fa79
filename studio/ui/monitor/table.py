"""The table of models: what each one does now, and a click that brings it into the charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QWidget

from studio.ui.monitor import names
from studio.ui.monitor.cells import SQUARE, MonitorDelegate
from studio.ui.monitor.table_model import BUSY_FIRST, FIRST, MODEL, VERSION, MonitorModel
from studio.ui.widgets import DenseTable

if TYPE_CHECKING:
    from studio.core.serving.series import ModelKey

ROW_HEIGHT = 32
HEADER_HEIGHT = 28
_LEAST_ROWS = 4
_VERSION_WIDTH = 60


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
        self.setItemDelegate(MonitorDelegate(model, ROW_HEIGHT, self))
        self.setModel(model)
        self._model = model
        model.seen = self._seen
        self._is_following = False
        self.spot = (-1, -1)
        """Row and column of the latest right click."""
        self._spanned: list[int] = []
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
        # A title at the right would lose its beginning.
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
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

    def _seen(self) -> range:
        """The rows that are in sight."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return range(max(first, 0), last + 1 if last >= 0 else self._model.rowCount())

    def choose(self, model: str, version: str) -> None:
        """Makes a model the one that the charts are about, as a click on its row does."""
        self.chosen.emit((model, version))

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
        wanted = self._model.messages()
        if wanted == self._spanned:
            return
        self._spanned = wanted
        self.clearSpans()
        for place in wanted:
            self.setSpan(place, FIRST, 1, self._model.columnCount() - FIRST)

    def _fit(self) -> None:
        # A reset drops all spans.
        self._spanned = []
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
        self.spot = self.indexAt(at).row(), self.indexAt(at).column()
        row = self._model.row_at(self.spot[0])
        if row is not None:
            self.menu_asked.emit(row.key[0], self.viewport().mapToGlobal(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        row = self._model.row_at(index.row())
        in_square = index.column() == MODEL and event.position().x() < SQUARE - 8
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
