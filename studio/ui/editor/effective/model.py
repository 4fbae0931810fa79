"""The values that a server will hold for a model, as the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from studio.core.checking.effective import Origin, Outcome
from studio.text.paths import breadcrumb
from studio.ui.widgets.tables import ICON, MONO, ROLE, WEIGHT, column_head

Index = QModelIndex | QPersistentModelIndex
Which = Literal["all", "filled", "different"]
OUTCOME = Qt.ItemDataRole.UserRole + 300
TITLES = ("Field", "Value", "From", "Running server")
_NO_INDEX = QModelIndex()
_WORDS: dict[Origin, tuple[str, str]] = {
    "written": ("the file", "file-text"),
    "model file": ("model file", "cube"),
    "backend": ("backend", "gear-six"),
    "server": ("server", "hard-drives"),
    "reported": ("running server", "hard-drives"),
}


def name_and_place(outcome: Outcome) -> tuple[str, str]:
    """`kind` and `instance_group 0`."""
    last = max((i for i, step in enumerate(outcome.path) if isinstance(step, str)), default=0)
    head, tail = outcome.path[:last], outcome.path[last:]
    return breadcrumb(tail), breadcrumb(head)


class EffectiveModel(QAbstractTableModel):
    """The outcomes as a table: one row for each value."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[Outcome, ...] = ()

    def show(self, outcomes: Sequence[Outcome]) -> None:
        """Shows these; where the fields are the same, only what changed is told."""
        rows = tuple(outcomes)
        if [row.path for row in rows] != [row.path for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        changed = [place for place, (a, b) in enumerate(zip(rows, self._rows, strict=True)) if a != b]
        self._rows = rows
        for place in changed:
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(TITLES) - 1))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many values the configuration in force has."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Field, value, origin, what a server reports."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles of the columns."""
        return column_head(TITLES, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, and how it is painted."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == OUTCOME:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{breadcrumb(row.path)}\n{row.reason}".rstrip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{TITLES[column]}: {self._text(row, column) or 'nothing'}"
        return self._look(row, column, role)

    @staticmethod
    def _text(row: Outcome, column: int) -> str:
        reported = "not told" if row.reported is None else row.reported or "not set"
        return (breadcrumb(row.path), row.value, _WORDS[row.origin][0], reported)[column]

    @staticmethod
    def _look(row: Outcome, column: int, role: int) -> Any:
        """What nobody wrote stands out by its sign and weight; what a server holds otherwise by another."""
        if role == MONO:
            return column in (0, 1, 3)
        if role == WEIGHT and column == 2:
            return 400 if row.origin == "written" else 600
        if role == ICON and column == 2:
            return _WORDS[row.origin][1], "dim" if row.origin == "written" else "accent"
        if role == ICON and column == 3 and row.differs:
            return "warning-fill", "warn_fill"
        if role == ROLE:
            quiet = (column == 3 and not row.differs) or (column == 2 and row.origin == "written")
            return "warn" if column == 3 and row.differs else "dim" if quiet else "text"
        return None


class EffectiveFilter(QSortFilterProxyModel):
    """The rows that answer to a text and to a choice."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._which: Which = "all"

    def narrow(self, text: str, which: Which) -> None:
        """Shows only the values that pass the filter."""
        self._words, self._which = text.casefold().split(), which
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Every word in field, value, origin or reason."""
        row: Outcome = self.sourceModel().index(source_row, 0, source_parent).data(OUTCOME)
        if self._which == "filled" and row.origin == "written":
            return False
        if self._which == "different" and not row.differs:
            return False
        text = f"{breadcrumb(row.path)} {row.value} {_WORDS[row.origin][0]} {row.reason}".casefold()
        return all(word in text for word in self._words)
