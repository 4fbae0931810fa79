"""A trace as bars on tracks, for viewers that draw such: what is at the same time stands on tracks beside each other.

There is a group of tracks for requests and one for each version of a model. There is none for the instances of a model:
a trace does not say which of them computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.core.progress import Progress
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import Piece, RequestTrace, Span
from studio.value_class import dataclass, field

REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted, in nanoseconds after the first request of the trace began; what it holds lies within it.

    `request` is the same number for all bars of one request.
    """

    group: str
    lane: int
    name: str
    begin: int
    end: int
    request: int
    about: tuple[tuple[str, str], ...] = ()
    within: tuple[Bar, ...] = field(default=())


def bars(trace: Trace, rows: Iterable[int], progress: Progress) -> Iterator[Bar]:
    """The bars of some requests, one request after the other. Raises CoreError, and what `progress` raises."""
    wanted = list(rows)
    lanes: dict[str, list[int]] = {}
    for number, row in enumerate(wanted):
        progress(number / len(wanted), trace.ids[row])
        yield from _of_request(trace.request(row), int(trace.begin[row]), row + 1, lanes)


def _of_request(request: RequestTrace, zero: int, number: int, lanes: dict[str, list[int]]) -> Iterator[Bar]:
    begin, end = zero, zero + request.total
    told = (("id", request.id), ("model", request.model), ("protocol", request.protocol), ("error", request.error))
    about = tuple((name, text) for name, text in told if text)
    within = _within(request.network, zero, begin, end, number, REQUESTS)
    name = request.id or request.model
    yield Bar(REQUESTS, _lane(lanes, REQUESTS, begin, end), name, begin, end, number, about, within)
    for span in request.root.walk():
        yield _of_span(span, request.id, zero, number, lanes)


def _of_span(span: Span, request_id: str, zero: int, number: int, lanes: dict[str, list[int]]) -> Bar:
    group = f"{span.model} {span.version}".rstrip()
    begin = max(0, zero + span.begin)
    end = max(begin, zero + span.end)
    told = (
        ("request", request_id),
        ("trace id", str(span.id)),
        ("did", "" if span.ran else "answered from the response cache, or refused while it waited"),
    )
    within = _within((*span.pieces, *span.gaps), zero, begin, end, number, group)
    about = tuple((name, text) for name, text in told if text)
    return Bar(group, _lane(lanes, group, begin, end), span.model, begin, end, number, about, within)


def _within(pieces: Iterable[Piece], zero: int, begin: int, end: int, number: int, group: str) -> tuple[Bar, ...]:
    """Stages one after the other: what overlaps the one before, as the sending of a stream's answers may, is cut."""
    found, at = [], begin
    for piece in sorted(pieces, key=lambda each: each.begin):
        from_, to = max(at, zero + piece.begin), min(end, zero + piece.end)
        if from_ < to:
            found.append(Bar(group, 0, piece.stage, from_, to, number))
            at = to
    return tuple(found)


def _lane(lanes: dict[str, list[int]], group: str, begin: int, end: int) -> int:
    """The first track of a group that is free then."""
    ends = lanes.setdefault(group, [])
    for lane, last in enumerate(ends):
        if last <= begin:
            ends[lane] = end
            return lane
    ends.append(end)
    return len(ends) - 1
