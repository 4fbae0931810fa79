"""What was found as lines: each model's name, and below it its hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from studio.core.operations.searching import Hit
from studio.ui.widgets.tables import Index

ROW = Qt.ItemDataRole.UserRole + 1
"""A Hit, or a (name, count) above those of a model."""
_NONE = QModelIndex()


class FoundModel(QAbstractListModel):
    """Grows while the search runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Hit | tuple[str, int]] = []

    def clear(self) -> None:
        """Takes all lines away."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    def add(self, found: Sequence[Sequence[Hit]]) -> None:
        """Adds the hits of some models."""
        rows: list[Hit | tuple[str, int]] = []
        for hits in found:
            rows += [(hits[0].name, len(hits)), *hits]
        if rows:
            first = len(self._rows)
            self.beginInsertRows(_NONE, first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def hits(self) -> list[Hit]:
        """All hits that are listed."""
        return [row for row in self._rows if isinstance(row, Hit)]

    def leave_out(self, row: int) -> None:
        """Takes a hit, or all of a model, from the list: it is not replaced."""
        chosen = self._rows[row]
        name = chosen.name if isinstance(chosen, Hit) else chosen[0]
        kept: list[Hit | tuple[str, int]] = []
        rest = [hit for hit in self.hits() if hit.name == name and isinstance(chosen, Hit) and hit is not chosen]
        for each in self._rows:
            if isinstance(each, Hit) and (each.name != name or each in rest):
                kept.append(each)
            elif not isinstance(each, Hit) and (each[0] != name or rest):
                kept.append(each if each[0] != name else (name, len(rest)))
        self.beginResetModel()
        self._rows = kept
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        """How many lines were found, with those that name their files."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, and its words for a screen reader."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(row, Hit):
                return f"{row.name}, line {row.line}: {row.before}{row.found}{row.after}"
            return f"{row[0]}, {row[1]} found"
        return None
