"""What the configuration of a loaded model says of how it can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Sequences:
    """How a model keeps the state of sequences. `slots` is 0 where it is not told."""

    strategy: str
    slots: int
    idle_us: int


@dataclass(frozen=True, slots=True)
class Traits:
    """How a model can be asked, as far as its configuration tells."""

    max_batch_size: int = 0
    is_decoupled: bool = False
    sequences: Sequences | None = None
    priority_levels: int = 0
    default_priority: int = 0
    has_queue: bool = False
    """Whether requests wait in a dynamic batcher."""
    allows_timeout: bool = False
    has_cache: bool = False
    ragged: tuple[str, ...] = ()
    is_ensemble: bool = False


def traits(config: Mapping[str, Any]) -> Traits:
    """Of a configuration as the server completed it. Raises as reading foreign JSON does."""
    batching = config.get("dynamic_batching")
    queue = batching or {}
    policies = [queue.get("default_queue_policy") or {}, *(queue.get("priority_queue_policy") or {}).values()]
    return Traits(
        max_batch_size=int(config.get("max_batch_size") or 0),
        is_decoupled=bool((config.get("model_transaction_policy") or {}).get("decoupled")),
        sequences=_sequences(config),
        priority_levels=int(queue.get("priority_levels") or 0),
        default_priority=int(queue.get("default_priority_level") or 0),
        has_queue=batching is not None,
        allows_timeout=any(policy.get("allow_timeout_override") for policy in policies),
        has_cache=bool((config.get("response_cache") or {}).get("enable")),
        ragged=tuple(str(each["name"]) for each in config.get("input") or () if each.get("allow_ragged_batch")),
        is_ensemble=bool((config.get("ensemble_scheduling") or {}).get("step")),
    )


def _sequences(config: Mapping[str, Any]) -> Sequences | None:
    batching = config.get("sequence_batching")
    if batching is None:
        return None
    oldest = batching.get("oldest")
    groups: Sequence[Mapping[str, Any]] = config.get("instance_group") or ({},)
    instances = sum(max(1, int(group.get("count") or 1)) for group in groups)
    direct = max(1, int(config.get("max_batch_size") or 1)) * instances
    slots = int(oldest.get("max_candidate_sequences") or 0) * instances if oldest else direct
    idle = int(batching.get("max_sequence_idle_microseconds") or 1_000_000)
    return Sequences("oldest" if oldest else "direct", slots, idle)


def sequence_words(found: Sequences) -> str:
    """How it keeps state, in words."""
    slots = f"{found.slots} slot{'s' if found.slots != 1 else ''}" if found.slots else "slots not told"
    return f"{found.strategy}, {slots}, idle {found.idle_us / 1e6:g} s"


def priority_words(found: Traits) -> str:
    """Whether the server looks at the priority of a request, and which there are."""
    if found.priority_levels:
        return f"1 (first) to {found.priority_levels}; {found.default_priority} where none is given"
    if found.is_ensemble:
        return "The steps of an ensemble get it; each looks at it by its own dynamic_batching."
    return "The server ignores it: the model has no dynamic_batching with priority_levels."


def timeout_words(found: Traits) -> str:
    """Whether the server keeps to the time that a request may wait in its queue."""
    if found.allows_timeout:
        return "How long it may wait in the queue before the server refuses it."
    if found.is_ensemble:
        return "The steps of an ensemble get it; each keeps to it by its own queue policy."
    if found.has_queue:
        return "The server ignores it: the queue policy does not say allow_timeout_override."
    return "The server ignores it: the model has no dynamic_batching with allow_timeout_override."
