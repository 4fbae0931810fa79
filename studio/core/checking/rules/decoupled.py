"""Decoupled steps of an ensemble: what comes from one must not meet what does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from studio.core.checking.findings import Finding
from studio.core.checking.rules.applicability import of_ensembles
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import has_steps
from studio.core.checking.rules.policies import cache_and_decoupled
from studio.core.config.ensemble import Graph, graph

_START = -1
"""The origin of what comes from the request itself, as against the number of a decoupled step."""


@of_ensembles
def merging(context: Context, model: ModelView) -> Iterator[Finding]:
    """A step, or the ensemble's own answer, that takes tensors of different origins."""
    if not has_steps(model):
        return
    drawn = graph(model.config)
    decoupled = {index: _is_decoupled(context, step.model_name) for index, step in enumerate(drawn.steps)}
    if not any(decoupled.values()):
        return
    mixed, answer = meeting(drawn, decoupled)
    if not mixed and not answer:
        return
    step = mixed[0] if mixed else None
    # What the server names is the ensemble wherever the tensors go to its answer next.
    ends = step is None or bool(set(drawn.steps[step].output_map.values()).intersection(drawn.outputs))
    named = model.name if step is None or ends else drawn.steps[step].model_name
    yield model.problem(
        "ens-decoupled-merge",
        _message(drawn, step),
        phase="5",
        server=f"in ensemble {model.name}, step of model '{named}' receives inputs originated from different decoupled "
        "models",
        path=("ensemble_scheduling",) if step is None else drawn.steps[step].path,
    )


def meeting(drawn: Graph, decoupled: Mapping[int, bool]) -> tuple[tuple[int, ...], bool]:
    """The steps at which tensors of different origins meet, and whether they do in the ensemble's own answer.

    `decoupled` says it of each step by its number. Where the graph has no order nothing is said; other rules tell.
    """
    found, is_whole = origins(drawn, decoupled) if any(decoupled.values()) else ({}, False)
    if not is_whole:
        return (), False
    mixed = (index for index, step in enumerate(drawn.steps) if _meet(found, step.input_map.values()))
    return tuple(mixed), _meet(found, drawn.outputs)


def _message(drawn: Graph, step: int | None) -> str:
    where = "The ensemble's answer" if step is None else f"The step “{drawn.steps[step].model_name}”"
    return (
        f"{where} joins tensors of a decoupled model, which answers any number of times, with others. They cannot be "
        "told which belong together."
    )


@of_ensembles
def cache(context: Context, model: ModelView) -> Iterator[Finding]:
    """An ensemble is decoupled when one of its steps is, and then its responses cannot be cached."""
    if has_steps(model) and model.config.response_cache and not model.config.decoupled and is_decoupled(context, model):
        yield cache_and_decoupled(model, "4e")


def is_decoupled(context: Context, model: ModelView) -> bool:
    """Whether the server takes a model for decoupled: an ensemble if one of its steps is."""
    return _is_decoupled(context, model.name)


def _is_decoupled(context: Context, name: str, within: frozenset[str] = frozenset()) -> bool:
    model = context.model(name)
    if model is None or not model.is_sound or name in within:
        return False
    if not has_steps(model):
        return model.config.decoupled
    return any(_is_decoupled(context, step.model_name, within | {name}) for step in model.config.steps)


def origins(drawn: Graph, decoupled: Mapping[int, bool]) -> tuple[dict[str, frozenset[int]], bool]:
    """Where each tensor that gets data comes from, and whether that is all of them: else the graph has no order."""
    found = {name: frozenset({_START}) for name in drawn.inputs}
    lacks = {index: len(set(step.input_map.values()) - found.keys()) for index, step in enumerate(drawn.steps)}
    waiting = deque(index for index, count in lacks.items() if not count)
    while waiting:
        index = waiting.popleft()
        step = drawn.steps[index]
        own = frozenset({index}) if decoupled[index] else _joined(found, step.input_map.values())
        for name in dict.fromkeys(step.output_map.values()):
            is_new = name not in found
            found[name] = own
            for reader in {port.step for port in drawn.tensors[name].consumers} if is_new else ():
                lacks[reader] -= 1
                if not lacks[reader]:
                    waiting.append(reader)
    return found, not any(lacks.values())


def _joined(origins: Mapping[str, frozenset[int]], names: Iterable[str]) -> frozenset[int]:
    empty: frozenset[int] = frozenset()
    return empty.union(*(origins.get(name, frozenset()) for name in names))


def _meet(origins: Mapping[str, frozenset[int]], names: Iterable[str]) -> bool:
    """Whether tensors of more than one origin come together here first."""
    sets = {origins[name] for name in names if name in origins}
    return len(sets) > 1


RULES = (merging, cache)
