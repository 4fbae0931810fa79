"""What many things did over the last hour, in little memory: a table of numbers for each minute.

What did nothing in a minute has no line in its table, and costs nothing. Where the tables take more than a budget, the
oldest are thinned to a point for each ten seconds, and then left out. Any thread may read and write.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from studio.core.serving.figures.minute import OF_KEY, POINTS, Key, Minute, merged
from studio.core.serving.series import GAP, Floats
from studio.value_class import dataclass

_COARSE = 10
_NOBODY: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """A quantity: its value where nothing happens, and how several points become one: by their largest, or their mean.

    `weight` is the column by which a mean is weighted.
    """

    name: str
    idle: float = GAP
    is_largest: bool = False
    weight: str = ""


class History:
    """Points in time of many things, with the same columns. Times must not go back."""

    def __init__(self, columns: Sequence[Column], seconds: float = 3600.0, budget: int = 40 << 20) -> None:
        import numpy as np

        self._columns = {column.name: place for place, column in enumerate(columns)}
        self._told = tuple(columns)
        self._idle = np.array([column.idle for column in columns], np.float32)
        self._seconds, self._budget = seconds, budget
        self._minutes: deque[Minute] = deque()
        self._seen: dict[Key, float] = {}
        self._latest = _NOBODY
        self._line = len(columns) * POINTS * np.dtype(np.float32).itemsize + OF_KEY
        self._lock = threading.RLock()
        self.coarse_until = self.dropped_until = -math.inf
        """Up to when there is a point for ten seconds only, and up to when nothing is kept, for want of memory."""
        self.left_out = 0
        """So many lines of the latest point found no room."""

    # What it takes

    def append(self, at: float, lines: Mapping[Key, Sequence[float]], known: frozenset[Key] = _NOBODY) -> None:
        """One more point. Those that are `known` and have no line were idle; of the rest nothing is known."""
        import numpy as np

        with self._lock:
            minute = self._minute(at, lines)
            lines = self._fitting(minute, lines)
            known = self._known(minute, known)
            place = len(minute.times)
            self._add_lines(minute, lines)
            minute.times.append(at)
            minute.known.append(known)
            silent = [line for key, line in minute.lines.items() if key not in lines and key in known]
            minute.table[silent, :, place] = self._idle
            if lines:
                minute.table[[minute.lines[key] for key in lines], :, place] = np.array(
                    list(lines.values()), np.float32
                )
            self._seen.update(dict.fromkeys(lines, at))

    def _known(self, minute: Minute, known: frozenset[Key]) -> frozenset[Key]:
        """The same set for as long as it has the same keys."""
        if self._latest != known:
            minute.names += len(known) if self._latest else 0
            self._latest = known
        return self._latest

    def _fitting(self, minute: Minute, lines: Mapping[Key, Sequence[float]]) -> Mapping[Key, Sequence[float]]:
        """Those for which there is room within the budget."""
        new = [key for key in lines if key not in minute.lines]
        needed = (minute.room_for(len(minute.lines) + len(new)) - len(minute.table)) * self._line
        self.left_out = 0
        if not new or self.size + needed <= self._budget:
            return lines
        room = max(0, (self._budget - self.size) // self._line)
        left = frozenset(new[room:])
        self.left_out = len(left)
        return {key: values for key, values in lines.items() if key not in left}

    def _add_lines(self, minute: Minute, lines: Mapping[Key, Sequence[float]]) -> None:
        """Gives a line to what does something for the first time in a minute: before it was idle, or not there."""
        new = [key for key in lines if key not in minute.lines]
        minute.grow(len(minute.lines) + len(new))
        for key in new:
            line = minute.lines[key] = len(minute.lines)
            idle = [place for place, there in enumerate(minute.known) if key in there]
            minute.table[line][:, idle] = self._idle[:, None]

    def _has_room(self, minute: Minute, lines: Mapping[Key, Sequence[float]]) -> bool:
        if len(minute.times) >= POINTS:
            return False
        wanted = minute.room_for(len(minute.lines) + sum(key not in minute.lines for key in lines))
        more = wanted - len(minute.table)
        return not more or self.size + more * self._line <= self._budget

    def _minute(self, at: float, lines: Mapping[Key, Sequence[float]]) -> Minute:
        if self._minutes and self._has_room(self._minutes[-1], lines):
            return self._minutes[-1]
        if self._minutes:
            self._minutes[-1].seal()
        while self._minutes and self._minutes[0].times[-1] < at - self._seconds:
            self._minutes.popleft()
        self._keep_within(self._budget - min(len(lines) * self._line, self._budget // 2))
        if len(self._seen) > 64:
            oldest = self._minutes[0].times[0] if self._minutes else at
            self._seen = {key: when for key, when in self._seen.items() if when >= oldest}
        self._minutes.append(Minute(len(self._columns)))
        return self._minutes[-1]

    def _keep_within(self, budget: int) -> None:
        while self.size > budget and self._minutes:
            fine = next((minute for minute in self._minutes if not minute.is_coarse), None)
            if fine is not None:
                self._thin(fine)
                self.coarse_until = fine.times[-1]
            else:
                self.dropped_until = self._minutes.popleft().times[-1]

    def _thin(self, minute: Minute) -> None:
        import numpy as np

        starts = list(range(0, len(minute.times), _COARSE))
        thin = np.full((len(minute.lines), len(self._told), len(starts)), GAP, np.float32)
        for place, column in enumerate(self._told):
            weights = minute.table[:, self._columns[column.weight]] if column.weight else None
            thin[:, place] = merged(minute.table[:, place], starts, column.is_largest, weights)
        minute.table, minute.is_coarse = thin, True
        minute.names = minute.names * len(starts) // len(minute.times)
        minute.times = [minute.times[start] for start in starts]
        minute.known = [minute.known[start] for start in starts]

    def forget(self, gone: Callable[[Key], bool]) -> None:
        """Drops whatever is told of some."""
        with self._lock:
            self._seen = {key: at for key, at in self._seen.items() if not gone(key)}
            for minute in self._minutes:
                kept = {key: line for key, line in minute.lines.items() if not gone(key)}
                minute.table = minute.table[list(kept.values())]
                minute.lines = {key: line for line, key in enumerate(kept)}
                minute.known = [frozenset(key for key in there if not gone(key)) for there in minute.known]

    def clear(self) -> None:
        """Forgets all keys and their figures."""
        with self._lock:
            self._minutes.clear()
            self._seen.clear()
            self._latest, self.left_out = _NOBODY, 0
            self.coarse_until = self.dropped_until = -math.inf

    # What it tells

    @property
    def size(self) -> int:
        """How many bytes the tables and the keys take, about."""
        return sum(minute.size for minute in self._minutes)

    def keys(self) -> tuple[Key, ...]:
        """Those that did something in the time that is kept."""
        with self._lock:
            return tuple(self._seen)

    def active(self, since: float) -> frozenset[Key]:
        """Those that did something since then."""
        with self._lock:
            return frozenset(key for key, at in self._seen.items() if at >= since)

    def __contains__(self, key: Key) -> bool:
        return key in self._seen

    def track(self, key: Key, column: str) -> Track:
        """One quantity of one of them."""
        return Track(self, key, column)

    def points(self, key: Key, column: str, since: float = -math.inf) -> tuple[Floats, Floats]:
        """Times and values not before `since`, oldest first, as arrays of the caller's own."""
        import numpy as np

        place = self._columns[column]
        times: list[Floats] = [np.empty(0)]
        values: list[Floats] = [np.empty(0)]
        with self._lock:
            if key not in self._seen:
                return times[0], values[0]
            for minute in self._minutes:
                if minute.times and minute.times[-1] >= since:
                    times.append(np.array(minute.times))
                    values.append(self._of_minute(minute, key, place))
        there, found = np.concatenate(times), np.concatenate(values)
        first = int(np.searchsorted(there, since))
        return there[first:], found[first:]

    def rows(self, key: Key, columns: Sequence[str], since: float = -math.inf) -> tuple[Floats, list[Floats]]:
        """Times, and the values of several columns at these very times, while others append."""
        with self._lock:
            found = [self.points(key, column, since) for column in columns]
        return found[0][0], [values for _, values in found]

    def _of_minute(self, minute: Minute, key: Key, place: int) -> Floats:
        import numpy as np

        line = minute.lines.get(key)
        if line is not None:
            return minute.table[line, place, : len(minute.times)].astype(np.float64)
        return np.array([self._told[place].idle if key in there else GAP for there in minute.known], np.float64)

    def last(self, key: Key, column: str) -> float:
        """The newest value; NaN where there is none."""
        with self._lock:
            if key not in self._seen or not self._minutes or not self._minutes[-1].times:
                return GAP
            return float(self._of_minute(self._minutes[-1], key, self._columns[column])[-1])


@dataclass(frozen=True, slots=True)
class Track:
    """One quantity of one thing over time; what is not known has no points."""

    history: History
    key: Key
    column: str

    def points(self, since: float = -math.inf) -> tuple[Floats, Floats]:
        """Times and values not before `since`, oldest first."""
        return self.history.points(self.key, self.column, since)

    @property
    def last(self) -> float:
        """The newest value; NaN where there is none."""
        return self.history.last(self.key, self.column)

    def __len__(self) -> int:
        return len(self.points()[0])
