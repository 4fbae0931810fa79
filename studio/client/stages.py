"""Where the time of one request went, from a server's statistics before and after it. Nothing here calls a server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from studio.client.transport import Reply
from studio.core.inference.requests import ModelStatistics, StageTimes, StepTimes

_COUNTS = tuple(f.name for f in fields(ModelStatistics) if f.name not in ("name", "version", "batches"))
# An ensemble in an ensemble in …; Triton refuses a circle, another server's answer might hold one.
_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Activity:
    """What each model did between two readings; a reading of a reloaded model starts again from zero."""

    done: tuple[ModelStatistics, ...]

    def of(self, model: str, version: str = "") -> tuple[ModelStatistics, ...]:
        """What the versions of a model did; of one version where it is named."""
        return tuple(s for s in self.done if s.name == model and version in ("", s.version))

    def requests(self, model: str, version: str = "") -> int:
        """How many requests of a model succeeded or failed."""
        return sum(s.success_count + s.failure_count for s in self.of(model, version))


def activity(before: Iterable[ModelStatistics], after: Iterable[ModelStatistics]) -> Activity:
    """The difference of two readings; models that did nothing are left out."""
    known = {(s.name, s.version): s for s in before}
    done = []
    for now in after:
        delta = _difference(known.get((now.name, now.version)), now)
        if delta.success_count or delta.failure_count:
            done.append(delta)
    return Activity(tuple(done))


def step_models(name: str, config_of: Callable[[str], Mapping[str, Any]], depth: int = 0) -> Counter[str]:
    """How often one request of an ensemble asks each model, those of ensembles within it too; else nothing."""
    found: Counter[str] = Counter()
    scheduling = config_of(name).get("ensemble_scheduling")
    if not scheduling or depth >= _MAX_DEPTH:
        return found
    for step in scheduling.get("step") or ():
        model = str(step["model_name"])
        found[model] += 1
        found += step_models(model, config_of, depth + 1)
    return found


def is_settled(done: Activity, reply: Reply, steps: Mapping[str, int]) -> bool:
    """Whether the statistics hold all of a request: a server counts it only after it has answered."""
    return done.requests(reply.model, reply.version) >= 1 and all(done.requests(m) >= n for m, n in steps.items())


def stage_times(reply: Reply, done: Activity | None, steps: Mapping[str, int]) -> StageTimes:
    """The stages of a request; those of the server only where it answered nobody else meanwhile.

    With `network`, which is what remains, they add up to the total, or to more where the server did things at
    once. An ensemble's queue is its own and that of its steps, which the server does not count in it.
    """
    own = done.of(reply.model, reply.version) if done else ()
    if done is None or len(own) != 1 or own[0].success_count != 1 or own[0].failure_count:
        return StageTimes(total=reply.total_ns, client=reply.client_ns)
    stats = own[0]
    queue = stats.queue_ns + sum(s.queue for s in (step_times(reply, done, steps) if steps else ()))
    server = queue + stats.input_ns + stats.compute_ns + stats.output_ns
    network = reply.total_ns - reply.client_ns - server
    return StageTimes(
        total=reply.total_ns,
        client=reply.client_ns,
        # Below 0 where steps ran side by side, or the server went on for a moment after the answer was here.
        network=max(0, network),
        queue=queue,
        input=stats.input_ns,
        compute=stats.compute_ns,
        output=stats.output_ns,
    )


def step_times(reply: Reply, done: Activity | None, steps: Mapping[str, int]) -> tuple[StepTimes, ...]:
    """The stages of an ensemble's models, or of the model itself; empty where others were answered meanwhile."""
    if done is None:
        return ()
    wanted = steps or {reply.model: 1}
    found = []
    for model, count in wanted.items():
        own = done.of(model, "" if steps else reply.version)
        if any(s.failure_count for s in own) or sum(s.success_count for s in own) != count:
            return ()
        found += [StepTimes(s.name, s.version, s.queue_ns, s.input_ns, s.compute_ns, s.output_ns) for s in own]
    return tuple(found)


def cached_models(reply: Reply, done: Activity | None, steps: Mapping[str, int]) -> tuple[str, ...]:
    """The models of a request that answered from the response cache; none where others were answered meanwhile."""
    if done is None:
        return ()
    taken = {reply.model: 1, **steps}
    counts = {model: sum(s.cache_hit_count for s in done.of(model)) for model in taken}
    return tuple(model for model, count in counts.items() if count and done.requests(model) == taken[model])


def _difference(before: ModelStatistics | None, now: ModelStatistics) -> ModelStatistics:
    if before is None or any(getattr(now, c) < getattr(before, c) for c in _COUNTS):
        return now
    return ModelStatistics(now.name, now.version, *(getattr(now, c) - getattr(before, c) for c in _COUNTS))
