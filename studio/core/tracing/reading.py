"""Reading what a server recorded: an index at first, and of each request the rest when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio import disk
from studio.core.failure import CoreError
from studio.core.progress import Progress
from studio.core.tracing.details import request_of
from studio.core.tracing.records import CHUNK, NotATrace, Records
from studio.core.tracing.requests import Requests, requests_of
from studio.core.tracing.sources import FileSource, Source, Sources, trace_files
from studio.core.tracing.streams import StreamIndex, Streams
from studio.core.tracing.trace import Trace
from studio.core.tracing.values import RequestTrace

MOST_STREAMS = 1_000_000
"""So many spans are taken in, for a few hundred megabytes of memory; 100,000 requests of a long ensemble are fewer."""
_READ = "Read the trace"
_MOST_TOLD = 3
"""Files that could not be read, by name."""
_MOST_OF_ONE = 64 << 20
"""Bytes of one request; the tensors of an ordinary one are a few megabytes as text."""


class TraceReader:
    """Takes in one file after the other; what was read so far is a trace at any time. One thread at a time."""

    def __init__(self, most: int = MOST_STREAMS, chunk: int = CHUNK) -> None:
        self._index = StreamIndex()
        self._sources = Sources()
        self._most = most
        self._chunk = chunk
        self._end = 0
        self._count = 0
        self._unclosed: list[str] = []
        self._skipped = 0
        self._left_out = False

    def add(self, source: Source) -> Iterator[int]:
        """Reads a file, and stops after each few megabytes to tell how many bytes that was. Raises CoreError."""
        base, before = self._end, self._end
        self._sources.add(source, base)
        try:
            with source.open() as file:
                records = Records(file, self._chunk)
                for number, block in enumerate(records.blocks()):
                    self._index.add(block, base, is_first=number == 0)
                    self._end = base + records.read
                    yield self._end - before
                    before = self._end
                    if self._index.size >= self._most:
                        self._left_out = True
                        return
        except NotATrace as error:
            remedy = "Choose a file that Triton's tracer wrote, one array of JSON."
            raise CoreError(f"{_READ} {source.name}", "it is no trace of Triton.", remedy) from error
        except OSError as error:
            raise CoreError(f"{_READ} {source.name}", f"{disk.reason(error)}.") from error
        # One more, so that no two files share a place.
        self._end = base + records.read + 1
        self._skipped += records.skipped
        if not records.is_closed:
            self._unclosed.append(source.name)

    @property
    def is_full(self) -> bool:
        """Whether it takes in no more."""
        return self._left_out

    def trace(self) -> Trace:
        """What was read so far."""
        streams = self._index.streams()
        requests = requests_of(streams, np.array(self._sources.bases, np.int64))
        first = int(requests.begins[0]) if len(requests) else 0
        own = requests.streams[requests.bounds[:-1]]
        models = self._index.models
        return Trace(
            begin=requests.begins - first,
            end=requests.ends - first,
            keys=streams.begins[own],
            ids=streams.names[own].tolist(),
            models=[models[place] for place in streams.models[own].tolist()],
            read=_Details(self._sources, streams, requests),
            losses=tuple(self._losses(requests)),
        )

    def _losses(self, requests: Requests) -> Iterator[str]:
        if self._left_out:
            yield f"Only the first {len(requests):,} requests were taken in; the rest is too much to keep at hand."
        if self._unclosed:
            names = ", ".join(self._unclosed[:3]) + (" …" if len(self._unclosed) > len(self._unclosed[:3]) else "")
            last = f" after request {len(requests):,}" if len(requests) else ""
            yield f"{names} ends amid a record{last}: the server still writes it, or was ended."
        if self._index.odd:
            yield f"{_count(self._index.odd, 'record')} could not be read and {_is(self._index.odd)} left out."
        if self._skipped:
            yield f"{_count(self._skipped, 'record')} of more than 32 MB {_is(self._skipped)} left out."
        if requests.orphans:
            yield f"{_count(requests.orphans, 'step')} of requests that are not in it {_is(requests.orphans)} left out."
        if requests.circles:
            yield f"{_count(requests.circles, 'step')} that lead in a circle {_is(requests.circles)} left out."
        if requests.bare:
            yield f"{_count(requests.bare, 'request')} without a beginning or a model {_is(requests.bare)} left out."


class _Details:
    """Reads one request in full."""

    def __init__(self, sources: Sources, streams: Streams, requests: Requests) -> None:
        self._sources = sources
        self._streams = streams
        self._requests = requests

    def __call__(self, row: int) -> RequestTrace:
        bounds = self._requests.bounds
        rows = self._requests.streams[bounds[row] : bounds[row + 1]]
        begins, ends = self._streams.begins[rows], self._streams.ends[rows]
        name = self._sources.name_at(int(begins[0]))
        if int((ends - begins).sum()) > _MOST_OF_ONE:
            raise CoreError(f"{_READ} {name}", "one request has more than 64 MB.", "Trace without tensors.")
        try:
            found = request_of(self._sources.read(list(zip(begins.tolist(), ends.tolist(), strict=True))))
        except OSError as error:
            raise CoreError(f"{_READ} {name}", f"{disk.reason(error)}.") from error
        # A server that was started anew begins with the same ids, at the same places of a file.
        own = (int(self._streams.ids[rows[0]]), int(self._requests.begins[row]))
        if found is None or (found.root.id, found.began) != own:
            raise CoreError(f"{_READ} {name}", "it was changed since it was read.", "Open it again.")
        return found


def read_trace(paths: Iterable[Path], progress: Progress, grown: Callable[[Trace], object]) -> Trace:
    """Reads files; one alone stands for all that its server wrote beside it. What `progress` raises leaves it.

    `grown` is given what there is after the first few megabytes, and each time that it has doubled. One of several
    files that cannot be read is told among the losses. Raises CoreError where none can be.
    """
    reader = TraceReader()
    failed: list[CoreError] = []
    files = _with_others(tuple(paths))
    total = max(1, sum(_size(path) for path in files))
    done, shown = 0, 0
    for path in files:
        for size in _sizes(reader, path, failed):
            done += size
            progress(min(done / total, 1.0), path.name)
            if done >= 2 * shown and done < total:
                grown(_told(reader.trace(), files, failed))
                shown = done
        if reader.is_full:
            break
    if failed and len(failed) == len(files):
        raise failed[0]
    return _told(reader.trace(), files, failed)


def _sizes(reader: TraceReader, path: Path, failed: list[CoreError]) -> Iterator[int]:
    try:
        yield from reader.add(FileSource(path))
    except CoreError as error:
        failed.append(error)


def _told(trace: Trace, files: tuple[Path, ...], failed: Sequence[CoreError]) -> Trace:
    """A trace that tells of which files it is, and which of them are not in it."""
    told = [f"{error.attempted.removeprefix(f'{_READ} ')} was left out: {error.reason}" for error in failed]
    rest = len(told) - _MOST_TOLD
    more = [f"{_count(rest, 'more file')} {_is(rest)} left out."] if rest > 0 else []
    return replace(trace, losses=(*told[:_MOST_TOLD], *more, *trace.losses), files=files)


def _with_others(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    try:
        return trace_files(paths[0]) if len(paths) == 1 else paths
    except OSError:
        # What cannot be listed may be read all the same; where it cannot, that is told.
        return paths


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "was" if number == 1 else "were"
