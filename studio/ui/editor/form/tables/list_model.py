"""A repeated message of the configuration as a table model: a row an element, a column a field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, NamedTuple, TypeVar, overload

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import NOT_READABLE, FormContext
from studio.ui.widgets.tables import MONO, TYPE

Index = QModelIndex | QPersistentModelIndex
ColumnKind = Literal["handle", "text", "mono", "chip", "wire", "summary", "told", "remove"]
NOTE = Qt.ItemDataRole.UserRole + 200
E = TypeVar("E")
_NO_INDEX = QModelIndex()
_MOST_KEPT = 500
"""Rows that are held ready: those that were looked at last."""


class Cell(NamedTuple):
    """What a cell shows; `note` stands after it, dim."""

    text: str
    note: str = ""


TableRow = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RowsOf(Sequence[TableRow], Generic[E]):
    """Rows of elements, each made when it is asked for: of thousands only those that are seen ever are."""

    elements: Sequence[E]
    row: Callable[[E], TableRow]

    def __len__(self) -> int:
        return len(self.elements)

    @overload
    def __getitem__(self, place: int) -> TableRow: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[TableRow]: ...

    def __getitem__(self, place: int | slice) -> TableRow | Sequence[TableRow]:
        if isinstance(place, slice):
            return RowsOf(self.elements[place], self.row)
        return self.row(self.elements[place])


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, the field that it edits, and how a typed text becomes a value of it.

    `parse` is None for a column that is only looked at. It raises ValueError, whose text is shown, for what cannot be.
    """

    title: str
    name: str = ""
    parse: Callable[[str], Any] | None = None
    choices: tuple[str, ...] = ()
    kind: ColumnKind = "text"
    width: int = 0
    at: Path = ()
    """Where the value lies in the element; empty where it is the field itself."""
    offers: Callable[[int], tuple[str, ...]] | None = None
    """What may be chosen in a row; anything else may be typed."""
    write: Callable[[Draft, Path, Any], Draft] | None = None
    """How a parsed value is written into the element at a path, where that is more than one field."""


class ListModel(QAbstractTableModel):
    """The elements at one path; an edit of a cell is an edit of the document."""

    refused = Signal(str)
    """A typed text that cannot be, and why; empty once something was taken."""

    def __init__(
        self,
        context: FormContext,
        path: Path,
        columns: Sequence[Column],
        read: Callable[[Draft], Sequence[TableRow]],
        parent: QObject,
    ) -> None:
        """`read` gives a cell for each column that is neither the handle nor the cross."""
        super().__init__(parent)
        self.path = path
        self.columns = (Column("", kind="handle", width=16), *columns, Column("", kind="remove", width=28))
        self._context = context
        self._read = read
        self._rows: Sequence[TableRow] = ()
        self._kept: dict[int, TableRow] = {}
        """What was shown of rows, the latest last."""

    def show_draft(self, draft: Draft) -> None:
        """Shows the elements of a draft; only what differs of what was shown is told."""
        rows = self._read(draft)
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows, self._kept = rows, {}
            self.endResetModel()
            return
        was, self._rows = self._kept, rows
        self._kept = {row: _framed(rows[row]) for row in was}
        changed = [row for row, shown in was.items() if shown != self._kept[row]]
        if changed:
            # At once: hundreds of rows change with the batch size.
            last = self.index(max(changed), len(self.columns) - 1)
            self.dataChanged.emit(self.index(min(changed), 0), last)

    def _row(self, row: int) -> TableRow:
        """The cells of a row, which are made where it was not looked at lately."""
        found = self._kept.get(row)
        if found is None:
            found = self._kept[row] = _framed(self._rows[row])
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return found

    def column_of(self, name: str) -> int:
        """The place of a field's column; the first field's where the name is none of theirs."""
        return next((i for i, column in enumerate(self.columns) if name and column.name == name), 1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many elements the field has."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are, handle and cross included."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A column with a parser can be typed in."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = self.columns[index.column()].parse
        return base | Qt.ItemFlag.ItemIsEditable if editable else base

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell, and how it is painted."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        column, cell = self.columns[index.column()], self._row(index.row())[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return NOT_READABLE if self._is_lost(index) else cell.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._described(column, cell, role == Qt.ItemDataRole.ToolTipRole)
        painted = {MONO: column.kind in ("mono", "wire", "summary"), NOTE: cell.note}
        is_chip = role == TYPE and column.kind == "chip" and not self._is_lost(index)
        return (cell.text or None) if is_chip else painted.get(role)

    def _is_lost(self, index: Index) -> bool:
        """Whether the value of a cell, or what it follows from, is only guessed."""
        lost = self._context.model.unreadable
        if not lost:
            return False
        column, element = self.columns[index.column()], (*self.path, index.row())
        own = column.at or ((column.name,) if column.name else ())
        return bool(own) and any(path[: len(element) + len(own)] == (*element, *own) for path in lost)

    @staticmethod
    def _described(column: Column, cell: Cell, tip: bool) -> str | None:
        known = {"handle": "Drag to move, or Alt+Up and Alt+Down", "remove": "Remove (Delete)"}
        if column.kind in known:
            return known[column.kind]
        if tip and column.kind == "told":
            return cell.text or None
        return None if tip else f"{column.title}: {cell.text or 'not set'} {cell.note}".rstrip()

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A typed text as an edit; what cannot be parsed changes nothing and is told."""
        column = self.columns[index.column()]
        text = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not column.parse or text == self.data(index):
            return False
        try:
            parsed = column.parse(text)
        except ValueError as error:
            self.refused.emit(f"{column.title} stays as it is: {error}")
            return False
        self.refused.emit("")
        self._write(column, (*self.path, index.row()), parsed)
        return True

    def _write(self, column: Column, element: Path, parsed: Any) -> None:
        title, write = f"Set {column.title.lower()}", column.write
        if write is not None:
            self._context.edit(title, lambda draft: write(draft, element, parsed))
        else:
            self._context.put(title, (*element, *(column.at or (column.name,))), parsed)


def _framed(row: TableRow) -> TableRow:
    """A row with the cells of the handle and the cross."""
    return Cell(""), *row, Cell("")
