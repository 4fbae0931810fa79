"""The placement as a whole: each connected part in layers, the parts packed beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import sqrt

from studio.core.layout.coordinates import heights
from studio.core.layout.model import GAP_X, GAP_Y, Box, Layers, Link, Placement
from studio.core.layout.ordering import order
from studio.core.layout.ranks import stratify

_WIDEST = 1.8
"""How much wider than high the parts are packed."""

Size = tuple[float, float]


def layered(boxes: Iterable[Box], links: Iterable[Link], check: Callable[[], object] = lambda: None) -> Placement:
    """Places every box; the same for the same input. `check` is called now and then and may raise to leave it.

    Links of boxes that are not there are left out, as are those of a box to itself. Coordinates are whole numbers.
    """
    known = {box.key: box for box in boxes}
    sound = [link for link in links if link.source in known and link.target in known and link.source != link.target]
    placed: list[tuple[Placement, Size]] = []
    for part, inner in _parts(list(known.values()), sound):
        placed.append(_place(part, inner, check))
    return _pack(placed)


def _parts(boxes: Sequence[Box], links: Sequence[Link]) -> list[tuple[list[Box], list[Link]]]:
    """The connected parts: that of the outermost boxes first, then the larger ones, then as they are given."""
    parent = {box.key: box.key for box in boxes}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    outer = [box.key for box in boxes if box.side]
    joined = [(link.source, link.target) for link in links]
    for one, other in [*joined, *((outer[0], key) for key in outer[1:])]:
        parent[root(other)] = root(one)
    parts: dict[str, tuple[list[Box], list[Link]]] = {}
    for box in boxes:
        parts.setdefault(root(box.key), ([], []))[0].append(box)
    for link in links:
        parts[root(link.source)][1].append(link)
    return sorted(parts.values(), key=lambda part: (not any(box.side for box in part[0]), -len(part[0])))


def _place(boxes: Sequence[Box], links: Sequence[Link], check: Callable[[], object]) -> tuple[Placement, Size]:
    layers = stratify(boxes, links)
    order(layers, check)
    tops = heights(layers, check)
    return _columns(boxes, layers, tops)


def _columns(boxes: Sequence[Box], layers: Layers, tops: Sequence[float]) -> tuple[Placement, Size]:
    """The layers as columns, as wide as their widest box and further apart where many wires pass between."""
    found: Placement = {}
    left = bottom = width = 0.0
    base = min((tops[node] for node in range(len(boxes))), default=0.0)
    for layer in layers.layers:
        own = [node for node in layer if node < layers.boxes]
        widest = max((boxes[node].width for node in own), default=0.0)
        for node in own:
            top = round(tops[node] - base)
            found[boxes[node].key] = (float(round(left)), float(top))
            bottom = max(bottom, top + boxes[node].height)
        width = left + widest
        left = width + GAP_X + min(4.0 * sum(len(layers.after[node]) for node in layer), GAP_X)
    return found, (width, bottom)


def _pack(parts: Sequence[tuple[Placement, Size]]) -> Placement:
    """Rows of parts below each other, about as wide as a window; nothing stands left of the first part."""
    area = sum((size[0] + GAP_X) * (size[1] + GAP_Y) for _, size in parts)
    widest = max([sqrt(area) * _WIDEST, *(size[0] for _, size in parts)], default=0.0)
    found: Placement = {}
    x = y = row = 0.0
    for placement, (width, height) in parts:
        if x and x + width > widest:
            x, y, row = 0.0, y + row + GAP_Y * 2, 0.0
        for key, (left, top) in placement.items():
            found[key] = (float(round(left + x)), float(round(top + y)))
        x += width + GAP_X
        row = max(row, height)
    return found
