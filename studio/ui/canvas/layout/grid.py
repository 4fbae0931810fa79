"""The grid of the canvas, to which nodes and frames snap."""

from __future__ import annotations

GRID = 16


def snapped(value: float, is_on: bool = True) -> float:
    """The nearest line of the grid; the nearest pixel where nothing snaps."""
    return round(value / GRID) * float(GRID) if is_on else float(round(value))
