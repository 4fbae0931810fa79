"""Which layer each box stands in, and the bends that long links get in the layers they pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from studio.core.layout.model import Box, Layers, Link, Wire

_MOST_BENDS = 40_000
_LONGEST = 24
"""A link over more layers gets no bends: where one box feeds a chain of thousands, they would be millions."""

Arrows = list[list[int]]


def stratify(boxes: Sequence[Box], links: Sequence[Link]) -> Layers:
    """The boxes in layers, in the order they are given; a link that closes a cycle is followed backwards."""
    numbers = {box.key: index for index, box in enumerate(boxes)}
    pairs = [(numbers[link.source], numbers[link.target]) for link in links]
    turned = _without_cycles(len(boxes), pairs)
    ranks = _ranks(boxes, turned)
    layers = Layers(len(boxes), [box.height for box in boxes], [[] for _ in range(max(ranks, default=-1) + 1)])
    for node, rank in enumerate(ranks):
        layers.layers[rank].append(node)
    layers.after = [[] for _ in boxes]
    layers.before = [[] for _ in boxes]
    _link(layers, links, pairs, ranks)
    return layers


def _without_cycles(count: int, pairs: Sequence[tuple[int, int]]) -> Arrows:
    """The arrows of every node, those that lead back turned round."""
    after: Arrows = [[] for _ in range(count)]
    indegree = [0] * count
    for source, target in pairs:
        if source != target:
            after[source].append(target)
            indegree[target] += 1
    place = _finishing_order(after, sorted(range(count), key=lambda node: (indegree[node] > 0, node)))
    forward: Arrows = [[] for _ in range(count)]
    for source, targets in enumerate(after):
        for target in targets:
            first, second = (source, target) if place[source] > place[target] else (target, source)
            forward[first].append(second)
    return forward


def _finishing_order(after: Arrows, starts: Sequence[int]) -> list[int]:
    """When a search in depth leaves each node; an arrow to one that is left later leads back."""
    left = [-1] * len(after)
    seen = [False] * len(after)
    clock = 0
    for start in starts:
        if seen[start]:
            continue
        seen[start] = True
        trail = [(start, iter(after[start]))]
        while trail:
            node, rest = trail[-1]
            target = next((each for each in rest if not seen[each]), None)
            if target is None:
                left[node], clock = clock, clock + 1
                trail.pop()
            else:
                seen[target] = True
                trail.append((target, iter(after[target])))
    return left


def _ranks(boxes: Sequence[Box], after: Arrows) -> list[int]:
    """The longest way to each node; a node that nothing feeds comes as near as it can to what it feeds."""
    order = _topological(after)
    ranks = [0 if box.side == "first" else 1 for box in boxes] if _has(boxes, "first") else [0] * len(boxes)
    fed = [False] * len(boxes)
    for node in order:
        for target in after[node]:
            fed[target] = True
            ranks[target] = max(ranks[target], ranks[node] + 1)
    for node in reversed(order):
        if not fed[node] and after[node] and boxes[node].side != "first":
            ranks[node] = min(ranks[target] for target in after[node]) - 1
    if _has(boxes, "last"):
        last = max((rank for box, rank in zip(boxes, ranks, strict=True) if box.side != "last"), default=-1) + 1
        ranks = [last if box.side == "last" else rank for box, rank in zip(boxes, ranks, strict=True)]
    return _packed(ranks)


def _packed(ranks: list[int]) -> list[int]:
    """The same without empty layers."""
    numbers = {rank: index for index, rank in enumerate(sorted(set(ranks)))}
    return [numbers[rank] for rank in ranks]


def _has(boxes: Sequence[Box], side: str) -> bool:
    return any(box.side == side for box in boxes)


def _topological(after: Arrows) -> list[int]:
    indegree = [0] * len(after)
    for targets in after:
        for target in targets:
            indegree[target] += 1
    ready = deque(node for node, count in enumerate(indegree) if count == 0)
    found = []
    while ready:
        node = ready.popleft()
        found.append(node)
        for target in after[node]:
            indegree[target] -= 1
            if indegree[target] == 0:
                ready.append(target)
    return found


def _link(layers: Layers, links: Sequence[Link], pairs: Sequence[tuple[int, int]], ranks: Sequence[int]) -> None:
    budget = _MOST_BENDS
    for link, (source, target) in zip(links, pairs, strict=True):
        upper, lower, upper_y, lower_y = source, target, link.source_y, link.target_y
        if ranks[upper] > ranks[lower]:
            upper, lower, upper_y, lower_y = lower, upper, lower_y, upper_y
        length = ranks[lower] - ranks[upper]
        if length == 0:
            continue
        if length > _LONGEST or length > budget:
            continue
        budget -= length - 1
        _bend(layers, Wire(upper, lower, upper_y, lower_y), range(ranks[upper] + 1, ranks[lower]))


def _bend(layers: Layers, wire: Wire, through: range) -> None:
    """Adds a wire with a bend in each layer that it passes."""
    last, last_y = wire.upper, wire.upper_y
    for rank in through:
        bend = len(layers.heights)
        layers.heights.append(0.0)
        layers.after.append([])
        layers.before.append([])
        layers.layers[rank].append(bend)
        _join(layers, Wire(last, bend, last_y, 0.0))
        last, last_y = bend, 0.0
    _join(layers, Wire(last, wire.lower, last_y, wire.lower_y))


def _join(layers: Layers, wire: Wire) -> None:
    layers.after[wire.upper].append(wire)
    layers.before[wire.lower].append(wire)
