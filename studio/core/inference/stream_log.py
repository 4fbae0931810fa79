"""What has come of a stream so far: a row a response, and the figures of all of them."""

from __future__ import annotations

import bisect
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.core.failure import CoreError
from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import Tensor
from studio.core.inference.streams import EventPart, StreamPart, gathered
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.inference.requests import Array

MOST_BYTES = 64 << 20
"""Of what is kept of the responses; of older ones only the row stays, without its content."""
MOST_ROWS = 100_000
"""Older rows go; they are counted on in the figures."""
_FEW = 8
_MOST_SHOWN = 2000
_SHOWN_OF_OLD = 400
_LATE = 1.5


@dataclass(frozen=True, slots=True)
class Row:
    """One response. Times in nanoseconds; `gap` is None for the first one. `text` is empty where it holds none.

    `size` is that of its content as it came, `shown` the beginning of it.
    """

    number: int
    at: int
    gap: int | None
    text: str
    shown: str
    size: int
    outputs: tuple[Tensor, ...] = ()
    fields: str = ""

    @property
    def kept_bytes(self) -> int:
        """About how much of the memory it takes."""
        return (self.size if self.outputs else 0) + len(self.text) + len(self.shown) + len(self.fields)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the responses so far, in nanoseconds; None where too few came. `late` are gaps over 1.5 times the median."""

    count: int
    first: int | None = None
    mean: int | None = None
    median: int | None = None
    rate: float | None = None
    last: int = 0
    late: int = 0


class StreamLog:
    """Takes the responses in their order."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        """The newest of them."""
        self.count = 0
        """Of all that came."""
        self.gaps: list[int] = []
        """Between the responses, in nanoseconds."""
        self._sorted: list[int] = []
        self._began = 0
        self._first: int | None = None
        self.kept_bytes = 0
        self.dropped = 0
        """How many of the rows lost their content, the oldest first."""

    def add(self, part: StreamPart | EventPart) -> Row:
        """Adds one response of the stream."""
        gap = part.at_ns - self.rows[-1].at if self.rows else None
        row = _of_tensors(part, gap) if isinstance(part, StreamPart) else _of_event(part, gap)
        self.rows.append(row)
        self.count += 1
        if self.count == 1:
            self._began = row.at
        if gap is not None:
            self.gaps.append(gap)
            bisect.insort(self._sorted, gap)
        if self._first is None and row.size:
            self._first = row.at
        self.kept_bytes += row.kept_bytes
        while self.kept_bytes > MOST_BYTES and self.dropped < len(self.rows) - 1:
            self._drop()
        if len(self.rows) > MOST_ROWS:
            if not self.dropped:
                self._drop()
            self.dropped -= 1
            del self.rows[0]
        return row

    def whole(self) -> tuple[Tensor, ...]:
        """All responses as one, each output stacked along a first axis. Raises CoreError where that cannot be."""
        attempted = "Putting the answers of a stream together"
        if self.dropped or self.count > len(self.rows):
            raise CoreError(attempted, f"more came than the {MOST_BYTES >> 20} MB that are kept.")
        if any(row.fields for row in self.rows):
            raise CoreError(attempted, "events of text are no tensors.", "Send it over the gRPC stream.")
        return gathered([StreamPart(row.number, row.at, row.outputs) for row in self.rows])

    def _drop(self) -> None:
        """The oldest row that has its content loses it."""
        old = self.rows[self.dropped]
        self.kept_bytes -= old.kept_bytes
        self.rows[self.dropped] = Row(old.number, old.at, old.gap, "", old.shown[:_SHOWN_OF_OLD], old.size)
        self.dropped += 1

    def figures(self) -> Figures:
        """The figures now. The time to the first is that to the first response with something in it."""
        if not self.rows:
            return Figures(0)
        gaps, span = len(self.gaps), self.rows[-1].at - self._began
        median = self._sorted[gaps // 2] if gaps else None
        return Figures(
            count=self.count,
            first=self._began if self._first is None else self._first,
            mean=span // gaps if gaps else None,
            median=median,
            rate=gaps * 1e9 / span if span else None,
            last=self.rows[-1].at,
            late=0 if median is None else gaps - bisect.bisect_right(self._sorted, _LATE * median),
        )


def is_late(gap: int, median: int | None) -> bool:
    """Whether a gap is one that a reader notices."""
    return median is not None and gap > _LATE * median


def _of_tensors(part: StreamPart, gap: int | None) -> Row:
    texts = [_text(tensor.array) for tensor in part.outputs if tensor.data_type.wire == "BYTES"]
    text = "".join(texts)
    shown = _quoted(text) if texts else _values(part.outputs)
    size = sum(_content(tensor) for tensor in part.outputs)
    return Row(part.number, part.at_ns, gap, text, shown, size, part.outputs)


def _of_event(part: EventPart, gap: int | None) -> Row:
    text = part.text
    fields = json.dumps(dict(part.fields), ensure_ascii=False, indent=2)
    return Row(part.number, part.at_ns, gap, text, _quoted(text), len(text.encode()), fields=fields)


def _quoted(text: str) -> str:
    return json.dumps(text[:_MOST_SHOWN], ensure_ascii=False)[:_MOST_SHOWN]


def _content(tensor: Tensor) -> int:
    """The bytes of what a tensor holds, without the lengths before strings."""
    return tensor_bytes(tensor) - (0 if tensor.data_type.size else 4 * tensor.array.size)


def _text(array: Array) -> str:
    return "".join(
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in array.ravel().tolist()
    )


def _values(outputs: Sequence[Tensor]) -> str:
    """A few values of the first output, or its shape."""
    if not outputs:
        return ""
    first = outputs[0]
    if first.array.size > _FEW:
        return f"{first.data_type.short} {list(first.array.shape)}"
    return ", ".join(f"{each:.6g}" if isinstance(each, float) else str(each) for each in first.array.ravel().tolist())
