"""A request and the sums of its time as tables of text, for the clipboard."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.tracing.values import STAGES, RequestTrace, Shares, Span


def request_text(name: str, request: RequestTrace) -> str:
    """One line a span with its times in ms, parted by tabs."""
    head = ["span", "version", "from ms", "to ms", "lasts ms", *(f"{stage} ms" for stage in STAGES[1:5])]
    rows = ["\t".join(head), *_spans(request.root, 0)]
    return "\n".join([f"{name}: {request.total / 1e6:.3f} ms in the server", *rows]) + "\n"


def _spans(span: Span, depth: int) -> Iterator[str]:
    own = ["" if span.is_ensemble else f"{span.time_in(stage) / 1e6:.3f}" for stage in STAGES[1:5]]
    times = [f"{time / 1e6:.3f}" for time in (span.begin, span.end, span.duration)]
    yield "\t".join(["  " * depth + span.model, span.version, *times, *own])
    for step in span.steps:
        yield from _spans(step, depth + 1)


def sums_text(shown: Shares) -> str:
    """One line a stage and one a model, with ms and shares, parted by tabs."""
    lines = ["part\tms\tshare"]
    lines += [f"{each.stage}\t{each.time / 1e6:.3f}\t{each.share:.1%}" for each in shown.stages]
    lines += [
        f"{each.model} {each.version}".rstrip() + f"\t{each.time / 1e6:.3f}\t{each.share:.1%}" for each in shown.models
    ]
    return "\n".join([*lines, f"all\t{shown.total / 1e6:.3f}\t100.0%"]) + "\n"
