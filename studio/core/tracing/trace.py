"""Requests that a server recorded, as an index: when each began and ended, and where the rest of it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from studio.core.tracing.values import RequestTrace

Times: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trace:
    """All requests of a recording, by the time when they began; a request is named by its row.

    `begin` and `end` are nanoseconds after the first of them began, `ids`, `models` and `protocols` one for each. It is
    a value: a recording that grows gives another one. `losses` are sentences about what could not be read. `read` gives
    one request in full, from the file; it raises `CoreError`.
    """

    begin: Times
    end: Times
    keys: Rows
    """A number for each that stays the same while the recording grows and rows move."""
    ids: Sequence[str]
    models: Sequence[str]
    read: Callable[[int], RequestTrace] = field(repr=False)
    losses: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    """What the asker was told, by the id of the request; those that are not named did not fail as far as is known."""
    files: tuple[Path, ...] = ()
    """Where it is read from; none for what is kept in memory."""

    def __len__(self) -> int:
        return len(self.begin)

    @cached_property
    def duration(self) -> Times:
        """Nanoseconds in the server, of each."""
        return self.end - self.begin

    @property
    def extent(self) -> int:
        """Nanoseconds from the first beginning to the last end."""
        return int(self.end.max()) if len(self) else 0

    @cached_property
    def failed(self) -> npt.NDArray[np.bool_]:
        """Whether each of them is known to have failed."""
        return np.fromiter((each in self.errors for each in self.ids), bool, len(self))

    def request(self, row: int) -> RequestTrace:
        """One request in full. Reads from the disk where it was not kept; raises `CoreError`."""
        found = self.read(row)
        error = self.errors.get(found.id, "") if found.id else ""
        return replace(found, error=error) if error else found

    def slowest_first(self) -> Rows:
        """All rows, by duration."""
        return np.argsort(-self.duration, kind="stable").astype(np.int64)

    def rows_of(self, request_id: str) -> list[int]:
        """The rows of the requests with this id."""
        return [row for row, each in enumerate(self.ids) if each == request_id]

    def without(self, beginning: str) -> Trace:
        """The same but for the requests whose id begins so."""
        rows = np.array([row for row, each in enumerate(self.ids) if not each.startswith(beginning)], np.int64)
        if len(rows) == len(self):
            return self
        first, read = self.begin[rows[0]] if len(rows) else 0, self.read
        return replace(
            self,
            begin=self.begin[rows] - first,
            end=self.end[rows] - first,
            keys=self.keys[rows],
            ids=[self.ids[row] for row in rows],
            models=[self.models[row] for row in rows],
            read=lambda row: read(int(rows[row])),
        )

    def between(self, begin: int, end: int) -> Rows:
        """The rows of what was under way at some moment between two."""
        return np.flatnonzero((self.begin < end) & (self.end > begin)).astype(np.int64)

    def with_errors(self, errors: Mapping[str, str]) -> Trace:
        """The same with what askers were told besides, by the id of the request."""
        return replace(self, errors={**self.errors, **errors})


def trace_of(requests: Sequence[RequestTrace]) -> Trace:
    """A trace of requests that are at hand."""
    ordered = sorted(requests, key=lambda each: each.began)
    first = ordered[0].began if ordered else 0
    begin = np.array([each.began - first for each in ordered], np.int64)
    return Trace(
        begin=begin,
        end=begin + np.array([each.total for each in ordered], np.int64),
        keys=np.array([each.began for each in ordered], np.int64),
        ids=tuple(each.id for each in ordered),
        models=tuple(each.model for each in ordered),
        read=ordered.__getitem__,
        errors={each.id: each.error for each in ordered if each.id and each.error},
    )
