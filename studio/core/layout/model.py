"""What is placed: boxes of a size, and links between places at their sides."""

from __future__ import annotations

from typing import Literal, TypeAlias

from studio.value_class import dataclass, field

Placement: TypeAlias = dict[str, tuple[float, float]]
"""The upper left corner of every box, by its key."""

GAP_X = 80.0
GAP_Y = 32.0


@dataclass(frozen=True, slots=True)
class Box:
    """One box. `side` "first" keeps it left of all others, "last" right of them."""

    key: str
    width: float
    height: float
    side: Literal["", "first", "last"] = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line from the right side of one box to the left side of another; the heights count from each box's top."""

    source: str
    target: str
    source_y: float = 0.0
    target_y: float = 0.0


@dataclass(slots=True)
class Wire:
    """A link between nodes of neighbouring layers, by number."""

    upper: int
    lower: int
    upper_y: float
    lower_y: float


@dataclass(slots=True)
class Layers:
    """Nodes by number in layers, bends of long links among them, which have no size."""

    boxes: int
    """How many of the nodes are boxes; the bends come after them."""
    heights: list[float]
    layers: list[list[int]]
    after: list[list[Wire]] = field(default_factory=list)
    before: list[list[Wire]] = field(default_factory=list)

    def positions(self) -> list[int]:
        """The place of every node within its layer."""
        found = [0] * len(self.heights)
        for layer in self.layers:
            for index, node in enumerate(layer):
                found[node] = index
        return found
