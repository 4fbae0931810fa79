"""What the footers of steps show: one of six figures, from what a server does with the steps' models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from studio.core.files.sizes import size_text
from studio.core.graph.elements import Node
from studio.ui.canvas.figures.words import NodeFigure
from studio.ui.canvas.scene.footer import Figure, Footer
from studio.ui.widgets.ladder import format_seconds

NO_REQUEST, NO_STATISTICS, NO_SERVER = "No request yet", "Statistics off", "No server"


@dataclass(frozen=True, slots=True)
class Times:
    """What a step costs a request: seconds of queue and compute, its share of the whole, whether it has the largest."""

    queue: float
    compute: float
    share: float
    is_hottest: bool = False
    heat: float = 0.0
    """The length of the bar, from 0 to 1: the hottest step fills it."""
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the steps' models: times by node, the rest by model; `why` there may be nothing."""

    why: str
    times: Mapping[int, Times]
    batches: Mapping[str, float]
    memory: Mapping[str, float]
    """Bytes of GPU memory."""
    failures: Mapping[str, tuple[int, int]]
    """How many of how many executions failed."""


def footers(steps: Iterable[Node], figure: NodeFigure, known: Known) -> dict[int, Footer]:
    """The footers of steps, by node."""
    most = _most(figure, known)
    return {node.id: _footer(node, figure, known, most) for node in steps}


def _most(figure: NodeFigure, known: Known) -> float:
    """The largest of a figure, which fills a bar."""
    if figure == "memory":
        return max(known.memory.values(), default=0.0)
    if figure in ("queue", "compute"):
        return max((getattr(times, figure) for times in known.times.values()), default=0.0)
    return 0.0


def _footer(node: Node, figure: NodeFigure, known: Known, most: float) -> Footer:
    if figure == "memory":
        return _memory(known.memory.get(node.model), most, known.why)
    if figure == "failures":
        return _failures(known.failures.get(node.model), known.why)
    if figure == "batch":
        return _batch(node, known.batches.get(node.model), known.why)
    times = known.times.get(node.id)
    if times is None:
        return Footer(words=known.why)
    return _share(times) if figure == "share" else _stage(times, figure, most, is_one=len(known.times) == 1)


def _share(times: Times) -> Footer:
    whole = times.queue + times.compute
    queue = times.heat * times.queue / whole if whole else 0.0
    bar = (("queue", _length(queue)), ("compute", _length(times.heat - queue)))
    figures = (_time("queue", times.queue), _time("compute", times.compute))
    return Footer(bar, figures, _percent(times.share), times.is_hottest)


def _stage(times: Times, stage: Literal["queue", "compute"], most: float, *, is_one: bool) -> Footer:
    """One stage alone, against the step that has most of it."""
    spent = times.queue if stage == "queue" else times.compute
    whole = times.queue + times.compute
    part = _percent(spent / whole) if whole else ""
    is_most = not is_one and 0 < most == spent
    return Footer(((stage, _length(spent / most if most else 0.0)),), (_time(stage, spent),), part, is_most)


def _batch(node: Node, batch: float | None, why: str) -> Footer:
    if batch is None:
        return Footer(words=why)
    most = node.max_batch_size
    bar = (("accent", _length(min(batch / most, 1.0))),) if most > 0 else ()
    return Footer(bar, (Figure("", f"{batch:.1f}", "a batch"),), f"of {most}" if most > 0 else "no batching")


def _memory(taken: float | None, most: float, why: str) -> Footer:
    if taken is None:
        return Footer(words=why if why != NO_REQUEST else "No GPU memory known")
    number, _, unit = size_text(int(taken)).partition(" ")
    return Footer((("accent", _length(taken / most if most else 0.0)),), (Figure("", number, unit),), "estimate")


def _failures(counts: tuple[int, int] | None, why: str) -> Footer:
    if counts is None:
        return Footer(words=why)
    failed, asked = counts
    if not failed:
        return Footer(figures=(Figure("", "0", "failed"),), last=f"of {asked:,}")
    bar = (("error", _length(failed / max(asked, 1))),)
    return Footer(bar, words=f"{failed:,} failed", last=f"of {asked:,}", role="error")


def _time(stage: str, seconds: float) -> Figure:
    number, _, unit = format_seconds(seconds).partition(" ")
    return Figure(stage, number, unit)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _length(share: float) -> float:
    """A length to the pixel: what differs by less looks alike, and is not painted again."""
    return round(share, 3)
