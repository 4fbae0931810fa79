"""A trace in Perfetto's protobuf, of which only a few messages are wanted: they are packed by hand.

The numbers are those of `protos/perfetto/trace`: Trace, TracePacket, TrackDescriptor, TrackEvent, DebugAnnotation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from studio.core.tracing.exports.bars import Bar

_PACKET = 1
_TIMESTAMP, _SEQUENCE, _EVENT, _DESCRIPTOR = 8, 10, 11, 60
_UUID, _NAME, _PARENT = 1, 2, 5
_ANNOTATIONS, _TYPE, _TRACK, _EVENT_NAME, _FLOWS = 4, 9, 11, 23, 47
_TEXT, _KEY = 6, 10
_BEGIN, _END = 1, 2
_OURS = 1
"""The one sequence of packets that there is."""
_VARINT, _FIXED, _BYTES = 0, 1, 2


def perfetto(bars: Iterable[Bar]) -> Iterator[bytes]:
    """The file, piece by piece. What belongs to one request is tied by a flow."""
    groups: dict[str, int] = {}
    tracks: dict[tuple[str, int], int] = {}
    for bar in bars:
        if bar.group not in groups:
            groups[bar.group] = len(groups) + len(tracks) + 1
            yield _track(groups[bar.group], bar.group)
        key = bar.group, bar.lane
        if key not in tracks:
            tracks[key] = len(groups) + len(tracks) + 1
            yield _track(tracks[key], f"{bar.group} {bar.lane + 1}", groups[bar.group])
        yield b"".join(_events(bar, tracks[key]))


def _track(uuid: int, name: str, parent: int = 0) -> bytes:
    told = _number(_UUID, uuid) + _bytes(_NAME, name.encode("utf-8", "replace"))
    told += _number(_PARENT, parent) if parent else b""
    return _packet(_bytes(_DESCRIPTOR, told))


def _events(bar: Bar, track: int) -> Iterator[bytes]:
    flow = _key(_FLOWS, _FIXED) + struct.pack("<Q", bar.request)
    yield _event(bar.begin, _BEGIN, track, bar.name, flow + b"".join(map(_annotation, bar.about)))
    for each in bar.within:
        yield _event(each.begin, _BEGIN, track, each.name)
        yield _event(each.end, _END, track)
    yield _event(bar.end, _END, track)


def _event(time: int, kind: int, track: int, name: str = "", rest: bytes = b"") -> bytes:
    told = _number(_TYPE, kind) + _number(_TRACK, track)
    told += _bytes(_EVENT_NAME, name.encode("utf-8", "replace")) if name else b""
    return _packet(_number(_TIMESTAMP, time) + _bytes(_EVENT, told + rest))


def _annotation(pair: tuple[str, str]) -> bytes:
    name, text = (each.encode("utf-8", "replace") for each in pair)
    return _bytes(_ANNOTATIONS, _bytes(_KEY, name) + _bytes(_TEXT, text))


def _packet(told: bytes) -> bytes:
    return _bytes(_PACKET, told + _number(_SEQUENCE, _OURS))


def _number(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(value)) + value


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
