"""How high each node stands: as straight as the wires can be, without an overlap."""

from __future__ import annotations

from collections.abc import Callable

from studio.core.layout.model import GAP_Y, Layers

_PASSES = 8
_PASSES_SMALL = 32
_SMALL = 400
"""Nodes and bends up to which there is time for more passes."""
_BEND_GAP = 36.0
_STRAIGHT = 64.0
"""What a bend weighs beside a box: long wires are drawn straight, so that boxes make way for them."""


def heights(layers: Layers, check: Callable[[], object]) -> list[float]:
    """The upper edge of every node."""
    tops = [0.0] * len(layers.heights)
    for layer in layers.layers:
        for node, offset in zip(layer, _offsets(layers, layer), strict=True):
            tops[node] = offset
    passes = _PASSES_SMALL if len(tops) <= _SMALL else _PASSES
    for turn in range(passes):
        check()
        down = turn % 2 == 0
        both = turn >= passes // 2
        for layer in layers.layers if down else reversed(layers.layers):
            _settle(layers, layer, tops, down, both)
    lowest = min(tops, default=0.0)
    return [top - lowest for top in tops]


def _offsets(layers: Layers, layer: list[int]) -> list[float]:
    """Where each node of a layer stands when they are packed."""
    found, at = [], 0.0
    for index, node in enumerate(layer):
        if index:
            at += _gap(layers, layer[index - 1], node)
        found.append(at)
        at += layers.heights[node]
    return found


def _gap(layers: Layers, upper: int, lower: int) -> float:
    return GAP_Y if upper < layers.boxes and lower < layers.boxes else _BEND_GAP


def _settle(layers: Layers, layer: list[int], tops: list[float], down: bool, both: bool) -> None:
    """Moves a layer to where its wires pull it: the nearest places in its order that do not overlap."""
    offsets = _offsets(layers, layer)
    groups: list[list[float]] = []
    for node, offset in zip(layer, offsets, strict=True):
        wish, weight = _wish(layers, node, tops, down, both)
        groups.append([wish - offset, weight, 1])
        while len(groups) > 1 and groups[-2][0] >= groups[-1][0]:
            value, pull, count = groups.pop()
            before = groups[-1]
            before[0] = (before[0] * before[1] + value * pull) / (before[1] + pull)
            before[1] += pull
            before[2] += count
    at = 0
    for value, _, count in groups:
        for _ in range(int(count)):
            tops[layer[at]] = value + offsets[at]
            at += 1


def _wish(layers: Layers, node: int, tops: list[float], down: bool, both: bool) -> tuple[float, float]:
    """Where the wires of a node would have it, and how hard they pull."""
    total = weight = 0.0
    pull = _STRAIGHT if node >= layers.boxes else 1.0
    if down or both:
        for wire in layers.before[node]:
            total += pull * (tops[wire.upper] + wire.upper_y - wire.lower_y)
            weight += pull
    if not down or both:
        for wire in layers.after[node]:
            total += pull * (tops[wire.lower] + wire.lower_y - wire.upper_y)
            weight += pull
    return (total / weight, weight) if weight else (tops[node], 0.1)
