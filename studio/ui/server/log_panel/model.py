"""The server's log as a table model of one column: bounded, filtered by level, model and words, fed in batches."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import is_harmless, meaning
from studio.core.serving.logs.log_buffer import LogBuffer
from studio.text.search import Search
from studio.text.time_limit import TimeIsUpError, time_limit

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole + 1
CAUSE = "C"
"""The level of the studio's own line that says in plain words what the line above it means."""
HARMLESS = "harmless without a GPU"
_NO_INDEX = QModelIndex()
_AT_ONCE = 10_000
"""So many lines are filtered in one go: all of them would hold the window up."""
_TOOLTIP = 2000
_LIMIT_S = 0.25
"""What a regular expression may take for the lines of one go."""


class LogModel(QAbstractTableModel):
    """Keeps the latest lines; shows those that pass the filter, the latest first where there are many."""

    models_changed = Signal()
    """There is a line of a model that had none."""
    too_slow = Signal()
    """The regular expression takes too long; the words are looked for as they stand."""
    older_shown = Signal()
    """Lines were added above, by a filter that works through the older ones."""

    def __init__(self, parent: QObject | None = None, kept: LogBuffer | None = None) -> None:
        super().__init__(parent)
        self._all = LogBuffer() if kept is None else kept
        self._shown: list[LogLine] = []
        self._older: list[LogLine] = []
        """Lines that a new filter has not looked at yet."""
        self._forgotten = 0
        """So many of those are no longer kept."""
        self._levels = frozenset("EWI")
        self._model = ""
        self._search = Search("")
        self._counts = dict.fromkeys("EWIV", 0)
        self.models: set[str] = set()
        """The models of which there are lines."""
        self.longest = 0
        """The characters of the longest line."""
        self.has_gpu = False
        """Whether the server was given GPUs, so that what it says of them matters."""
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._filter_older)

    def counts(self) -> dict[str, int]:
        """Lines kept, by level; what has no level counts as verbose, and so does what is harmless."""
        return dict(self._counts)

    def is_harmless(self, line: LogLine) -> bool:
        """Whether a line looks worse than it is."""
        return not self.has_gpu and is_harmless(line)

    def append(self, lines: Iterable[LogLine]) -> None:
        """Takes a batch; the oldest lines go when there are too many."""
        new = [each for line in lines for each in ((line,) if self.is_harmless(line) else _explained(line))]
        gone = self._all.extend(new)
        for line in new:
            self._counts[self._counted(line)] += 1
        for line in gone:
            self._counts[self._counted(line)] -= 1
        self._forget(gone)
        known = len(self.models)
        self.models.update(line.model for line in new if line.model)
        self.longest = max(self.longest, *(len(line.text) for line in new), 0)
        passing = self._passing(new[max(len(new) - len(self._all), 0) :])
        if passing:
            first = len(self._shown)
            self.beginInsertRows(_NO_INDEX, first, first + len(passing) - 1)
            self._shown += passing
            self.endInsertRows()
        if len(self.models) > known:
            self.models_changed.emit()

    def clear(self) -> None:
        """Removes all lines, those that are filtered out too."""
        self._all.clear()
        self._counts = dict.fromkeys("EWIV", 0)
        self.models = set()
        self._filter()
        self.models_changed.emit()

    def set_filter(self, levels: Iterable[str], words: str, model: str = "") -> None:
        """Shows these levels only, and lines that hold the words (`/…/` is a regular expression), of one model."""
        self._levels = frozenset(levels)
        self._search = _search(words)
        self._model = model
        self._filter()

    def shown(self) -> list[LogLine]:
        """All lines that pass the filter; at once, whatever is still to be looked at."""
        return self._passing(self._older[self._forgotten :]) + self._shown

    def _forget(self, gone: list[LogLine]) -> None:
        """Takes lines away that are no longer kept: they are the oldest ones, shown or still to be filtered."""
        waiting = min(len(gone), len(self._older) - self._forgotten)
        self._forgotten += waiting
        count = 0
        for line in gone[waiting:]:
            if count < len(self._shown) and self._shown[count] is line:
                count += 1
        if count:
            self.beginRemoveRows(_NO_INDEX, 0, count - 1)
            del self._shown[:count]
            self.endRemoveRows()

    def _filter(self) -> None:
        self._older, self._forgotten = list(self._all), 0
        self.beginResetModel()
        self._shown = self._filtered()
        self.endResetModel()

    def _filter_older(self) -> None:
        found = self._filtered()
        if found:
            self.beginInsertRows(_NO_INDEX, 0, len(found) - 1)
            self._shown[:0] = found
            self.endInsertRows()
            self.older_shown.emit()

    def _filtered(self) -> list[LogLine]:
        """What passes of the latest lines that are still to be looked at."""
        start = max(len(self._older) - _AT_ONCE, self._forgotten)
        found = self._passing(self._older[start:])
        del self._older[start:]
        if start <= self._forgotten:
            self._older, self._forgotten = [], 0
        else:
            self._later.start()
        return found

    def _passing(self, lines: list[LogLine]) -> list[LogLine]:
        """Those of the lines that pass. An expression that takes too long is looked for as the words that it is."""
        if not self._search.is_pattern:
            return [line for line in lines if self._passes(line)]
        try:
            with time_limit(_LIMIT_S):
                return [line for line in lines if self._passes(line)]
        except TimeIsUpError:
            self._search = Search(f"/{self._search.words}/")
            self.too_slow.emit()
            return [line for line in lines if self._passes(line)]

    def _passes(self, line: LogLine) -> bool:
        if line.level != CAUSE and _level(line) not in self._levels:
            return False
        if self._model and line.model != self._model:
            return False
        pattern = self._search.pattern
        return pattern is None or bool(pattern.search(line.text))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Lines that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a line, or the line itself."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        line = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text
        if role == Qt.ItemDataRole.ToolTipRole:
            # What looks like HTML would be shown as such, with pictures from wherever it says.
            return f"<p style='white-space: pre-wrap'>{html.escape(line.text[:_TOOLTIP])}</p>"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = (line.level, line.source, line.model, line.text, HARMLESS if self.is_harmless(line) else "")
            return " ".join(part for part in told if part)
        return line if role == LINE else None

    def _counted(self, line: LogLine) -> str:
        return "V" if self.is_harmless(line) else _level(line)


def _level(line: LogLine) -> str:
    return line.level if line.level in ("E", "W", "I") else "V"


def _explained(line: LogLine) -> tuple[LogLine, ...]:
    """A line, and below it in plain words what it means, where that is known."""
    words = meaning(line.text) if line.level in ("E", "") else ""
    return (line, replace(line, level=CAUSE, text=words)) if words else (line,)


def _search(words: str) -> Search:
    """Between slashes a regular expression, where it is one; else the words themselves."""
    if len(words) > 2 and words.startswith("/") and words.endswith("/"):
        pattern = Search(words[1:-1], is_pattern=True)
        if not pattern.problem:
            return pattern
    return Search(words)
