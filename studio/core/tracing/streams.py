"""The streams of a file: what it holds of one span each, found without keeping what is in them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from studio.core.tracing.headers import Header, header_of, record_of, whole
from studio.core.tracing.records import Block, Positions
from studio.core.tracing.runs import Marks, Runs
from studio.core.tracing.stamps import CODE, OTHER, Codes, decode

Booleans: TypeAlias = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""A beginning that was not told."""
_OPENING = (CODE["HTTP_RECV_START"], CODE["GRPC_WAITREAD_START"])
_ARRIVED = (CODE["HTTP_RECV_START"], CODE["GRPC_WAITREAD_END"])
_SENT = (CODE["HTTP_SEND_END"], CODE["GRPC_SEND_END"])
_ACTIVITY = b'"activity":'
_LOOKED_AT = 64
_MOST_MODELS = 4096
_MOST_ID = 256
"""Characters of an asker's id that are kept."""


@dataclass(frozen=True)
class Streams:
    """One row a stream: where it stands in the file, whose it is, and when it began and ended, where that was told."""

    ids: Positions
    is_new: Booleans
    """False where it goes on with the stream before, which the block before ended with."""
    begins: Positions
    ends: Positions
    parents: Positions
    """Ids; 0 for what came from outside, -1 where no header was found."""
    models: Positions
    """Places in the names of models; -1 where no header was found."""
    names: npt.NDArray[np.object_]
    """The ids that askers gave, "" for none and for what is asked from within."""
    arrived: Positions
    """When the first byte was read; `NEVER` where that was not told."""
    started: Positions
    ended: Positions
    """-1 where it was not told, as for `sent`."""
    sent: Positions
    last: Positions
    """The latest moment of all that were told."""

    def __len__(self) -> int:
        return len(self.ids)


class StreamIndex:
    """Gathers the streams of one file, block by block. `odd` records could not be read."""

    def __init__(self) -> None:
        self.models: list[str] = []
        self.odd = 0
        self._places: dict[str, int] = {}
        self._parts: list[Streams] = []
        self._runs = Runs()

    def add(self, block: Block, at: int = 0, *, is_first: bool = False) -> None:
        """The records of the next block of a file that begins at a place; `is_first` says that it is its first."""
        told = decode(block)
        ids, codes, times = told.ids.copy(), told.codes.copy(), told.times.copy()
        headers: dict[int, Header] = {}
        for row in np.flatnonzero(codes == OTHER).tolist():
            record = block.data[int(block.starts[row]) : int(block.ends[row])]
            if _ACTIVITY in record[:_LOOKED_AT] and ids[row] >= 0:
                continue
            if header := header_of(record):
                ids[row], headers[row] = header.id, header
            else:
                ids[row], codes[row], times[row] = _loose(record)
        kept = np.flatnonzero(ids >= 0)
        self.odd += len(ids) - len(kept)
        if len(kept):
            heading = np.isin(kept, list(headers))
            rows = _Rows(block, at + block.base, kept, ids[kept], codes[kept], times[kept], heading)
            self._add(rows, headers, is_first)

    @property
    def size(self) -> int:
        """How many there are, one that lies in two blocks counted twice."""
        return sum(len(part) for part in self._parts)

    def streams(self) -> Streams:
        """All that were found so far."""
        if not self._parts:
            return _nothing()
        found = self._joined()
        self._parts = [found]
        return found

    def _joined(self) -> Streams:
        columns = [np.concatenate([getattr(part, each.name) for part in self._parts]) for each in fields(Streams)]
        found = Streams(*columns)
        heads = np.flatnonzero(found.is_new)
        if len(heads) == len(found):
            return found
        least, most = np.minimum.reduceat, np.maximum.reduceat
        names = found.names[heads]
        for row in np.flatnonzero(~found.is_new & (found.names != "")).tolist():
            names[np.searchsorted(heads, row, "right") - 1] = found.names[row]
        return Streams(
            found.ids[heads],
            found.is_new[heads],
            found.begins[heads],
            most(found.ends, heads),
            most(found.parents, heads),
            most(found.models, heads),
            names,
            least(found.arrived, heads),
            least(found.started, heads),
            most(found.ended, heads),
            most(found.sent, heads),
            most(found.last, heads),
        )

    def _add(self, rows: _Rows, headers: dict[int, Header], is_first: bool) -> None:
        heads, is_new = self._runs.heads(rows.ids, rows.marks(), is_first=is_first)
        stream = np.repeat(np.arange(len(heads)), np.diff(np.append(heads, len(rows.ids))))
        parents, models = np.full(len(heads), -1, np.int64), np.full(len(heads), -1, np.int64)
        names = np.full(len(heads), "", object)
        at = stream[np.searchsorted(rows.kept, list(headers))] if headers else np.zeros(0, np.int64)
        for place, header in zip(at.tolist(), headers.values(), strict=True):
            parents[place], models[place] = header.parent, self._place(header.model)
            names[place] = "" if header.parent else header.request_id[:_MOST_ID]
        new = np.ones(len(heads), bool)
        new[0] = is_new
        self._parts.append(
            Streams(
                rows.ids[heads],
                new,
                rows.base + rows.block.starts[rows.kept[heads]],
                rows.base + rows.block.ends[rows.kept[np.append(heads[1:], len(rows.ids)) - 1]],
                parents,
                models,
                names,
                rows.earliest(stream, len(heads), _ARRIVED),
                rows.earliest(stream, len(heads), (CODE["REQUEST_START"],)),
                rows.latest(stream, len(heads), (CODE["REQUEST_END"],)),
                rows.latest(stream, len(heads), _SENT),
                rows.latest(stream, len(heads), tuple(CODE.values())),
            )
        )

    def _place(self, model: str) -> int:
        if model not in self._places:
            if len(self.models) >= _MOST_MODELS:
                return -1
            self._places[model] = len(self.models)
            self.models.append(model)
        return self._places[model]


