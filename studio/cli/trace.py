"""`trireme trace FILE`: what a server recorded of requests as a table, and for other viewers where that is asked."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.progress import no_progress

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace
    from studio.core.tracing.values import Shares

_MOST_ADDED = 2000
"""Requests whose stages are added up; more would take long, and say the same."""
_MOST_LISTED = 10
_MS = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme trace`."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a file that Triton's tracer wrote; t.json.0, t.json.1 … are one trace"
    )
    parser.add_argument("--perfetto", type=Path, metavar="OUT", help="write it for Perfetto (ui.perfetto.dev)")
    parser.add_argument("--chrome", type=Path, metavar="OUT", help="write it as Chrome's JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from studio.core.tracing.exports.writing import write_trace
    from studio.core.tracing.reading import read_trace

    trace = read_trace([options.file], no_progress, lambda _: None)
    print("\n".join(_lines(trace)))
    if options.perfetto:
        write_trace(trace, range(len(trace)), options.perfetto, "perfetto", no_progress)
    if options.chrome:
        write_trace(trace, range(len(trace)), options.chrome, "chrome", no_progress)
    return 0


def _lines(trace: Trace) -> Iterator[str]:
    from studio.core.tracing.shares import shares_of_all

    yield from trace.losses
    if not len(trace):
        yield "It holds no requests."
        return
    ordered = trace.slowest_first()
    yield f"{len(trace):,} requests in {trace.extent / _MS:,.2f} ms of the server's clock"
    middle, late = ordered[len(ordered) // 2], ordered[len(ordered) // 100]
    yield f"median {_ms(trace, middle)}, p99 {_ms(trace, late)}, slowest {_ms(trace, ordered[0])}"
    yield ""
    yield "Slowest"
    for row in ordered[:_MOST_LISTED].tolist():
        yield f"  {_ms(trace, row):>14}  {trace.models[row]}  {trace.ids[row]}".rstrip()
    step = -(-len(trace) // _MOST_ADDED)
    yield ""
    yield from _table(shares_of_all(trace.request(row) for row in range(0, len(trace), step)), len(trace))


def _table(told: Shares, count: int) -> Iterator[str]:
    of = f" of {told.requests:,} of them" if told.requests < count else ""
    yield f"Time in the server{of}, a request"
    for stage in told.stages:
        yield _row(stage.stage, stage.time, stage.share, told.requests)
    yield ""
    yield "By model"
    for model in told.models:
        yield _row(f"{model.model} {model.version}".rstrip(), model.time, model.share, told.requests)


def _row(name: str, time: int, share: float, requests: int) -> str:
    return f"  {time / requests / _MS:>11.3f} ms  {share:>6.1%}  {name}"


def _ms(trace: Trace, row: int) -> str:
    return f"{trace.duration[row] / _MS:,.3f} ms"
