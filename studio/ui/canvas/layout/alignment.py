"""Aligning and distributing nodes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF

ALIGNMENTS = (
    ("align_left", "Align left"),
    ("align_right", "Align right"),
    ("align_top", "Align top"),
    ("align_bottom", "Align bottom"),
    ("align_centre", "Align centres"),
    ("distribute_across", "Distribute across"),
    ("distribute_down", "Distribute down"),
)
"""Each way with what it is called."""


def arranged(way: str, areas: Mapping[int, QRectF]) -> dict[int, tuple[float, float]]:
    """Where nodes stand once they are aligned, or spread with the same gaps between them."""
    if way.startswith("distribute"):
        return _distributed(areas, across=way == "distribute_across")
    whole = QRectF()
    for area in areas.values():
        whole = whole.united(area)
    found = {}
    for node, area in areas.items():
        x, y = area.x(), area.y()
        if way == "align_left":
            x = whole.left()
        elif way == "align_right":
            x = whole.right() - area.width()
        elif way == "align_top":
            y = whole.top()
        elif way == "align_bottom":
            y = whole.bottom() - area.height()
        else:
            x = whole.center().x() - area.width() / 2
        found[node] = (float(round(x)), float(round(y)))
    return found


def _distributed(areas: Mapping[int, QRectF], *, across: bool) -> dict[int, tuple[float, float]]:
    def start(node: int) -> float:
        return areas[node].x() if across else areas[node].y()

    def size(node: int) -> float:
        return areas[node].width() if across else areas[node].height()

    order = sorted(areas, key=start)
    room = start(order[-1]) + size(order[-1]) - start(order[0])
    gap = (room - sum(map(size, order))) / (len(order) - 1)
    found, at = {}, start(order[0])
    for node in order:
        area = areas[node]
        found[node] = (float(round(at)), area.y()) if across else (area.x(), float(round(at)))
        at += size(node) + gap
    return found
