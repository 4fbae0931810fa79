"""The figures that steps can show, by name. Cheap to import: the commands of the canvas are made of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

NodeFigure: TypeAlias = Literal["queue", "compute", "share", "batch", "memory", "failures"]
FIGURE_WORDS: dict[NodeFigure, str] = {
    "queue": "the time in the queue",
    "compute": "the time of computing",
    "share": "the share of the time",
    "batch": "the mean batch",
    "memory": "the GPU memory",
    "failures": "the failures",
}
