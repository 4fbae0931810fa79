"""The moments that get a line through every chart: models that were loaded again, and what a person marked. No Qt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio.core.serving.launch import LogLine
from studio.ui.monitor.history import TimeMark, TimeWindow

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_LOADED = re.compile(r"successfully loaded '(.+)'$")
_KEPT = 500
_TOGETHER = 1.5
_SAME = 5.0


class Marks:
    """Keeps the latest marks. A reload is read from the server's log, which says when, and where there is no log
    from counters that began anew: a reload in place goes on counting, one after an unload does not.
    """

    def __init__(self) -> None:
        self._own: list[TimeMark] = []
        self._seen: set[str] = set()
        self._reloads: list[tuple[float, str]] = []
        self._outcomes: dict[str, list[tuple[float, str]]] = {}

    def add(self, time: float) -> TimeMark:
        """A person marked this moment."""
        made = TimeMark(time, f"Mark {len(self._own) + 1}")
        self._own.append(made)
        return made

    def read_log(self, lines: Iterable[LogLine], offset: float) -> bool:
        """New lines of the server's log; `offset` is wall clock minus monotonic. True where there is a new mark."""
        before = len(self._reloads)
        for line in lines:
            found = _LOADED.search(line.text)
            if found is None or not line.time:
                continue
            if found[1] in self._seen:
                self._reloads.append((line.time - offset, found[1]))
            self._seen.add(found[1])
        is_new = len(self._reloads) > before
        del self._reloads[:-_KEPT]
        return is_new

    def within(self, sampler: CurrentSampler, window: TimeWindow) -> list[TimeMark]:
        """The marks inside a window, in order; what was loaded in one go is one mark."""
        reloads = [*self._reloads, *self._anew(sampler, window)]
        alerts = [TimeMark(alert.at, alert.title) for alert in sampler.told]
        found = [*self._own, *self._together(sorted(reloads)), *alerts]
        return sorted((m for m in found if window.start <= m.time <= window.end), key=lambda mark: mark.time)

    def _anew(self, sampler: CurrentSampler, window: TimeWindow) -> list[tuple[float, str]]:
        found = [(at, name) for at, (name, _) in sampler.figures.restarts if at >= window.start]
        logged = self._reloads
        return [(at, name) for at, name in found if not any(n == name and abs(t - at) < _SAME for t, n in logged)]

    def note_outcome(self, name: str, words: str, time: float) -> None:
        """What the reload of a model at this moment came to, once that is known."""
        self._outcomes[name] = [*self._outcomes.get(name, ()), (time, words)][-_KEPT:]

    def _together(self, reloads: list[tuple[float, str]]) -> list[TimeMark]:
        """One mark for models that were loaded right after one another, as an ensemble is after its step."""
        runs: list[list[tuple[float, str]]] = []
        for at, name in reloads:
            if runs and at - runs[-1][-1][0] <= _TOGETHER:
                runs[-1].append((at, name))
            else:
                runs.append([(at, name)])
        return [TimeMark(run[0][0], self._said([name for _, name in run], run[0][0])) for run in runs]

    def _said(self, models: list[str], at: float) -> str:
        unique = list(dict.fromkeys(models))
        if len(unique) > 1:
            return f"{unique[0]} and {len(unique) - 1} more reloaded"
        known = [words for time, words in self._outcomes.get(unique[0], ()) if abs(time - at) < _SAME]
        return f"{unique[0]} {known[-1] if known else 'reloaded'}"
