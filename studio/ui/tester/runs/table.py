"""The table of results."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from studio.ui.tester.runs import names
from studio.ui.tester.runs.results import Result
from studio.ui.tester.saved.expected.verdict_bar import figures
from studio.ui.tester.saved.listed.delegate import NOT_RUN, STATES
from studio.ui.widgets import DenseTable
from studio.ui.widgets.tables import AT_RIGHT, ICON, ROLE, WEIGHT, Index

HEADERS = ("request", "model", "output", "what differs", "allowed", "largest |Δ|", "relative", "ms", "before")
NAME, MODEL, OUTPUT, WORDS, ALLOWED, ABSOLUTE, RELATIVE, TIME, BEFORE = range(9)
_WIDTHS = {NAME: 208, MODEL: 124, OUTPUT: 108, ALLOWED: 124, ABSOLUTE: 84, RELATIVE: 76, TIME: 64, BEFORE: 64}
_LEAST = {BEFORE: 1080, OUTPUT: 1000, RELATIVE: 900, ALLOWED: 800, MODEL: 640}
"""The width from which on a column is there: they go from the right, the name never."""
_NUMBERS = (ALLOWED, ABSOLUTE, RELATIVE, TIME, BEFORE)
_HEIGHT = 30


class ResultsModel(QAbstractTableModel):
    """The results that are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Result, ...] = ()

    def show(self, rows: tuple[Result, ...]) -> None:
        """Shows these; what stays where it is only changes."""
        if [each.name for each in rows] == [each.name for each in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(HEADERS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return AT_RIGHT
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(row)[column]
        if role == ICON and column == NAME:
            return STATES[row.state] if row.state else NOT_RUN
        if role == ROLE:
            return _role(row, column)
        if role == WEIGHT:
            return 600 if column == NAME and row.kind in ("differ", "failed") else 400
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.outcome.words if row.outcome is not None else row.listed.words or None
        return AT_RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS else None


def _texts(row: Result) -> tuple[str, ...]:
    worst = row.worst
    absolute, relative, _ = figures(worst) if worst is not None else ("–", "–", "–")
    model = row.outcome.model if row.outcome is not None and row.outcome.model else row.listed.model
    seconds = row.outcome.seconds if row.outcome is not None else 0.0
    allowed = worst.allowed if worst is not None else ""
    words = " ".join(row.words.split())
    if row.outcome is not None and row.outcome.message:
        # What was attempted stands in the first two columns.
        words = words.partition(": ")[2] or words
    return (
        row.name,
        model,
        row.output,
        words,
        allowed or "–",
        absolute,
        relative,
        f"{seconds * 1000:.1f}" if seconds else "–",
        f"{row.before * 1000:.1f}" if row.before else "–",
    )


def _role(row: Result, column: int) -> str:
    if row.kind == "failed" and column == WORDS:
        return "error"
    if row.kind == "differ" and column in (WORDS, ABSOLUTE, RELATIVE):
        return "warn"
    return "text" if column in (NAME, TIME) or (column == WORDS and row.kind == "good") else "dim"


class ResultsTable(DenseTable):
    """Several rows can be chosen; Enter and a double click open the request."""

    opened = Signal(str)
    chosen_changed = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(_HEIGHT, parent)
        self._rows = model
        self._chosen: tuple[str, ...] = ()
        self.setObjectName(names.Runs.TABLE)
        self.setAccessibleName("Results of saved requests")
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._rows.rows[index.row()].name))
        self.customContextMenuRequested.connect(lambda at: self.menu_asked.emit(self.viewport().mapToGlobal(at)))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._bring_back)

    def chosen(self) -> tuple[Result, ...]:
        """The chosen rows, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._rows.rows[row] for row in rows if row < len(self._rows.rows))

    def choose(self, *wanted: str) -> None:
        """Selects these requests."""
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().clear()
        for row, each in enumerate(self._rows.rows):
            if each.name in wanted:
                index = self._rows.index(row, 0)
                if not self.chosen():
                    self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
                self.selectionModel().select(index, flags.Select | flags.Rows)

    def _keep(self) -> None:
        self._chosen = tuple(each.name for each in self.chosen())

    def _bring_back(self) -> None:
        self.choose(*self._chosen)
        if not self.chosen() and self._rows.rows:
            self.choose(self._rows.rows[0].name)
        self.chosen_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, least in _LEAST.items():
            self.setColumnHidden(column, self.width() < least)
