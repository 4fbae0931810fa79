"""Taking steps out of a graph so that what flowed through them flows on where it can."""

from __future__ import annotations

from collections import deque

from studio.core.graph.elements import OUTPUTS, PortId
from studio.core.graph.plan import Plan
from studio.core.graph.shapes import agree


class Healing:
    """The removal of steps from a plan."""

    def __init__(self, plan: Plan, gone: frozenset[int], *, heal: bool) -> None:
        self._plan = plan
        self._gone = gone
        self._heal = heal
        self._said = plan.view.flow.said

    def run(self) -> None:
        """Removes the steps, and joins what they stood between where `heal` was given."""
        plan, steps = self._plan, [self._plan.steps[node].maps for node in sorted(self._gone)]
        written = dict.fromkeys(tensor for maps in steps for tensor in maps.writes.values())
        sources = {tensor: self._sources(tensor) for tensor in written if self._heal and self._is_missed(tensor)}
        read = dict.fromkeys(tensor for maps in steps for tensor in maps.reads.values())
        for node in sorted(self._gone):
            plan.drop(node)
        for tensor in written:
            if not plan.writers(tensor) and tensor not in plan.inputs:
                self._reroute(tensor, sources.get(tensor, ()))
        for tensor in read:
            plan.tidy(tensor)

    def _is_missed(self, tensor: str) -> bool:
        """Whether anybody who stays reads it: for the rest no source is looked up, as there may be thousands."""
        return tensor in self._plan.outputs or any(each.node not in self._gone for each in self._plan.readers(tensor))

    def _reroute(self, tensor: str, sources: tuple[str, ...]) -> None:
        plan = self._plan
        for reader in plan.readers(tensor):
            plan.set(reader, next((each for each in sources if self._fits(each, reader)), None))
        if tensor in plan.outputs:
            target = PortId(OUTPUTS, "in", tensor)
            free = (each for each in sources if each not in plan.outputs and each not in plan.inputs)
            source = next((each for each in free if self._fits(each, target)), None)
            for writer in plan.writers(source)[:1] if source is not None else ():
                plan.rename(writer, tensor)

    def _fits(self, tensor: str, reader: PortId) -> bool:
        writers = self._plan.view.flow.writers.get(tensor, ())
        gives = next((self._said[each] for each in writers if each in self._said), None)
        takes = self._said.get(reader)
        return gives is None or takes is None or agree(gives, takes)

    def _sources(self, tensor: str) -> tuple[str, ...]:
        """What is read from outside by the steps that go, on the way to a tensor; the nearest first."""
        seen: dict[str, None] = {}
        waiting = deque([tensor])
        found: dict[str, None] = {}
        while waiting:
            for writer in self._plan.writers(waiting.popleft()):
                reads = self._plan.steps[writer.node].maps.reads.values() if writer.node in self._gone else ()
                for name in reads:
                    if name not in seen:
                        seen[name] = None
                        inside = any(each.node in self._gone for each in self._plan.writers(name))
                        (waiting.append if inside else found.setdefault)(name)
        return tuple(found)
