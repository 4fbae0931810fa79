"""The server's log as a list model: bounded, filtered by level and words, fed in batches."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.core.serving.launch import LogLine

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole + 1
CAPACITY = 20_000
CAUSE = "C"
"""The level of the studio's own line that says in plain words why a server ended."""
_NO_INDEX = QModelIndex()


class LogModel(QAbstractListModel):
    """Keeps the latest lines; shows those that pass the filter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: deque[LogLine] = deque(maxlen=CAPACITY)
        self._shown: list[LogLine] = []
        self._levels = frozenset("EWI")
        self._words: re.Pattern[str] | None = None
        self._counts = dict.fromkeys("EWIV", 0)

    def counts(self) -> dict[str, int]:
        """Lines kept, by level; what has no level counts as verbose."""
        return dict(self._counts)

    def append(self, lines: Iterable[LogLine]) -> None:
        """Takes a batch; the oldest lines go when there are too many."""
        new = list(lines)
        for line in new:
            if len(self._all) == CAPACITY:
                self._counts[_level(self._all.popleft())] -= 1
            self._all.append(line)
            self._counts[_level(line)] += 1
        passing = [line for line in new if self._passes(line)]
        surplus = len(self._shown) + len(passing) - CAPACITY
        if surplus > 0:
            self.beginRemoveRows(_NO_INDEX, 0, min(surplus, len(self._shown)) - 1)
            del self._shown[:surplus]
            self.endRemoveRows()
        if passing:
            first = len(self._shown)
            self.beginInsertRows(_NO_INDEX, first, first + len(passing) - 1)
            self._shown += passing
            self.endInsertRows()

    def clear(self) -> None:
        """Removes all lines, those that are filtered out too."""
        self._all.clear()
        self._counts = dict.fromkeys("EWIV", 0)
        self._filter()

    def set_filter(self, levels: Iterable[str], words: str) -> None:
        """Shows these levels only, and lines that hold the words (`/…/` is a regular expression)."""
        self._levels = frozenset(levels)
        self._words = _pattern(words)
        self._filter()

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [line for line in self._all if self._passes(line)]
        self.endResetModel()

    def _passes(self, line: LogLine) -> bool:
        if line.level != CAUSE and _level(line) not in self._levels:
            return False
        return self._words is None or bool(self._words.search(line.text))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Lines that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a line, or the line itself."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        line = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return line.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.level} {line.source} {line.text}"
        return line if role == LINE else None


def _level(line: LogLine) -> str:
    return line.level if line.level in ("E", "W", "I") else "V"


def clock(seconds: float) -> str:
    """Time of day with milliseconds; blank where it is not known."""
    if not seconds:
        return ""
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{int(seconds % 1 * 1000):03d}"


def as_text(line: LogLine) -> str:
    """One line for the clipboard."""
    return "  ".join(part for part in (clock(line.time), line.level, line.source, line.text) if part)


def _pattern(words: str) -> re.Pattern[str] | None:
    if not words:
        return None
    if len(words) > 2 and words.startswith("/") and words.endswith("/"):
        try:
            return re.compile(words[1:-1], re.IGNORECASE)
        except re.error:
            return re.compile(re.escape(words), re.IGNORECASE)
    return re.compile(re.escape(words), re.IGNORECASE)
