"""The table of a comparison: inputs, outputs and facts, each as both have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.merging.comparison import SIDES, FactRow, Interface, Port, PortRow, compare, compare_facts, words
from studio.ui.look.theme import mono_font
from studio.ui.widgets import DenseDelegate, chip_width, paint, paint_chip
from studio.ui.widgets.tables import ICON, MONO, ROLE, TYPE, WEIGHT

Index = QModelIndex | QPersistentModelIndex
_HEADS = ("", "", "", "What differs")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: a title alone, or a name with what both have and what differs."""

    name: str
    cells: tuple[Port | str | None, Port | str | None] = ("", "")
    told: str = ""
    is_title: bool = False
    is_port: bool = False


class CompareModel(QAbstractTableModel):
    """Rows of two interfaces; those that differ carry a sign and words."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[_Row] = []
        self._titles = ("", "")

    def show_interfaces(self, left: Interface | None, right: Interface | None) -> tuple[int, int]:
        """Shows two interfaces, or nothing. Gives how many tensors and how many facts differ."""
        self.beginResetModel()
        self._rows = []
        differ = (0, 0)
        if left is not None and right is not None:
            self._titles = (left.title, right.title)
            ports, facts = compare(left, right), compare_facts(left, right)
            for side in SIDES:
                self._add(f"{side.capitalize()}s", (_port_row(row) for row in ports if row.side == side))
            self._add("Facts", (_fact_row(row) for row in facts))
            differ = sum(bool(row.differences) for row in ports), sum(row.differs for row in facts)
        self.endResetModel()
        return differ

    def _add(self, title: str, rows: Iterable[_Row]) -> None:
        found = list(rows)
        if found:
            self._rows += [_Row(title, is_title=True), *found]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return self._titles[section - 1] if section in (1, 2) else _HEADS[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].is_title:
            return Qt.ItemFlag.NoItemFlags if not index.isValid() else Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if row.is_title:
            title: dict[int, object] = {Qt.ItemDataRole.DisplayRole: row.name, ROLE: "dim", WEIGHT: 600}
            return title.get(role) if index.column() == 0 else None
        if index.column() == 0:
            return _name_cell(row, role)
        if index.column() == 3:
            told: dict[int, object] = {
                Qt.ItemDataRole.DisplayRole: row.told,
                Qt.ItemDataRole.ToolTipRole: row.told,
                ROLE: "warn" if row.is_port else "dim",
            }
            return told.get(role)
        return _value_cell(row, row.cells[index.column() - 1], role)


class CompareDelegate(DenseDelegate):
    """A data type's chip and, at its right, the shape."""

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        kind = str(index.data(TYPE) or "")
        if not kind:
            super().paint_content(painter, inner, index, selected)
            return
        width = float(chip_width(kind))
        paint_chip(painter, QRectF(inner.left(), inner.center().y() - 10, width, 20), kind)
        text = str(index.data() or "")
        paint.text(painter, inner.adjusted(width + 8, 0, 0, 0), text, mono_font(12), str(index.data(ROLE) or "text"))


def _name_cell(row: _Row, role: int) -> object:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        return row.name
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{row.name}: {row.told or 'the same'}"
    if role == ICON:
        sign = ("warning-fill", "warn_fill") if row.told and row.is_port else ("git-diff", "dim")
        return sign if row.told else ("equals", "faint")
    return None


def _value_cell(row: _Row, cell: Port | str | None, role: int) -> object:
    if cell is None or isinstance(cell, str):
        plain: dict[int, object] = {Qt.ItemDataRole.DisplayRole: cell or "–", Qt.ItemDataRole.ToolTipRole: cell or ""}
        return plain.get(role, ("text" if cell else "faint") if role == ROLE else None)
    if role == TYPE:
        return cell.data_type
    if role == MONO:
        return True
    if role == ROLE:
        return "warn" if row.told else "text"
    if role == Qt.ItemDataRole.DisplayRole:
        shape = words(cell.shape)
        return shape if cell.data_type else f"{cell.kind}  {shape}".strip()
    return f"{cell.data_type} {words(cell.shape)}" if role == Qt.ItemDataRole.ToolTipRole else None


def _port_row(row: PortRow) -> _Row:
    port = row.left or row.right or Port("")
    told = ", ".join(each.text for each in row.differences)
    return _Row(port.name, (row.left, row.right), told, is_port=True)


def _fact_row(row: FactRow) -> _Row:
    both = bool(row.left and row.right)
    return _Row(
        row.name, (row.left, row.right), "" if not row.differs else "another value" if both else "on one side only"
    )
