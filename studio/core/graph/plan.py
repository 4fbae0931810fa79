"""A gesture while it is worked out: the maps of all steps, changed in memory and then written in one go."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import Final

from studio.core.config.draft import Draft
from studio.core.config.ensemble import Graph, graph
from studio.core.failure import CoreError
from studio.core.graph.elements import INPUTS, OUTPUTS, PortId, Side
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.maps import Maps, step_raw, with_maps, with_steps, without_steps
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, replace

_SIDES: Final[tuple[Side, Side]] = ("in", "out")


@dataclass(slots=True)
class Step:
    """A step as it is to be: `index` in the text, None for a new one, which goes to `place`."""

    model: str
    maps: Maps
    index: int | None = None
    place: int = 0


class Plan:
    """The wiring of one view, to be changed. Nodes are known by their ids; new ones get ids behind the last."""

    def __init__(self, view: GraphView, title: str) -> None:
        self.view = view
        self.title = title
        self.own: dict[TextPath, str] = {}
        self.removed: list[int] = []
        self.gone: list[int] = []
        self.steps: dict[int, Step] = {}
        self._ends: dict[tuple[Side, str], dict[PortId, None]] = {}
        self.inputs = {port.name for port in view.nodes[INPUTS].outputs}
        self.outputs = {port.name for port in view.nodes[OUTPUTS].inputs}
        for node in view.nodes[2:]:
            step = view.steps[node.index]
            self._take(node.id, Step(node.model, Maps(dict(step.input_map), dict(step.output_map)), node.index))

    def _take(self, node: int, step: Step) -> None:
        self.steps[node] = step
        for side, names in zip(_SIDES, step.maps, strict=True):
            for name, tensor in names.items():
                self._ends.setdefault((side, tensor), {})[PortId(node, side, name)] = None

    def add(self, model: str, place: int | None = None, maps: Maps | None = None) -> int:
        """A new step, the last in the text where no place is given; its id."""
        node = self.view.next_id + len(self.steps)
        where = len(self.view.steps) if place is None else place
        self._take(node, Step(model, maps or Maps({}, {}), None, where))
        return node

    def drop(self, node: int) -> Step:
        """Takes a step out with what it reads and writes, and gives it."""
        step = self.steps[node]
        for side, names in zip(_SIDES, step.maps, strict=True):
            for name in list(names):
                self.set(PortId(node, side, name), None)
        del self.steps[node]
        self.gone.append(node)
        if step.index is not None:
            self.removed.append(step.index)
        return step

    def tensor(self, port: PortId) -> str | None:
        """The tensor that a port is mapped to."""
        if port.node in (INPUTS, OUTPUTS):
            return port.name
        return self._names(port).get(port.name)

    def set(self, port: PortId, tensor: str | None) -> None:
        """Maps the port of a step; None takes it out."""
        names = self._names(port)
        before = names.get(port.name)
        if before is not None:
            self._ends[port.side, before].pop(port, None)
        if tensor is None:
            names.pop(port.name, None)
        else:
            names[port.name] = tensor
            self._ends.setdefault((port.side, tensor), {})[port] = None

    def writers(self, tensor: str) -> list[PortId]:
        """The outputs of steps that write a tensor."""
        return list(self._ends.get(("out", tensor), ()))

    def readers(self, tensor: str) -> list[PortId]:
        """The inputs of steps that read a tensor."""
        return list(self._ends.get(("in", tensor), ()))

    def is_read(self, tensor: str) -> bool:
        """Whether any step reads it, or it is an output of the ensemble."""
        return tensor in self.outputs or bool(self._ends.get(("in", tensor)))

    def is_known(self, tensor: str) -> bool:
        """Whether there is a tensor of that name."""
        ends = self._ends.get(("in", tensor)) or self._ends.get(("out", tensor))
        return bool(ends) or tensor in self.inputs or tensor in self.outputs

    def fresh(self, name: str, also: Container[str] = ()) -> str:
        """That name, or with a number the next one that is free, among `also` too."""
        return free_name(name, lambda each: each in also or self.is_known(each))

    def default_name(self, port: PortId) -> str:
        """A free name for the tensor that a step's output writes: the model's name and the output's."""
        return self.fresh(f"{self.steps[port.node].model}_{port.name}")

    def tidy(self, tensor: str | None) -> None:
        """Writes a tensor that nobody reads no longer: the server would refuse it."""
        if tensor is not None and not self.is_read(tensor):
            for port in self.writers(tensor):
                self.set(port, None)

    def rename(self, port: PortId, name: str) -> None:
        """Renames the tensor that a step's output writes, with all who read it."""
        old = self.tensor(port)
        for reader in self.readers(old) if old is not None else ():
            self.set(reader, name)
        self.set(port, name)

    def drawn(self) -> Graph:
        """The graph as it would be, the steps that are in the text at their places."""
        steps = list(self.view.steps)
        for index, maps in self._changed():
            steps[index] = replace(steps[index], input_map=maps.reads, output_map=maps.writes)
        return graph(replace(self.view.draft.config, steps=tuple(steps)))

    def edit(self) -> GraphEdit:
        """The gesture as an edit of the view's text."""
        wanted = dict(self._changed())
        new = [step for step in self.steps.values() if step.index is None]
        raws = [(step.place + i, step_raw(step.model, step.maps)) for i, step in enumerate(new)]

        def fn(draft: Draft) -> Draft:
            changed = without_steps(with_maps(draft, wanted, self.own), self.removed)
            return with_steps(changed, raws) if raws else changed

        return replace(edit_of(self.view, self.title, fn), gone=tuple(self.gone))

    def _changed(self) -> Iterator[tuple[int, Maps]]:
        for step in self.steps.values():
            if step.index is not None:
                before = self.view.steps[step.index]
                if step.maps != (before.input_map, before.output_map):
                    yield step.index, step.maps

    def _names(self, port: PortId) -> dict[str, str]:
        maps = self.steps[port.node].maps
        return maps.reads if port.side == "in" else maps.writes


def edit_of(view: GraphView, title: str, fn: Callable[[Draft], Draft]) -> GraphEdit:
    """An edit that takes the view's own text alone: on any other its places mean something else."""

    def apply(draft: Draft) -> Draft:
        if draft is not view.draft and draft.document.text != view.draft.document.text:
            raise CoreError(title, "the configuration has changed meanwhile.", "Try again.")
        return fn(draft)

    return GraphEdit(title, apply)


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """That name, or with a number the next one that is free."""
    stem, found, number = name or "tensor", name or "tensor", 2
    while is_taken(found):
        found = f"{stem}_{number}"
        number += 1
    return found