@dataclass(frozen=True)
class _Rows:
    """The records of a block that could be read; `kept` are their places in it, `base` is where it begins."""

    block: Block
    base: int
    kept: Positions
    ids: Positions
    codes: Codes
    times: Positions
    is_header: Booleans

    def marks(self) -> Marks:
        """What a stream has once only."""
        return np.where(self.is_header, 1, np.isin(self.codes, _OPENING) * 2).astype(np.int8)

    def earliest(self, stream: Positions, count: int, codes: tuple[int, ...]) -> Positions:
        """When each stream first had one of these moments."""
        found = np.full(count, NEVER)
        rows = np.flatnonzero(np.isin(self.codes, codes))
        np.minimum.at(found, stream[rows], self.times[rows])
        return found

    def latest(self, stream: Positions, count: int, codes: tuple[int, ...]) -> Positions:
        """When each stream last had one of these moments."""
        found = np.full(count, np.int64(-1))
        rows = np.flatnonzero(np.isin(self.codes, codes))
        np.maximum.at(found, stream[rows], self.times[rows])
        return found


def _loose(record: bytes) -> tuple[int, int, int]:
    """A moment, or a tensor, that is written otherwise than the server does: its id, code and time."""
    told = record_of(record) or {}
    stamps = told.get("timestamps")
    first = stamps[0] if isinstance(stamps, list) and len(stamps) == 1 else None
    if isinstance(first, dict):
        code, time = CODE.get(str(first.get("name")), OTHER), whole(first.get("ns"))
        return (whole(told.get("id")), code, time) if time >= 0 else (-1, OTHER, 0)
    return (whole(told.get("id")) if "activity" in told else -1), OTHER, 0


def _nothing() -> Streams:
    no = np.zeros(0, np.int64)
    return Streams(no, np.zeros(0, bool), no, no, no, no, np.zeros(0, object), no, no, no, no, no)
