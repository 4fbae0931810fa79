"""Where the time of a request went, so that all of it is given to somebody exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

from studio.core.tracing.values import STAGES, ModelTime, RequestTrace, Shares, Span, Stage, StageTime

_Model: TypeAlias = tuple[str, str]
_NOBODY: _Model = ("", "")
_Part: TypeAlias = tuple[int, int, _Model, Stage]
_Key: TypeAlias = tuple[_Model, Stage]
_SLACK = 1e-6


def shares(request: RequestTrace) -> Shares:
    """Where the time in the server went, of one request. What went on after the answer was sent is in none of it."""
    times = _times(request)
    return _shares(times, _runs(request.root), request.total, 1)


def shares_of_all(requests: Iterable[RequestTrace]) -> Shares:
    """The same of many requests together."""
    times: dict[_Key, int] = defaultdict(int)
    runs: dict[_Model, int] = defaultdict(int)
    total = count = 0
    for request in requests:
        count += 1
        total += request.total
        for key, time in _times(request).items():
            times[key] += time
        for model, number in _runs(request.root).items():
            runs[model] += number
    return _shares(times, runs, total, count)


def _shares(times: dict[_Key, int], runs: dict[_Model, int], total: int, requests: int) -> Shares:
    by_stage = {stage: sum(time for (_, each), time in times.items() if each == stage) for stage in STAGES}
    models = []
    for model, number in runs.items():
        own = {stage: times.get((model, stage), 0) for stage in STAGES}
        time = sum(own.values())
        if time:
            models.append(ModelTime(*model, time, _part(time, total), _stage_times(own, total), number))
    models.sort(key=lambda each: (-each.time, each.model, each.version))
    return Shares(total, _stage_times(by_stage, total), tuple(models), requests)


def _stage_times(times: dict[Stage, int], total: int) -> tuple[StageTime, ...]:
    return tuple(StageTime(stage, time, _part(time, total)) for stage, time in times.items() if time)


def _part(time: int, total: int) -> float:
    return time / total if total else 0.0


def _runs(root: Span) -> dict[_Model, int]:
    found: dict[_Model, int] = defaultdict(int)
    for span in root.walk():
        found[span.model, span.version] += 1
    return found


def _times(request: RequestTrace) -> dict[_Key, int]:
    """Every moment goes to those who worked in it, in equal parts; to nobody's gap where none did."""
    parts = [part for part in _parts(request) if part[0] < part[1]]
    cuts = sorted({0, request.total, *(end for part in parts for end in part[:2])})
    changes: dict[int, list[tuple[_Key, int]]] = defaultdict(list)
    for begin, end, model, stage in parts:
        changes[begin].append(((model, stage), 1))
        changes[end].append(((model, stage), -1))
    parted = _Parted()
    # How many work of each kind: to go through all that do at each cut would take the square of their number.
    active: dict[_Key, int] = {}
    for begin, end in pairwise(cuts):
        for key, by in changes[begin]:
            active[key] = active.get(key, 0) + by
            if not active[key]:
                del active[key]
        parted.give(end - begin, active or {(_NOBODY, STAGES[-1]): 1})
    return parted.whole(cuts[-1] - cuts[0])


class _Parted:
    """Times that were given in equal parts: in whole nanoseconds, and what parts of one were left over."""

    def __init__(self) -> None:
        self._times: dict[_Key, int] = defaultdict(int)
        self._rests: dict[_Key, float] = defaultdict(float)

    def give(self, time: int, working: Mapping[_Key, int]) -> None:
        """Gives a time to so many of each kind."""
        count = sum(working.values())
        for key, number in working.items():
            each, rest = divmod(time * number, count)
            self._times[key] += each
            self._rests[key] += rest / count

    def whole(self, total: int) -> dict[_Key, int]:
        """All in whole nanoseconds, which add up to the total: those with the most left over are rounded up."""
        # A little less, since numbers with a point may say a little more than there is.
        sure = {key: max(0, int(rest - _SLACK)) for key, rest in self._rests.items()}
        times = {key: time + sure[key] for key, time in self._times.items()}
        ordered = sorted(times, key=lambda key: sure[key] - self._rests[key])
        for key in ordered[: total - sum(times.values())]:
            times[key] += 1
        return times


def _parts(request: RequestTrace) -> Iterator[_Part]:
    """All pieces, without what went on after the answer was sent."""
    own = ((piece.begin, piece.end, _NOBODY, piece.stage) for piece in request.network)
    for begin, end, model, stage in (*own, *_span_parts(request.root)):
        yield max(0, begin), min(end, request.total), model, stage


def _span_parts(span: Span) -> Iterator[_Part]:
    """The pieces of a span without the time in which those worked that it asked."""
    model = (span.model, span.version)
    asked = sorted((step.begin, step.end) for step in span.steps)
    for piece in span.pieces:
        at = piece.begin
        for begin, end in [*asked, (piece.end, piece.end)]:
            yield at, min(begin, piece.end), model, piece.stage
            at = max(at, end)
    for step in span.steps:
        yield from _span_parts(step)
