"""What is odd in an answer: what a person would want to know before they believe it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata, StageTimes, Tensor
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.inference.requests import Array

_CHUNK = 1 << 20
_SLACK = 1.05
"""Stages are read by other clocks than the call: what is longer by less says nothing."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """One of them, in words that name the output where it is about one."""

    level: Literal["hint", "warning", "error"]
    words: str


def oddities(request: InferRequest, result: InferResult, metadata: ModelMetadata | None) -> tuple[Oddity, ...]:
    """All that is odd. Reads every float: for another thread than the window's."""
    declared = {info.name: info for info in metadata.outputs} if metadata else {}
    classes = {name for name, _ in request.classes}
    found = [*_cached(result), *_names(request, result.outputs, declared)]
    for tensor in result.outputs:
        info = declared.get(tensor.name)
        if info is not None and tensor.name not in classes:
            found += _differing(tensor, info)
        found += _not_finite(tensor)
    return (*found, *_stages(result.times))


def _cached(result: InferResult) -> Iterator[Oddity]:
    if result.reloaded:
        told = f"{', '.join(result.reloaded)} was reloaded since the server began"
        restart = "The cache empties when the server restarts."
        yield Oddity("warning", f"From the response cache, maybe as before the reload: {told}. {restart}")
    elif result.cached == (result.model,):
        yield Oddity("hint", "The answer is from the response cache: the model did not run.")
    elif result.cached:
        yield Oddity("hint", f"From the response cache, without running: {', '.join(result.cached)}.")


def _names(request: InferRequest, outputs: Sequence[Tensor], declared: dict[str, TensorInfo]) -> Iterator[Oddity]:
    counts = Counter(tensor.name for tensor in outputs)
    for name, count in counts.items():
        if count > 1:
            yield Oddity("error", f"{name} came {count} times in one answer.")
        if declared and name not in declared:
            yield Oddity("warning", f"{name} came, which the model does not declare.")
    wanted = request.asked_outputs or tuple(declared)
    missing = [name for name in wanted if name not in counts]
    if missing:
        shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
        yield Oddity("warning", f"The answer lacks {shown}.")


def _differing(tensor: Tensor, info: TensorInfo) -> Iterator[Oddity]:
    shape = tensor.array.shape
    fits = len(shape) == len(info.shape) and all(
        want in (-1, size) for want, size in zip(info.shape, shape, strict=True)
    )
    if not fits:
        yield Oddity("warning", f"{tensor.name} has the shape {list(shape)}; the model declares {list(info.shape)}.")
    if tensor.data_type is not info.data_type:
        kinds = f"{tensor.data_type.short}; the model declares {info.data_type.short}"
        yield Oddity("warning", f"{tensor.name} is {kinds}.")


def _not_finite(tensor: Tensor) -> Iterator[Oddity]:
    if tensor.data_type.family != "F":
        return
    nan, infinite = _counted(tensor.array)
    parts = [f"{count:,} {name}" for count, name in ((nan, "NaN"), (infinite, "Inf")) if count]
    if parts:
        yield Oddity("error", f"{tensor.name} holds {' and '.join(parts)} among its {tensor.array.size:,} values.")


def _counted(array: Array) -> tuple[int, int]:
    """How many are NaN and infinite, a part at a time: a large tensor needs no copy of itself."""
    import numpy as np

    flat, nan, infinite = array.reshape(-1), 0, 0
    for at in range(0, flat.size, _CHUNK):
        part = flat[at : at + _CHUNK]
        nan += int(np.isnan(part).sum())
        infinite += int(np.isinf(part).sum())
    return nan, infinite


def _stages(times: StageTimes) -> Iterator[Oddity]:
    known = [times.client, times.queue, times.input, times.compute, times.output]
    total = sum(stage for stage in known if stage is not None)
    if times.queue is not None and total > times.total * _SLACK:
        words = f"The stages are {total / 1e6:.2f} ms together, the call took {times.total / 1e6:.2f} ms"
        yield Oddity("hint", f"{words}: models ran side by side, or the server went on after its answer.")
