"""Which step of a configuration is which step of the one before: what keeps a node's id through edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from studio.core.config.step_config import StepConfig
from studio.core.graph.graph import GraphView, Signature
from studio.named_tuple import NamedTuple

_REMEMBERED = 10_000


class Identities(NamedTuple):
    """The ids of the steps in order, those to remember of steps that are gone, and the next one that is free."""

    ids: tuple[int, ...]
    remembered: dict[Signature, tuple[int, ...]]
    next_id: int


def identities(before: GraphView | None, steps: Sequence[StepConfig], gone: Collection[int] = ()) -> Identities:
    """The ids of these steps, after those of a view before it. `gone` are ids that are known to be there no more."""
    if before is None:
        return Identities(tuple(range(2, 2 + len(steps))), {}, 2 + len(steps))
    matching = _Matching(before, steps, gone)
    matching.by_ends()
    matching.by_place(_whole)
    matching.by(_whole)
    matching.by_place(_model)
    for likeness in (_writing, _reading, _model, _output):
        matching.by(likeness)
    matching.by_place(lambda _step: ())
    return matching.settled()


class _Matching:
    """Pairs of steps, found by one likeness after the other; each takes time in proportion to the steps."""

    def __init__(self, before: GraphView, steps: Sequence[StepConfig], gone: Collection[int]) -> None:
        self._before = before
        self._steps = steps
        self._gone = [(node.index, node.id) for node in before.nodes[2:] if node.id in gone]
        self._old = {node.index: node.id for node in before.nodes[2:] if node.id not in gone}
        self._found: dict[int, int] = {}

    def by_ends(self) -> None:
        """Pairs what is the same at the beginning and at the end, so that of equal steps each stays itself."""
        there = list(self._old)
        pairs = [zip(there, range(len(self._steps)), strict=False)]
        pairs.append(zip(reversed(there), reversed(range(len(self._steps))), strict=False))
        for several in pairs:
            for old, new in several:
                if old not in self._old or new in self._found or not self._same(_whole, old, new):
                    break
                self._found[new] = self._old.pop(old)

    def by(self, likeness: Callable[[StepConfig], Signature]) -> None:
        """Pairs what is still alone and alike, in order. A likeness of nothing pairs nothing."""
        waiting: dict[Signature, list[int]] = {}
        for index in reversed(self._old):
            if signature := likeness(self._before.steps[index]):
                waiting.setdefault(signature, []).append(index)
        for index in self._alone():
            if several := waiting.get(likeness(self._steps[index])):
                self._found[index] = self._old.pop(several.pop())

    def by_place(self, likeness: Callable[[StepConfig], Signature]) -> None:
        """Pairs what is alike at the same place, where there are as many steps as before."""
        if len(self._before.steps) == len(self._steps):
            for index in self._alone():
                if index in self._old and self._same(likeness, index, index):
                    self._found[index] = self._old.pop(index)

    def _same(self, likeness: Callable[[StepConfig], Signature], old: int, new: int) -> bool:
        return likeness(self._before.steps[old]) == likeness(self._steps[new])

    def settled(self) -> Identities:
        """The ids, with new ones for what is left, or those of steps that were there once."""
        remembered = {signature: list(ids) for signature, ids in self._before.remembered.items()}
        free = self._before.next_id
        for index in self._alone():
            known = remembered.get(_whole(self._steps[index]))
            if known:
                self._found[index] = known.pop()
            else:
                self._found[index] = free
                free += 1
        for index, each in (*self._old.items(), *self._gone):
            remembered.setdefault(_whole(self._before.steps[index]), []).append(each)
        kept = {signature: tuple(ids) for signature, ids in remembered.items() if ids}
        if len(kept) > _REMEMBERED:
            kept = dict(list(kept.items())[-_REMEMBERED:])
        return Identities(tuple(self._found[index] for index in range(len(self._steps))), kept, free)

    def _alone(self) -> list[int]:
        return [index for index in range(len(self._steps)) if index not in self._found]


def _whole(step: StepConfig) -> Signature:
    return (step.model_name, step.model_version, _items(step.input_map), _items(step.output_map))


def _writing(step: StepConfig) -> Signature:
    return (step.model_name, _items(step.output_map)) if step.output_map else ()


def _reading(step: StepConfig) -> Signature:
    return (step.model_name, _items(step.input_map)) if step.input_map else ()


def _output(step: StepConfig) -> Signature:
    return tuple(sorted(step.output_map.values()))


def _model(step: StepConfig) -> Signature:
    return (step.model_name,)


def _items(names: Mapping[str, str]) -> Signature:
    return tuple(sorted(names.items()))
