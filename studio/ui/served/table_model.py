"""The models of the server as a Qt model: a row for each, and one below it for what it unfolds to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from studio.ui.look.load_state import LoadState
from studio.ui.served.ordering import Key, Ordering
from studio.ui.served.rows import AGAINST, COLUMNS, INSTANCES, LOAD, MEMORY, MODEL, ServedRow
from studio.ui.widgets.tables import Index

ROW = Qt.ItemDataRole.UserRole + 400
Which = Literal["all", "ready", "failed"]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = (LOAD, INSTANCES, MEMORY)
_NO_INDEX = QModelIndex()


class Entry(NamedTuple):
    """A line of the table: a model, or what is unfolded below it."""

    name: str
    is_detail: bool = False


class ServedModel(QAbstractTableModel):
    """Rows are worked out when they are first asked for after a change: a server may have thousands."""

    rearranged = Signal()
    """Other lines are shown, or in another order."""

    def __init__(
        self,
        make: Callable[[str], ServedRow],
        states: Callable[[Sequence[str]], dict[str, LoadState]],
        key: Callable[[str, int], Key],
        parent: QObject,
    ) -> None:
        """`make` works out a row, `states` only what is counted, `key` what one is sorted by in a column."""
        super().__init__(parent)
        self._make, self._states_of, self._key = make, states, key
        self._ordering = Ordering(self)
        self._ordering.done.connect(self._take_order)
        self._names: list[str] = []
        self._states: dict[str, LoadState] = {}
        self._order: list[str] = []
        """The names as a person last sorted them."""
        self._entries: list[Entry] = []
        self._places: dict[str, int] = {}
        self._cache: dict[str, ServedRow] = {}
        self._opened: set[str] = set()
        self._words: list[str] = []
        self._which: Which = "all"
        self._sorted = (MODEL, Qt.SortOrder.AscendingOrder)

    # What is shown

    def show(self, names: Sequence[str]) -> None:
        """Shows these models as they are now. Their order stays until a person sorts anew."""
        self._states = self._states_of(names)
        if list(names) != self._names:
            self._take_names(names)
        elif self._which != "all" or self._words:
            self._arrange_if_other()
        self.renew()

    def renew(self) -> None:
        """Works the rows that are seen out anew: some of what they say goes by the clock."""
        self._cache.clear()
        if self._entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._entries) - 1, len(COLUMNS) - 1))

    def narrow(self, text: str, which: Which) -> None:
        """Shows only the models that answer to every word, and are in that state."""
        self._words, self._which = text.casefold().split(), which
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column."""
        self._sorted = (column, order)
        self._put_in_order()

    def turn(self, name: str) -> None:
        """Unfolds a model, or folds it."""
        self._opened ^= {name}
        self._arrange()

    def is_open(self, name: str) -> bool:
        """Whether a model is unfolded."""
        return name in self._opened

    def counts(self) -> dict[Which, int]:
        """How many models there are, and how many of them are ready or failed."""
        states = Counter(self._states.values())
        return {"all": len(self._names), "ready": states["ready"], "failed": states["failed"]}

    # Where it is

    def entry(self, row: int) -> Entry | None:
        """The line at a row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def place(self, name: str) -> int:
        """The row of a model; -1 where it is not shown."""
        return self._places.get(name, -1)

    def details(self) -> list[tuple[int, str]]:
        """The rows of what is unfolded, with their models."""
        return [(at, each.name) for at, each in enumerate(self._entries) if each.is_detail]

    def row(self, name: str) -> ServedRow:
        """The row of a model."""
        if name not in self._cache:
            self._cache[name] = self._make(name)
        return self._cache[name]

    # As Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles of the columns; those of numbers stand at the right."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            # As far from the numbers before it as its cells are.
            return f"\u2003{COLUMNS[section]}" if section == AGAINST else COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in _NUMBERS else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is unfolded is no row to be chosen."""
        entry = self.entry(index.row())
        return Qt.ItemFlag.NoItemFlags if entry is None or entry.is_detail else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row, for the delegate; texts for everybody else."""
        entry = self.entry(index.row())
        if entry is None or entry.is_detail:
            return None
        row = self.row(entry.name)
        if role == ROW:
            return row
        cell = row.cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{COLUMNS[index.column()]}: {cell.text or 'nothing'}"
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS else None

    # Inside

    def _take_names(self, names: Sequence[str]) -> None:
        known = set(names)
        kept = [name for name in self._order if name in known]
        self._order = [*kept, *sorted(known.difference(kept))]
        self._names = list(names)
        self._opened &= known
        self._put_in_order()
        if self._entries_differ():
            # What is to be in another order is shown as it is meanwhile.
            self._arrange()

    def _put_in_order(self) -> None:
        column, order = self._sorted
        is_down = order == Qt.SortOrder.DescendingOrder
        if column == MODEL:
            self._ordering.stop()
            self._take_order(sorted(self._names, reverse=is_down))
        else:
            self._ordering.begin(self._names, lambda name: self._key(name, column), is_down=is_down)

    def _take_order(self, order: list[str]) -> None:
        self._order = order
        self._arrange()

    def _wanted(self) -> list[Entry]:
        names = self._answering(self._order)
        lines = ((Entry(name), Entry(name, True)) if name in self._opened else (Entry(name),) for name in names)
        return [entry for line in lines for entry in line]

    def _answering(self, names: Sequence[str]) -> list[str]:
        is_whole = self._which == "all" and not self._words
        return list(names) if is_whole else [name for name in names if self._answers(name)]

    def _answers(self, name: str) -> bool:
        state = self._states.get(name, "")
        if self._which not in ("all", state):
            return False
        told = f"{name} {state or 'not loaded'}".casefold()
        return all(word in told for word in self._words)

    def _arrange(self) -> None:
        self.beginResetModel()
        self._entries = self._wanted()
        self._places = {each.name: at for at, each in enumerate(self._entries) if not each.is_detail}
        self.endResetModel()
        self.rearranged.emit()

    def _arrange_if_other(self) -> None:
        if self._entries_differ():
            self._arrange()

    def _entries_differ(self) -> bool:
        return self._places.keys() != set(self._answering(self._names))
