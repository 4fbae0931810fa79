"""The table of the models: sorted, filtered, several chosen at once, each unfolded in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from studio.ui.served import names
from studio.ui.served.delegate import CARET, HEIGHT, ServedDelegate
from studio.ui.served.rows import AGAINST, COLUMNS, INSTANCES, LOAD, MEMORY, MODEL, REASON, STATE, VERSION
from studio.ui.served.table_model import ServedModel
from studio.ui.widgets import DenseTable

_WIDTHS = {STATE: 92, VERSION: 62, LOAD: 84, INSTANCES: 88, MEMORY: 88, AGAINST: 112}
_LEAST = {AGAINST: 900, MEMORY: 800, INSTANCES: 720, LOAD: 640, VERSION: 520}
"""The width from which on a column is there: they go from the right, the name never."""
_NAME, _NAME_SHARE = 200, 0.2

MakeDetail = Callable[[str, QWidget], QWidget]


class ServedTable(DenseTable):
    """The rows, and below an unfolded one the widget that `make_detail` gives, which lives on while rows move."""

    chosen_changed = Signal()
    menu_asked = Signal(str, QPoint)
    """The model under the pointer, and where on the screen its menu is to open."""

    def __init__(self, model: ServedModel, make_detail: MakeDetail, parent: QWidget) -> None:
        super().__init__(HEIGHT, parent)
        self.setObjectName(names.Served.TABLE)
        self.setAccessibleName("Models of the server")
        self._model, self._make_detail = model, make_detail
        self._details: dict[str, QWidget] = {}
        self._chosen: tuple[str, ...] = ()
        self._high: set[int] = set()
        """The rows that are higher than others: a view keeps that of a row whatever stands in it."""
        self.setModel(model)
        self.setItemDelegate(ServedDelegate(model.is_open, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._dress()
        model.modelAboutToBeReset.connect(self._keep_chosen)
        model.rearranged.connect(self._rearranged)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        self.customContextMenuRequested.connect(self._ask_menu)
        self.verticalScrollBar().valueChanged.connect(self._place_details)

    def _dress(self) -> None:
        header = self.horizontalHeader()
        header.setFixedHeight(28)
        header.setStyleSheet("QHeaderView::section:first { padding-left: 44px; }")
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(MODEL, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    # What is chosen

    def chosen(self) -> tuple[str, ...]:
        """The chosen models, from the top."""
        # By ranges: to list the rows one by one takes seconds where thousands are chosen.
        selection = self.selectionModel().selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        rows = sorted({row for each in ranges for row in range(each.top(), each.bottom() + 1)})
        found = (self._model.entry(row) for row in rows)
        return tuple(entry.name for entry in found if entry is not None and not entry.is_detail)

    def choose(self, *wanted: str) -> None:
        """Selects the rows of these models, in one change: each is told to all that follow it."""
        selection = QItemSelection()
        for first, last in _runs(sorted(row for name in wanted if (row := self._model.place(name)) >= 0)):
            selection.select(self._model.index(first, MODEL), self._model.index(last, len(COLUMNS) - 1))
        self.selectionModel().select(selection, self.selectionModel().SelectionFlag.ClearAndSelect)
        if wanted and (row := self._model.place(wanted[0])) >= 0:
            index = self._model.index(row, MODEL)
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)
            self.scrollTo(index)

    def turn(self) -> None:
        """Unfolds the chosen models, or folds them."""
        for name in self.chosen():
            if self._model.row(name).unfolds or self._model.is_open(name):
                self._model.turn(name)
                self._show_whole(name)

    def _show_whole(self, name: str) -> None:
        """What was unfolded is seen, and before all its row."""
        row = self._model.place(name)
        if self._model.is_open(name) and row >= 0:
            self.scrollTo(self._model.index(row + 1, MODEL))
            self.scrollTo(self._model.index(row, MODEL))
            self._place_details()

    def _keep_chosen(self) -> None:
        self._chosen = self.chosen()

    def _rearranged(self) -> None:
        self._fit_details()
        self.choose(*self._chosen)

    # What is unfolded

    def detail(self, name: str) -> QWidget | None:
        """What is unfolded below a model."""
        return self._details.get(name)

    def _fit_details(self) -> None:
        """Makes and drops what is unfolded, and gives each the height that it needs."""
        wanted = {name: row for row, name in self._model.details()}
        for name in self._details.keys() - wanted.keys():
            gone = self._details.pop(name)
            gone.hide()
            gone.deleteLater()
        self.clearSpans()
        for row in self._high:
            self.setRowHeight(row, HEIGHT)
        self._high = set(wanted.values())
        for name, row in wanted.items():
            if name not in self._details:
                self._details[name] = self._make_detail(name, self.viewport())
            self.setSpan(row, 0, 1, len(COLUMNS))
        self.fit_heights()

    def fit_heights(self) -> None:
        """Gives what is unfolded the height that it needs now."""
        width = self.viewport().width()
        for row, name in self._model.details():
            widget = self._details[name]
            needed = widget.heightForWidth(width) if widget.hasHeightForWidth() else widget.sizeHint().height()
            if self.rowHeight(row) != needed:
                self.setRowHeight(row, needed)
        self._place_details()

    def _place_details(self, *_moved: int) -> None:
        for row, name in self._model.details():
            widget = self._details[name]
            top = self.rowViewportPosition(row)
            widget.setGeometry(0, top, self.viewport().width(), self.rowHeight(row))
            widget.show()

    # As Qt asks

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the width; on a narrow page those at the right go."""
        super().resizeEvent(event)
        width = self.viewport().width()
        left = width
        for column, wanted in _WIDTHS.items():
            hidden = width < _LEAST.get(column, 0)
            self.setColumnHidden(column, hidden)
            self.setColumnWidth(column, wanted)
            left -= 0 if hidden else wanted
        name = max(_NAME, int(width * _NAME_SHARE))
        self.setColumnWidth(MODEL, name)
        self.setColumnWidth(REASON, max(120, left - name))
        self.fit_heights()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Past what is unfolded."""
        index = super().moveCursor(action, modifiers)
        entry = self._model.entry(index.row())
        if entry is None or not entry.is_detail:
            return index
        is_up = action in (self.CursorAction.MoveUp, self.CursorAction.MovePageUp)
        row = index.row() - 1 if is_up else min(index.row() + 1, self._model.rowCount() - 1)
        further = self._model.entry(row)
        return self.currentIndex() if further is None or further.is_detail else self._model.index(row, index.column())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the caret unfolds."""
        index = self.indexAt(event.position().toPoint())
        entry = self._model.entry(index.row())
        super().mousePressEvent(event)
        left = self.columnViewportPosition(REASON)
        on_caret = index.column() == REASON and event.position().x() < left + CARET + 8
        if entry is not None and on_caret and event.button() == Qt.MouseButton.LeftButton:
            self.turn()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click unfolds."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.turn()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Right unfolds, Left folds; Enter and the other keys are commands."""
        opened = {name for name in self.chosen() if self._model.is_open(name)}
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            if bool(opened) is (event.key() == Qt.Key.Key_Left):
                self.turn()
            return
        super().keyPressEvent(event)

    def _ask_menu(self, at: QPoint) -> None:
        entry = self._model.entry(self.indexAt(at).row())
        if entry is not None and not entry.is_detail:
            if entry.name not in self.chosen():
                self.choose(entry.name)
            self.menu_asked.emit(entry.name, self.viewport().mapToGlobal(at))


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last of the rows that follow each other."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    return found
