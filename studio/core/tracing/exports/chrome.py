"""A trace in the JSON that Chrome's and other viewers of traces read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from studio.core.tracing.exports.bars import Bar

_COMPLETE, _ABOUT = "X", "M"


def chrome_json(bars: Iterable[Bar]) -> Iterator[bytes]:
    """The file, piece by piece: groups are its processes, tracks its threads. Times are microseconds."""
    groups: dict[str, int] = {}
    tracks: set[tuple[str, int]] = set()
    before = b'{"displayTimeUnit":"ns","traceEvents":[\n'
    for bar in bars:
        events: list[dict[str, object]] = []
        if bar.group not in groups:
            groups[bar.group] = len(groups) + 1
            events.append(_named("process_name", bar.group, groups[bar.group], 0))
        if (bar.group, bar.lane) not in tracks:
            tracks.add((bar.group, bar.lane))
            events.append(_named("thread_name", f"{bar.group} {bar.lane + 1}", groups[bar.group], bar.lane))
        events += [_event(each, groups[bar.group], bar.lane) for each in (bar, *bar.within)]
        yield before + b",\n".join(json.dumps(event).encode() for event in events)
        before = b",\n"
    yield b"\n]}\n" if before == b",\n" else before + b"]}\n"


def _event(bar: Bar, process: int, thread: int) -> dict[str, object]:
    return {
        "name": bar.name,
        "ph": _COMPLETE,
        "ts": bar.begin / 1000,
        "dur": (bar.end - bar.begin) / 1000,
        "pid": process,
        "tid": thread,
        "args": dict(bar.about),
    }


def _named(what: str, name: str, process: int, thread: int) -> dict[str, object]:
    return {"name": what, "ph": _ABOUT, "pid": process, "tid": thread, "args": {"name": name}}
