"""The order within each layer: sweeps by barycentre, then swaps of neighbours, for few crossings."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable

from studio.core.layout.model import Layers, Wire

_SWEEPS = 12
_PATIENCE = 4
"""Sweeps without a better order before it is left."""
_SWAPS = 4
_MOST_PORTS = 400
"""A pair of nodes with more wires between them is not tried for a swap."""

Check = Callable[[], object]


def order(layers: Layers, check: Check) -> None:
    """Reorders every layer in place; the same for the same input."""
    best, fewest, idle = _copy(layers), crossings(layers), 0
    for sweep in range(_SWEEPS):
        check()
        if fewest == 0 or idle == _PATIENCE:
            break
        _sweep(layers, down=sweep % 2 == 0)
        count = crossings(layers)
        idle = 0 if count < fewest else idle + 1
        if count < fewest:
            best, fewest = _copy(layers), count
    layers.layers = best
    if fewest:
        _transpose(layers, check)


def crossings(layers: Layers) -> int:
    """How many pairs of wires cross, the ports' order included."""
    places = layers.positions()
    return sum(_crossings(layers, places, layer) for layer in layers.layers)


def _crossings(layers: Layers, places: list[int], layer: list[int]) -> int:
    ends = [
        ((places[wire.upper], wire.upper_y), (places[wire.lower], wire.lower_y))
        for node in layer
        for wire in layers.after[node]
    ]
    ends.sort()
    seen: list[tuple[int, float]] = []
    count = 0
    for _, lower in ends:
        count += len(seen) - bisect_right(seen, lower)
        insort(seen, lower)
    return count


def _copy(layers: Layers) -> list[list[int]]:
    return [list(layer) for layer in layers.layers]


def _sweep(layers: Layers, down: bool) -> None:
    """Sorts layer after layer by the mean place of what stands before it, or after it on the way back."""
    places = [float(place) for place in layers.positions()]
    sides = layers.before if down else layers.after
    for layer in layers.layers if down else reversed(layers.layers):
        weights = {node: _barycentre(layers, sides[node], places, down) for node in layer if sides[node]}
        moved = iter(sorted(weights, key=lambda node: (weights[node], places[node])))
        # What has no wires on this side keeps its place.
        layer[:] = [next(moved) if node in weights else node for node in layer]
        for index, node in enumerate(layer):
            places[node] = float(index)


def _barycentre(layers: Layers, wires: list[Wire], places: list[float], down: bool) -> float:
    total = 0.0
    for wire in wires:
        node, y = (wire.upper, wire.upper_y) if down else (wire.lower, wire.lower_y)
        total += places[node] + y / (layers.heights[node] + 1)
    return total / len(wires)


def _transpose(layers: Layers, check: Check) -> None:
    """Swaps neighbours as long as that takes crossings away."""
    places = layers.positions()
    for _ in range(_SWAPS):
        check()
        if sum(_swap_layer(layers, layer, places) for layer in layers.layers) == 0:
            return


def _swap_layer(layers: Layers, layer: list[int], places: list[int]) -> int:
    swapped = 0
    for index in range(len(layer) - 1):
        left, right = layer[index], layer[index + 1]
        if _gain(layers, left, right, places) > 0:
            layer[index], layer[index + 1] = right, left
            places[left], places[right] = index + 1, index
            swapped += 1
    return swapped


def _gain(layers: Layers, left: int, right: int, places: list[int]) -> int:
    """How many crossings fewer there are once two neighbours have changed places."""
    gain = 0
    for side in (layers.before, layers.after):
        ours, theirs = side[left], side[right]
        if not ours or not theirs or len(ours) * len(theirs) > _MOST_PORTS:
            continue
        upper = side is layers.before
        far = [_far(wire, places, upper) for wire in theirs]
        for wire in ours:
            here = _far(wire, places, upper)
            gain += sum((here > there) - (here < there) for there in far)
    return gain


def _far(wire: Wire, places: list[int], upper: bool) -> tuple[int, float]:
    return (places[wire.upper], wire.upper_y) if upper else (places[wire.lower], wire.lower_y)
