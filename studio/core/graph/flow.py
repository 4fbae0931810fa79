"""How tensors run through a graph: who writes and reads each, what comes before what, and what goes in a circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from studio.core.checking.rules.flow import Known
from studio.core.config.ensemble import Graph
from studio.core.graph.elements import Node, Port, PortId, WireId

_Key: TypeAlias = int | str
"""A node by its id, or a tensor by its name."""


class Flow:
    """The tensors of one graph. `said` is what each port says of its own."""

    def __init__(self, drawn: Graph, nodes: Sequence[Node], said: Mapping[PortId, Known]) -> None:
        self.drawn = drawn
        self.said = said
        self.writers: dict[str, list[PortId]] = {}
        self.readers: dict[str, list[PortId]] = {}
        for node in nodes:
            for port in node.ports:
                if port.tensor is not None:
                    side = self.writers if port.is_source else self.readers
                    side.setdefault(port.tensor, []).append(port.id)
        # Tensors stand between the nodes, so that one with many writers and readers has no wire for each pair.
        self._after: dict[_Key, tuple[_Key, ...]] = {}
        self._before: dict[_Key, tuple[_Key, ...]] = {}
        for node in nodes:
            self._after[node.id] = _tensors(node.outputs)
            self._before[node.id] = _tensors(node.inputs)
        for tensor in {**self.writers, **self.readers}:
            self._after[tensor] = _nodes(self.readers.get(tensor, ()))
            self._before[tensor] = _nodes(self.writers.get(tensor, ()))
        self._reached: dict[int, frozenset[int]] = {}

    def wires(self) -> list[tuple[WireId, str]]:
        """The wires with their tensors, as `Wire` describes them."""
        found: dict[WireId, str] = {}
        for tensor, writers in self.writers.items():
            readers = self.readers.get(tensor, [])
            for reader in readers:
                found.setdefault(WireId(writers[0], reader), tensor)
            for writer in writers[1:] if readers else ():
                found.setdefault(WireId(writer, readers[0]), tensor)
        return list(found.items())

    def before(self, node: int) -> frozenset[int]:
        """The nodes from which data gets to this one, itself included."""
        if node not in self._reached:
            seen: set[_Key] = {node}
            waiting: deque[_Key] = deque(seen)
            while waiting:
                new = [each for each in self._before.get(waiting.popleft(), ()) if each not in seen]
                seen.update(new)
                waiting.extend(new)
            self._reached[node] = frozenset(each for each in seen if isinstance(each, int))
        return self._reached[node]

    def circling(self) -> frozenset[int]:
        """The nodes of circles, and those between two of them."""
        left = set(self._after)
        _strip(left, self._before, self._after)
        _strip(left, self._after, self._before)
        return frozenset(each for each in left if isinstance(each, int))


def _strip(left: set[_Key], sources: Mapping[_Key, tuple[_Key, ...]], ends: Mapping[_Key, tuple[_Key, ...]]) -> None:
    """Takes out what is not fed from anything left, one after the other."""
    count = {each: sum(source in left for source in sources[each]) for each in left}
    waiting = deque(each for each in left if not count[each])
    while waiting:
        gone = waiting.popleft()
        left.discard(gone)
        for each in ends[gone]:
            if each in left:
                count[each] -= 1
                if not count[each]:
                    waiting.append(each)


def _tensors(ports: Iterable[Port]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(port.tensor for port in ports if port.tensor is not None))


def _nodes(ports: Iterable[PortId]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(port.node for port in ports))
