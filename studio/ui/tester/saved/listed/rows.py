"""The rows of the saved requests: models, and below each its requests, as far as they fit what is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.core.saved_requests.listing import Listed
from studio.core.saved_requests.outcome import Outcome

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1
NO_MODEL = "of no model"


@dataclass(frozen=True, slots=True)
class Row:
    """A request, or the model above its requests where `listed` is None."""

    text: str
    listed: Listed | None = None
    outcome: Outcome | None = None
    is_open: bool = False
    is_changed: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the rows tell of."""

    entries: Mapping[str, Listed]
    outcomes: Mapping[str, Outcome]
    words: str = ""
    tags: frozenset[str] = frozenset()
    opened: str = ""
    changed: frozenset[str] = frozenset()


class SavedRows(QAbstractItemModel):
    """Two levels. The number within an index is 0 for a model, and else one more than the place of its model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tops: list[Row] = []
        self._below: list[list[Row]] = []

    def show(self, shown: Shown) -> None:
        """Shows these; rows that stay where they are only change."""
        tops, below = _arranged(shown)
        if _places(tops, below) == _places(self._tops, self._below):
            self._tops, self._below = tops, below
            for place, rows in enumerate(below):
                top = self.index(place, 0)
                self.dataChanged.emit(top, top)
                self.dataChanged.emit(self.index(0, 0, top), self.index(len(rows) - 1, 0, top))
            return
        self.beginResetModel()
        self._tops, self._below = tops, below
        self.endResetModel()

    def find(self, name: str) -> QModelIndex:
        """The index of a request."""
        for place, rows in enumerate(self._below):
            for row, each in enumerate(rows):
                if each.listed is not None and each.listed.name == name:
                    return self.index(row, 0, self.index(place, 0))
        return QModelIndex()

    @property
    def shown(self) -> tuple[str, ...]:
        """The requests that fit, from the top."""
        return tuple(each.listed.name for rows in self._below for each in rows if each.listed is not None)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        top = int(index.internalId()) if index.isValid() else 0
        return self.createIndex(top - 1, 0, 0) if top else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        if not parent.isValid():
            return len(self._tops)
        return 0 if parent.internalId() else len(self._below[parent.row()])

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        del parent
        return 1

    def row_at(self, index: Index) -> Row | None:
        """What stands in a row."""
        if not index.isValid():
            return None
        top = int(index.internalId())
        return self._below[top - 1][index.row()] if top else self._tops[index.row()]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.text}, {state_words(row) or 'not run'}" if row.listed is not None else row.text
        return tip(row) if role == Qt.ItemDataRole.ToolTipRole else None


def state_words(row: Row) -> str:
    """How a request is, in a word or two."""
    if row.listed is not None and row.listed.problem:
        return f"line {row.listed.line}" if row.listed.line else "broken"
    if row.listed is not None and not row.listed.is_good:
        return "no tensor" if row.listed.missing else "not set"
    if row.outcome is None:
        return ""
    told = {"failed": "differs", "error": "no answer", "cancelled": "not sent", "written": "kept"}
    return told.get(row.outcome.state, f"{row.outcome.seconds * 1000:.1f} ms")


def tip(row: Row) -> str:
    """All that is known of a request."""
    listed = row.listed
    if listed is None:
        return row.text
    lines = [f"{listed.name}.json"]
    if not listed.is_good:
        lines.append(listed.words)
    elif row.outcome is not None:
        lines.append(row.outcome.words)
    if listed.tags:
        lines.append(f"Tags: {', '.join(listed.tags)}")
    if row.is_changed:
        lines.append("It has changes that are not saved.")
    return "\n".join(lines)


def tags_of(entries: Mapping[str, Listed]) -> tuple[str, ...]:
    """All tags, sorted."""
    return tuple(sorted({tag for each in entries.values() for tag in each.tags}))


def _arranged(shown: Shown) -> tuple[list[Row], list[list[Row]]]:
    by_model: dict[str, list[Listed]] = {}
    for each in shown.entries.values():
        by_model.setdefault(each.model or NO_MODEL, []).append(each)
    tops, below = [], []
    for model in sorted(by_model, key=lambda name: (name == NO_MODEL, name)):
        fitting = [each for each in by_model[model] if _fits(each, shown.words, shown.tags)]
        if fitting:
            all_, some = len(by_model[model]), len(fitting)
            tops.append(Row(model, count=str(all_) if some == all_ else f"{some} of {all_}"))
            below.append([_row(each, shown) for each in fitting])
    return tops, below


def _row(listed: Listed, shown: Shown) -> Row:
    name = listed.name
    return Row(name, listed, shown.outcomes.get(name), name == shown.opened, name in shown.changed)


def _fits(listed: Listed, words: str, tags: frozenset[str]) -> bool:
    text = " ".join((listed.name, listed.model, *listed.tags)).lower()
    return all(word in text for word in words.lower().split()) and (not tags or not tags.isdisjoint(listed.tags))


def _places(tops: list[Row], below: list[list[Row]]) -> list[tuple[str, list[str]]]:
    return [(top.text, [each.text for each in rows]) for top, rows in zip(tops, below, strict=True)]
