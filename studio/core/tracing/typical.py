"""What is usual among many requests: medians by model and stage, beside the shares of all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import TYPE_CHECKING

from studio.core.tracing.shares import shares_of_all
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace
    from studio.core.tracing.values import RequestTrace, Shares

MOST_READ = 2000
"""Requests that are read in full for it; of more, so many at even distances."""


@dataclass(frozen=True, slots=True)
class Typical:
    """Of `requests` out of `of`. `medians` are nanoseconds by model and stage; "" is the whole of a model."""

    requests: int
    of: int
    medians: Mapping[tuple[str, str], int]
    shares: Shares


def typical(trace: Trace, going_on: Callable[[float], None], most: int = MOST_READ) -> Typical:
    """Reads the requests of a trace. `going_on` is told how far it is, and may raise to leave."""
    count = len(trace)
    rows = range(count) if count <= most else [number * count // most for number in range(most)]
    times: dict[tuple[str, str], list[int]] = defaultdict(list)

    def read() -> Iterator[RequestTrace]:
        for done, row in enumerate(rows):
            going_on(done / len(rows))
            request = trace.request(row)
            _note(request, times)
            yield request

    shares = shares_of_all(read())
    return Typical(len(rows), count, {key: round(median(found)) for key, found in times.items()}, shares)


def _note(request: RequestTrace, times: dict[tuple[str, str], list[int]]) -> None:
    for span in request.root.walk():
        times[span.model, ""].append(span.duration)
        for stage in {piece.stage for piece in span.pieces}:
            times[span.model, stage].append(span.time_in(stage))
