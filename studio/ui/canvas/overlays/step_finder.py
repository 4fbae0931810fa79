"""The list over the canvas that goes to a step by the name of its model."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from studio.core.graph.elements import Node
from studio.core.graph.graph import GraphView
from studio.ui.canvas import names
from studio.ui.canvas.scene.colours import backend_icon
from studio.ui.widgets.pick_list import Entry, PickList


class StepFinder(PickList):
    """Lists the steps in their order; a picked one is chosen and brought into sight."""

    def __init__(self, canvas: QWidget) -> None:
        # The bars and the map lie beside the canvas, so what is inside it would be below them.
        super().__init__(canvas.parentWidget() or canvas, names.Canvas.FIND, "Go to a step")

    def open_for(self, graph: GraphView, take: Callable[[int], object]) -> None:
        """Lists the steps of a graph; `take` gets the node that was picked."""
        steps = [node for node in graph.nodes if node.kind == "step"]
        self.open([_entry(node, take) for node in sorted(steps, key=_index)], "Go to a step by the name of its model")


def _index(node: Node) -> int:
    return node.index


def _entry(node: Node, take: Callable[[int], object]) -> Entry:
    version = "" if node.version == -1 else f" · version {node.version}"
    detail = f"step {node.index + 1}{version}{f' · {node.problem}' if node.problem else ''}"
    return Entry(node.model or "No model", lambda: take(node.id), backend_icon(node.backend), "", detail)
