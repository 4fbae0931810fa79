"""The monitor's table as a Qt model: one row a model version, sortable, with a sparkline in each number's cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from studio.core.serving.series import ModelKey
from studio.ui.look.theme import tokens
from studio.ui.monitor import history
from studio.ui.monitor.charted import ChartedModels
from studio.ui.monitor.history import TimeWindow
from studio.ui.monitor.plotting.spark import Spark
from studio.ui.monitor.rows import COLUMNS, ModelRow
from studio.ui.widgets.tables import ROLE, Index

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

MODEL, VERSION, FIRST = 0, 1, 2
BUSY_FIRST = -1
"""No column: what did something in the last minute first, by name."""
COLOUR = Qt.ItemDataRole.UserRole + 201
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SPARK_POINTS = 32


@dataclass(frozen=True, slots=True)
class NumberCell:
    """Everything that a number's cell paints."""

    text: str
    role: str
    spark_colour: str
    spark: Spark


class MonitorModel(QAbstractTableModel):
    """Holds the rows of the latest sample. Sparklines are read when they are first painted after it."""

    def __init__(self, sampler: CurrentSampler, charted: ChartedModels, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sampler = sampler
        self._charted = charted
        self._rows: list[ModelRow] = []
        self._window = TimeWindow(0, 60)
        self._sparks: dict[tuple[ModelKey, int], Spark] = {}
        self._sorted = (BUSY_FIRST, Qt.SortOrder.AscendingOrder)
        self.seen: Callable[[], range] = lambda: range(len(self._rows))
        """The rows in sight."""

    def cell(self, row: int, column: int) -> NumberCell | None:
        """What a number's cell paints; None where there is a sentence in its place."""
        shown = self.row_at(row)
        if shown is None or shown.message or column < FIRST:
            return None
        place = column - FIRST
        value, told = shown.values[place], COLUMNS[place]
        ink = self._spark_colour(shown, told.field, value)
        return NumberCell(told.text(value), _role(told.field, value), ink, self._spark(shown.key, place))

    def row_at(self, row: int) -> ModelRow | None:
        """The model version in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rows(self) -> tuple[ModelRow, ...]:
        """All of them, as they stand."""
        return tuple(self._rows)

    def place(self, key: ModelKey | None) -> int:
        """The row of a model version; -1 where it has none."""
        return next((place for place, row in enumerate(self._rows) if row.key == key), -1)

    def messages(self) -> list[int]:
        """The rows that carry a sentence in place of numbers."""
        return [place for place, row in enumerate(self._rows) if row.message]

    def show_rows(self, rows: list[ModelRow], window: TimeWindow) -> None:
        """Shows the rows of a new sample; `window` is what the sparklines cover."""
        self._renew(window)
        wanted = self._in_order(rows)
        if [row.key for row in wanted] == [row.key for row in self._rows]:
            before, self._rows = self._rows, wanted
            self._tell_changes(before)
        elif {row.key for row in wanted} == {row.key for row in self._rows}:
            self._reorder(wanted)
        else:
            self.beginResetModel()
            self._rows = wanted
            self.endResetModel()

    def _renew(self, window: TimeWindow) -> None:
        """Drops the sparklines once the window has moved on by one of their steps; until then they are the same."""
        step = window.seconds / _steps(window)
        before, self._window = self._window, window
        if before.seconds != window.seconds or before.end // step != window.end // step:
            self._sparks.clear()

    def _tell_changes(self, before: list[ModelRow]) -> None:
        """Of the rows in sight the cells that read otherwise, so that no other is painted anew; the rest in one."""
        seen, last = self.seen(), len(self._rows) - 1
        shown = range(max(seen.start, 0), min(seen.stop, len(self._rows)))
        if not self._sparks:
            self._tell(0, last)
            return
        for place in shown:
            for first, end in _changed(before[place], self._rows[place]):
                self.dataChanged.emit(self.index(place, first), self.index(place, end))
        self._tell(0, shown.start - 1)
        self._tell(shown.stop, last)

    def _tell(self, first: int, last: int) -> None:
        """Whole rows may be others now."""
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else FIRST + len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section == MODEL else _RIGHT
        if role == Qt.ItemDataRole.DisplayRole:
            return ("model", "version")[section] if section < FIRST else COLUMNS[section - FIRST].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column == MODEL or (row.message and column == FIRST) else _RIGHT
        if column < FIRST:
            return self._name(row, column, role)
        if row.message:
            return self._message(row, column, role)
        return self._number(row, column - FIRST, role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted = (column, order)
        self._reorder(self._in_order(self._rows))

    def _name(self, row: ModelRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.key[column]
        if role == ROLE:
            return "dim" if row.message else "text"
        if column == VERSION:
            return None
        charted = self._charted.colour(row.key)
        if role == COLOUR:
            return tokens().series[charted] if charted >= 0 else ""
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if charted >= 0 else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.key[0]} version {row.key[1]}, {'in' if charted >= 0 else 'not in'} the charts"
        return None

    def _message(self, row: ModelRow, column: int, role: int) -> Any:
        if column == FIRST and role == Qt.ItemDataRole.DisplayRole:
            return row.message
        if column == FIRST and role == Qt.ItemDataRole.ToolTipRole:
            return row.reason if row.is_failed else None
        return ("text" if row.is_failed else "dim") if role == ROLE else None

    def _number(self, row: ModelRow, place: int, role: int) -> Any:
        value, column = row.values[place], COLUMNS[place]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(value)
        if role == ROLE:
            return _role(column.field, value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title} {column.text(value)}"
        if role == Qt.ItemDataRole.ToolTipRole and column.field == "p99" and math.isfinite(value):
            return percentile_of(self._sampler, row.key)
        return None

    def _spark_colour(self, row: ModelRow, field: str, value: float) -> str:
        charted = self._charted.colour(row.key)
        if field == "failures_s" and value > 0:
            return "error"
        return tokens().series[charted] if charted >= 0 else "faint"

    def _spark(self, key: ModelKey, place: int) -> Spark:
        found = self._sparks.get((key, place))
        if found is None:
            column, window = COLUMNS[place], self._window
            times, values = column.series(self._sampler, key).points(window.start)
            found = Spark(history.on_grid(times, values, window, _steps(window)))
            self._sparks[key, place] = found
        return found

    def _in_order(self, rows: list[ModelRow]) -> list[ModelRow]:
        """By the chosen column; what does not serve comes last either way."""
        column, order = self._sorted
        made = sorted(rows, key=lambda row: _sort_key(row, column), reverse=order == Qt.SortOrder.DescendingOrder)
        return sorted(made, key=lambda row: bool(row.message))

    def _reorder(self, wanted: list[ModelRow]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = [self._rows[index.row()].key for index in self.persistentIndexList()]
        old: list[QModelIndex] = list(self.persistentIndexList())
        self._rows = wanted
        new = [self.index(self.place(key), index.column()) for key, index in zip(before, old, strict=True)]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()


def percentile_of(sampler: CurrentSampler, key: ModelKey) -> str:
    """Whose 99th percentile is shown of a model, and how many requests it is of."""
    since, own = sampler.last.time - 60, sampler.last.own.get(key[0])
    if math.isfinite(sampler.model(*key, "p99").last) or own is None:
        count = history.total(*sampler.model(*key, "requests_s").points(since - 2), since)
        return f"Of all traffic: {count:,.0f} requests in the last minute"
    return f"Of own requests: {own.count:,} in the last minute"


def _steps(window: TimeWindow) -> int:
    """How many points a sparkline has; a stretch shorter than the time between samples would be a gap."""
    return max(2, min(SPARK_POINTS, int(window.seconds / 1.5)))


def _changed(before: ModelRow, now: ModelRow) -> Iterator[tuple[int, int]]:
    """The first and the last column of each stretch of cells that read otherwise."""
    if (before.state, before.reason, before.is_ensemble) != (now.state, now.reason, now.is_ensemble):
        yield MODEL, FIRST + len(COLUMNS) - 1
        return
    first = -1
    for place, column in enumerate(COLUMNS, FIRST):
        old, new = before.values[place - FIRST], now.values[place - FIRST]
        if old is not new and column.text(old) != column.text(new):
            first = place if first < 0 else first
        elif first >= 0:
            yield first, place - 1
            first = -1
    if first >= 0:
        yield first, FIRST + len(COLUMNS) - 1


def _role(field: str, value: float) -> str:
    if not math.isfinite(value) or value == 0:
        return "dim"
    return "error" if field == "failures_s" else "text"


def _sort_key(row: ModelRow, column: int) -> tuple[float | str, ...]:
    if column == BUSY_FIRST:
        return (not row.is_busy, row.key[0], row.key[1])
    if column == MODEL:
        return (row.key[0], row.key[1])
    if column == VERSION:
        return (float(row.key[1]) if row.key[1].isdigit() else 0.0, row.key[0])
    value = row.values[column - FIRST]
    return (value if math.isfinite(value) else -1.0, row.key[0])
