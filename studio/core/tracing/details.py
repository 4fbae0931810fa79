"""One request in full, from the records of its streams."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from studio.core.tracing.headers import Header, encodable, header_in, plain_header, record_of, whole
from studio.core.tracing.records import record_starts
from studio.core.tracing.stamps import CODE
from studio.core.tracing.values import Piece, RequestTrace, Span, Stage, TracedTensor

_MOST_TEXT = 1 << 16
"""Characters that are kept of the values of a tensor."""
_MOST_DIMS = 32
_INPUT = "TENSOR_QUEUE_INPUT"
_STAMP = re.compile(rb'\{"id":(\d{1,18}),"timestamps":\[\{"name":"([A-Z_]{1,40})","ns":(\d{1,18})\}\]\}')
"""A moment as the server writes it."""
_OWN: tuple[tuple[Stage, str, str], ...] = (
    ("queue", "QUEUE_START", "COMPUTE_START"),
    ("input", "COMPUTE_START", "COMPUTE_INPUT_END"),
    ("compute", "COMPUTE_INPUT_END", "COMPUTE_OUTPUT_START"),
    ("output", "COMPUTE_OUTPUT_START", "COMPUTE_END"),
)


@dataclass
class _Told:
    """What the records of one stream say: every moment with all its times, rising."""

    header: Header | None = None
    times: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    tensors: list[TracedTensor] = field(default_factory=list)

    def first(self, *names: str) -> int | None:
        """The earliest time of the first of these moments that was told."""
        return next((min(self.times[name]) for name in names if self.times.get(name)), None)

    def last(self, *names: str) -> int | None:
        """The latest time of any of these moments."""
        found = [time for name in names for time in self.times.get(name, ())]
        return max(found, default=None)


def request_of(streams: Sequence[bytes]) -> RequestTrace | None:
    """A request from the bytes of its streams, its own first; None where that does not tell whose it is and when."""
    told: dict[int, _Told] = {}
    for stream in streams:
        _take_stream(told, stream)
    root = next(iter(told.values()), None)
    began = _began(root) if root else None
    if root is None or root.header is None or began is None:
        return None
    children: dict[int, list[_Told]] = defaultdict(list)
    for each in told.values():
        if each is not root and each.header is not None and each.times:
            children[each.header.parent].append(each)
    span = _span(root, root.header, began, children, frozenset())
    sent = root.last("HTTP_SEND_END", "GRPC_SEND_END")
    end = sent if sent is not None else began + span.end
    return RequestTrace(span, began, max(0, end - began), _protocol(root), tuple(_network(root, began)))


def _began(told: _Told) -> int | None:
    """When the first byte was read; where that was not told, when the request was handed to its model."""
    read = [time for name in ("HTTP_RECV_START", "GRPC_WAITREAD_END") if (time := told.first(name)) is not None]
    return min(read) if read else told.first("REQUEST_START")


def _span(told: _Told, header: Header, zero: int, children: Mapping[int, list[_Told]], above: frozenset[int]) -> Span:
    begin = told.first("REQUEST_START")
    last = told.last(*told.times)
    within = above | {header.id}
    steps = [
        _span(each, each.header, zero, children, within)
        for each in children.get(header.id, ())
        if each.header is not None and each.header.id not in within
    ]
    steps.sort(key=lambda step: (step.begin, step.end))
    end = told.first("REQUEST_END")
    start = (begin if begin is not None else told.first(*told.times) or zero) - zero
    finish = max(start, (end if end is not None else last or zero) - zero)
    pieces = tuple(_pieces(told, zero)) or (() if steps else tuple(_waited(told, zero, finish)))
    return Span(
        header.id,
        header.parent,
        header.model,
        header.version,
        header.request_id,
        start,
        finish,
        pieces,
        tuple(steps),
        tuple(_gaps(steps, start, finish)) if not pieces else (),
        tuple(told.tensors),
        ran=bool(steps) or "COMPUTE_START" in told.times,
        is_whole=begin is not None and end is not None,
    )


def _pieces(told: _Told, zero: int) -> Iterator[Piece]:
    for stage, first, second in _OWN:
        begin, end = told.first(first), told.last(second)
        if begin is not None and end is not None and end >= begin and told.first("COMPUTE_START") is not None:
            yield Piece(stage, begin - zero, end - zero)


def _waited(told: _Told, zero: int, finish: int) -> Iterator[Piece]:
    """What never computed waited, for the response cache or until it was refused."""
    begin = told.first("QUEUE_START")
    if begin is not None and finish > begin - zero:
        yield Piece("queue", begin - zero, finish)


def _gaps(steps: Sequence[Span], begin: int, end: int) -> Iterator[Piece]:
    """When none of the steps worked."""
    if not steps:
        return
    at = begin
    for step in steps:
        if step.begin > at:
            yield Piece("gap", at, step.begin)
        at = max(at, step.end)
    if end > at:
        yield Piece("gap", at, end)


def _network(told: _Told, began: int) -> Iterator[Piece]:
    """Reading, until the request was handed to its model, and each time that an answer was sent."""
    handed = told.first("REQUEST_START")
    if handed is not None and handed > began:
        yield Piece("network", 0, handed - began)
    for protocol in ("HTTP", "GRPC"):
        begins, ends = (sorted(told.times.get(f"{protocol}_SEND_{each}", ())) for each in ("START", "END"))
        for begin, end in zip(begins, ends, strict=False):
            if began <= begin <= end:
                yield Piece("network", begin - began, end - began)


def _protocol(told: _Told) -> Literal["http", "grpc", ""]:
    if any(name.startswith("HTTP_") for name in told.times):
        return "http"
    return "grpc" if any(name.startswith("GRPC_") for name in told.times) else ""


def _take_stream(told: dict[int, _Told], stream: bytes) -> None:
    """The records of one stream; an id that comes again is the same span, so that none is asked for by two."""
    plain = {found.start(): found.groups() for found in _STAMP.finditer(stream)}
    starts = record_starts(stream, is_loose=True).tolist()
    for begin, end in pairwise([*starts, len(stream)]):
        if begin in plain:
            id_, name, time = plain[begin]
            _take_stamp(told.setdefault(int(id_), _Told()), name.decode(), int(time))
            continue
        record = stream[begin:end]
        said = None if (header := plain_header(record)) else record_of(record)
        if header := header or (header_in(said) if said and "model_name" in said else None):
            mine = told.setdefault(header.id, _Told())
            mine.header = mine.header or header
        elif said and (number := whole(said.get("id"))) >= 0:
            _take(told.setdefault(number, _Told()), said)


def _take_stamp(told: _Told, name: str, time: int) -> None:
    if name in CODE:
        told.times[name].append(time)


def _take(told: _Told, said: Mapping[str, Any]) -> None:
    stamps, tensor = said.get("timestamps"), said.get("tensor")
    # As in the index, which leaves out a record of several.
    for stamp in stamps if isinstance(stamps, list) and len(stamps) == 1 else ():
        if isinstance(stamp, dict) and whole(stamp.get("ns")) >= 0:
            _take_stamp(told, str(stamp.get("name")), stamp["ns"])
    if isinstance(tensor, dict):
        told.tensors.append(_tensor(tensor, said.get("activity") == _INPUT))


def _tensor(told: Mapping[str, Any], is_input: bool) -> TracedTensor:
    shape = _dims(str(told.get("shape", "")).split(",")[:_MOST_DIMS])
    text = str(told.get("data", ""))
    name, datatype = encodable(str(told.get("name", ""))), encodable(str(told.get("dtype", "")))
    kept = encodable(text[:_MOST_TEXT])
    return TracedTensor(name, is_input, datatype, tuple(shape), kept, is_cut=len(text) > _MOST_TEXT)


def _dims(words: Iterable[str]) -> Iterator[int]:
    return (int(word) for word in words if word.isascii() and word.isdigit() and len(word) < len(str(1 << 62)))
