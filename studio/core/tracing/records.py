"""A file of Triton's tracer cut into its records, a piece of a few megabytes at a time.

The file is one array of small objects that begin with `{"id":`. Those bytes cannot stand within a string of JSON, so
records are found without reading what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from studio.core.tracing.headers import record_of

Positions: TypeAlias = npt.NDArray[np.int64]

_START = b'{"id":'
_LOOSE_START = re.compile(rb'\{\s*"id"\s*:')
_SPACE = b" \t\r\n"
_SEAM = 64
CHUNK = 4 << 20
"""Bytes that are read at once."""
MAX_RECORD = 32 << 20
"""A longer record is left out: the tensors of an ordinary request have a few megabytes as text."""


@dataclass(frozen=True)
class Block:
    """Whole records: `starts` and `ends` are places in `data`, whose first byte stands in the file at `base`."""

    data: bytes
    base: int
    starts: Positions
    ends: Positions


class NotATrace(ValueError):
    """What was read cannot be an array of records."""


class Records:
    """The records of one file, in its order. `read` bytes were looked at, `skipped` records were too long."""

    def __init__(self, file: BinaryIO, chunk: int = CHUNK, longest: int = MAX_RECORD) -> None:
        self._file = file
        self._chunk = chunk
        self._longest = longest
        self._is_loose = False
        self.read = 0
        self.skipped = 0
        self.is_closed = False
        """Whether the array ends as it should; else the server still writes it, or was ended."""

    def blocks(self) -> Iterator[Block]:
        """All of it. Raises NotATrace where the beginning tells it, and OSError."""
        held, base, is_first, is_skipping = b"", 0, True, False
        while data := self._file.read(self._chunk):
            self.read += len(data)
            held += data
            if is_first:
                is_first = not self._begin(held)
            starts = self._starts(held)
            if is_skipping and len(starts):
                is_skipping, self.skipped = False, self.skipped + 1
            elif is_skipping:
                # A start may lie across the seam.
                held, base = held[-_SEAM:], base + max(0, len(held) - _SEAM)
                continue
            if len(starts) > 1:
                yield Block(held, base, starts[:-1], starts[1:])
            kept = int(starts[-1]) if len(starts) else max(0, len(held) - _SEAM)
            held, base = held[kept:], base + kept
            if len(held) > self._longest:
                is_skipping = True
                held, base = held[-_SEAM:], base + len(held) - _SEAM
        self.skipped += is_skipping
        yield from self._last(b"" if is_skipping else held, base)

    def _begin(self, held: bytes) -> bool:
        text = held.lstrip(_SPACE)
        if not text:
            return False
        if not text.startswith(b"["):
            raise NotATrace
        if _START not in held and _LOOSE_START.search(held):
            self._is_loose = True
        return True

    def _last(self, held: bytes, base: int) -> Iterator[Block]:
        text = held.rstrip(_SPACE)
        starts = self._starts(held)
        if not len(starts):
            self.is_closed = text.endswith(b"]")
            return
        begin, end = int(starts[-1]), len(text)
        if text.endswith(b"]") and record_of(text[begin:-1]) is not None:
            self.is_closed, end = True, end - 1
        # What a file that ends too early has last is a piece of a record, which nobody wrote wrongly.
        if self.is_closed or record_of(text[begin:]) is not None:
            yield Block(held, base, starts[-1:], np.array([end], np.int64))

    def _starts(self, held: bytes) -> Positions:
        return record_starts(held, is_loose=self._is_loose)


def record_starts(data: bytes, *, is_loose: bool) -> Positions:
    """Where records begin; `is_loose` finds those too that are not written as the server does, with space in them."""
    if is_loose:
        return np.fromiter((found.start() for found in _LOOSE_START.finditer(data)), np.int64)
    every = np.frombuffer(data, np.uint8)
    if len(every) < len(_START):
        return np.zeros(0, np.int64)
    found = np.flatnonzero(every[: len(every) - len(_START) + 1] == _START[0]).astype(np.int64)
    for place, byte in enumerate(_START[1:], 1):
        found = found[every[found + place] == byte]
    return found
