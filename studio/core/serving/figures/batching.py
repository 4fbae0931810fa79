"""The batches that a model was run with, held against what its configuration asks the dynamic batcher for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Batching:
    """What a configuration asks for. `preferred` are sizes, rising; the delay is in microseconds."""

    most: int = 0
    is_dynamic: bool = False
    preferred: tuple[int, ...] = ()
    delay_us: int = 0
    instances: int = 1


@dataclass(frozen=True, slots=True)
class BatchCount:
    """How often a model was run with a batch of this size, and the nanoseconds of compute that it took in all."""

    size: int
    runs: int
    compute_ns: int = 0


def batching_of(config: Mapping[str, Any]) -> Batching:
    """What a server's configuration of a model says."""
    dynamic = config.get("dynamic_batching")
    found = dynamic if isinstance(dynamic, Mapping) else {}
    groups = [group for group in config.get("instance_group") or () if isinstance(group, Mapping)]
    count = sum(max(1, _whole(group.get("count"))) * max(1, len(group.get("gpus") or ())) for group in groups)
    preferred = sorted(_whole(size) for size in found.get("preferred_batch_size") or ())
    return Batching(
        most=_whole(config.get("max_batch_size")),
        is_dynamic=dynamic is not None,
        preferred=tuple(size for size in preferred if size > 0),
        delay_us=_whole(found.get("max_queue_delay_microseconds")),
        instances=max(1, count),
    )


def mean_size(counts: tuple[BatchCount, ...]) -> float:
    """The mean batch of a run; 0 where there was none."""
    runs = sum(each.runs for each in counts)
    return sum(each.size * each.runs for each in counts) / runs if runs else 0.0


def verdict(counts: tuple[BatchCount, ...], asked: Batching) -> str:
    """How the batches compare with the configuration, in a sentence or two; "" where nothing ran.

    The batcher's own rule: it runs a batch as soon as that has a preferred size, or the largest where none is
    preferred, and runs what it has once the oldest request has waited for the delay, or an instance is free where
    there is no delay (dynamic_batch_scheduler.cc).
    """
    runs = sum(each.runs for each in counts)
    if not runs:
        return ""
    if asked.most <= 0:
        return "It is configured without batching (max_batch_size 0): each request is a run of its own."
    mean = mean_size(counts)
    said = f"Mean {mean:.3g} of at most {asked.most}."
    if not asked.is_dynamic:
        return f"{said} There is no dynamic batching: a batch is what one request brings."
    if asked.preferred:
        kept = sum(each.runs for each in counts if each.size in asked.preferred) / runs
        sizes = ", ".join(str(size) for size in asked.preferred)
        why = _why_not(mean, asked) if kept < _OFTEN else ""
        return f"{said} {kept:.0%} of the runs had a preferred size ({sizes}).{why}"
    full = sum(each.runs for each in counts if each.size == asked.most) / runs
    return f"{said} {full:.0%} of the runs were full.{_why_not(mean, asked) if full < _OFTEN else ''}"


_OFTEN = 0.5


def _why_not(mean: float, asked: Batching) -> str:
    """What keeps batches small."""
    if not asked.delay_us:
        return (
            " Without max_queue_delay_microseconds a free instance takes what waits at once: batches grow only while "
            "all instances are busy."
        )
    if mean < 2:
        return f" Too few requests come within the {asked.delay_us:,} µs of delay to be put together."
    return f" The delay of {asked.delay_us:,} µs runs out before the size is reached."


def _whole(value: Any) -> int:
    """A number of a configuration, which JSON may give as a text."""
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
