"""Where the time of a request went, so that all of it is given to somebody exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias

from studio.core.tracing.values import STAGES, ModelTime, RequestTrace, Shares, Span, Stage, StageTime

_Model: TypeAlias = tuple[str, str]
_NOBODY: _Model = ("", "")
_Part: TypeAlias = tuple[int, int, _Model, Stage]


def shares(request: RequestTrace) -> Shares:
    """Where the time in the server went, of one request. What went on after the answer was sent is in none of it."""
    times = _times(request)
    return _shares(times, _runs(request.root), request.total, 1)


def shares_of_all(requests: Iterable[RequestTrace]) -> Shares:
    """The same of many requests together."""
    times: dict[tuple[_Model, Stage], int] = defaultdict(int)
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


def _shares(times: dict[tuple[_Model, Stage], int], runs: dict[_Model, int], total: int, requests: int) -> Shares:
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


def _times(request: RequestTrace) -> dict[tuple[_Model, Stage], int]:
    """Every moment goes to those who worked in it, in equal parts; to nobody's gap where none did."""
    parts = [part for part in _parts(request) if part[0] < part[1]]
    cuts = sorted({0, request.total, *(end for part in parts for end in part[:2])})
    starting: dict[int, list[int]] = defaultdict(list)
    ending: dict[int, list[int]] = defaultdict(list)
    for number, (begin, end, _, _) in enumerate(parts):
        starting[begin].append(number)
        ending[end].append(number)
    times: dict[tuple[_Model, Stage], int] = defaultdict(int)
    active: dict[int, None] = {}
    for begin, end in pairwise(cuts):
        for number in ending[begin]:
            del active[number]
        active |= dict.fromkeys(starting[begin])
        keys = [(parts[number][2], parts[number][3]) for number in active] or [(_NOBODY, STAGES[-1])]
        each, rest = divmod(end - begin, len(keys))
        for number, key in enumerate(keys):
            times[key] += each + (number < rest)
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
