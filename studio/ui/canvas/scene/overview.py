"""The whole from afar: wires as straight lines and nodes as plain rectangles, each colour in one call."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.canvas.scene.colours import mixed, token_colour
from studio.ui.canvas.scene.scene import CanvasScene

FAR = 0.45
"""Below this zoom a name cannot be read, and a canvas of many nodes is painted from afar."""
MANY = 150
TINY = 0.12
"""Below this zoom every canvas is."""


class Overview:
    """Lines and rectangles of a scene by colour, gathered when something moved."""

    def __init__(self, scene: CanvasScene, fill: str = "field") -> None:
        self._scene = scene
        self._fill = fill
        self._lines: dict[str, list[QLineF]] = {}
        self._rects: dict[str, list[QRectF]] = {}
        self._stale = True
        scene.moved.connect(self.forget)
        scene.chosen.connect(self.forget)

    def forget(self) -> None:
        """What was gathered is out of date."""
        self._stale = True

    def paint(self, painter: QPainter, wires: float = 0.75) -> None:
        """Draws everything; the painter is in the coordinates of the scene."""
        if self._stale:
            self._gather()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for role, lines in self._lines.items():
            painter.setPen(_hair(mixed(role, wires)))
            painter.drawLines(lines)
        for role, rects in self._rects.items():
            painter.setPen(_hair(token_colour("edge" if role == "field" else role)))
            painter.setBrush(token_colour(role))
            painter.drawRects(rects)

    def _gather(self) -> None:
        lines, rects = defaultdict(list), defaultdict(list)
        for wire in self._scene.wires.values():
            lines[wire.role].append(wire.line)
        chosen = self._scene.selection.nodes
        for key, item in self._scene.nodes.items():
            role = "accent" if key in chosen else self._fill if item.node.state == "ok" else "error"
            rects[role].append(item.area())
        self._lines, self._rects, self._stale = dict(lines), dict(rects), not self._scene.is_whole


def _hair(colour: QColor) -> QPen:
    pen = QPen(colour, 0)
    pen.setStyle(Qt.PenStyle.SolidLine)
    return pen
