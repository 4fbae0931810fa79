"""How long our own requests took, and how many of them failed here, over a sliding window. Any thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from studio.core.serving.series import GAP
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Latencies in nanoseconds over a window, and how many requests they come from; NaN without any.

    `first50` and `first99` are the times to the first answer of those that were streams, `failures_s` are the requests
    a second that failed as we saw it: of many a server counts nothing. `client` and `network` are means.
    """

    p50: float = GAP
    p95: float = GAP
    p99: float = GAP
    count: int = 0
    first50: float = GAP
    first99: float = GAP
    failures_s: float = 0.0
    client: float = GAP
    network: float = GAP


@dataclass(slots=True)
class _Taken:
    """What is known of one model: moments with nanoseconds, those of first answers, and moments of failures."""

    whole: deque[tuple[float, int]]
    first: deque[tuple[float, int]]
    failures: deque[float]
    outside: deque[tuple[float, int, int]]
    """Nanoseconds of packing here and on the way."""


class Latencies:
    """By model, over the last `window` seconds and at most `limit` requests."""

    def __init__(self, window: float = 60.0, limit: int = 10_000) -> None:
        self._window = window
        self._limit = limit
        self._taken: dict[str, _Taken] = {}
        self._lock = threading.Lock()

    def record(
        self,
        model: str,
        time: float,
        nanoseconds: int,
        first: int | None = None,
        outside: tuple[int, int] | None = None,
    ) -> None:
        """One request of a model that was answered at `time`.

        `first` is when the first answer of a stream came, `outside` what was spent here and on the way.
        """
        with self._lock:
            taken = self._of(model)
            taken.whole.append((time, nanoseconds))
            if first is not None:
                taken.first.append((time, first))
            if outside is not None:
                taken.outside.append((time, *outside))

    def record_failure(self, model: str, time: float) -> None:
        """One request of a model that failed at `time`."""
        with self._lock:
            self._of(model).failures.append(time)

    def models(self) -> tuple[str, ...]:
        """The models that have been asked, sorted."""
        with self._lock:
            return tuple(sorted(self._taken))

    def percentiles(self, model: str, now: float) -> Percentiles:
        """The percentiles of a model over the window that ends at `now`."""
        with self._lock:
            whole, first, failures, outside = self._within(model, now - self._window)
        p50, p95, p99 = _percentiles(whole, (50, 95, 99))
        first50, first99 = _percentiles(first, (50, 99))
        recent = sum(at > now - _RECENT for at in failures) / _RECENT
        client, network = (sum(each) / len(outside) for each in zip(*outside, strict=True)) if outside else (GAP, GAP)
        return Percentiles(p50, p95, p99, len(whole), first50, first99, recent, client, network)

    def all(self, now: float) -> dict[str, Percentiles]:
        """Those of every model that was asked in the window; the others are forgotten."""
        with self._lock:
            known = tuple(self._taken)
        found = {model: self.percentiles(model, now) for model in known}
        with self._lock:
            for model in known:
                taken = self._taken[model]
                if not (taken.whole or taken.failures):
                    del self._taken[model]
        return found

    def _of(self, model: str) -> _Taken:
        if model not in self._taken:
            most = self._limit
            self._taken[model] = _Taken(*(deque(maxlen=most) for _ in range(4)))
        return self._taken[model]

    def _within(self, model: str, since: float) -> tuple[list[int], list[int], list[float], list[tuple[int, int]]]:
        taken = self._taken.get(model)
        if taken is None:
            return [], [], [], []
        for each in (taken.whole, taken.first):
            while each and each[0][0] < since:
                each.popleft()
        while taken.failures and taken.failures[0] < since:
            taken.failures.popleft()
        while taken.outside and taken.outside[0][0] < since:
            taken.outside.popleft()
        outside = [(here, way) for _, here, way in taken.outside]
        return [n for _, n in taken.whole], [n for _, n in taken.first], list(taken.failures), outside


_RECENT = 5.0
"""Seconds over which failures are counted: one alone shall be seen, and go again."""


def _percentiles(nanoseconds: list[int], wanted: Iterable[int]) -> list[float]:
    if not nanoseconds:
        return [GAP for _ in wanted]
    import numpy as np

    return [float(each) for each in np.percentile(nanoseconds, list(wanted))]
