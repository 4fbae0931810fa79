"""The whole from afar: wires as straight lines and nodes as plain rectangles, each colour in one call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QLineF, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.canvas.scene.colours import mixed, token_colour
from studio.ui.canvas.scene.scene import CanvasScene

FAR = 0.45
"""Below this zoom a name cannot be read, and a canvas of many nodes is painted from afar."""
MANY = 150
AT_ONCE = 1000
"""Nodes or wires gathered in one turn."""
TINY = 0.12
"""Below this zoom every canvas is."""


class Overview(QObject):
    """Lines and rectangles of a scene by colour, gathered when something moved: of a large one over several turns."""

    gathered = Signal()
    """All of a large scene is there to be painted."""

    def __init__(self, scene: CanvasScene, fill: str = "field") -> None:
        super().__init__(scene)
        self._scene = scene
        self._fill = fill
        self._shown = _Shapes()
        self._stale = True
        self._gathering: Iterator[_Shapes] = iter(())
        self._more = QTimer(self, interval=0, singleShot=True)
        self._more.timeout.connect(self._go_on)
        scene.moved.connect(self.forget)
        scene.chosen.connect(self.forget)

    def forget(self) -> None:
        """What was gathered is out of date; it is painted until all is gathered anew."""
        self._stale = True

    def paint(self, painter: QPainter, wires: float = 0.75) -> None:
        """Draws everything; the painter is in the coordinates of the scene."""
        if self._stale and self._scene.is_whole:
            self._stale = False
            self._gathering = self._gather()
            if not self._take_next():
                self._more.start()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for role, lines in self._shown.lines.items():
            painter.setPen(_hair(mixed(role, wires)))
            painter.drawLines(lines)
        for role, rects in self._shown.rects.items():
            painter.setPen(_hair(token_colour("edge" if role == "field" else role)))
            painter.setBrush(token_colour(role))
            painter.drawRects(rects)

    def _go_on(self) -> None:
        if self._take_next():
            self.gathered.emit()
        else:
            self._more.start()

    def _take_next(self) -> bool:
        """Gathers a few more; whether that is all, as it is at once in a small scene."""
        found = next(self._gathering)
        if found.is_whole:
            self._shown = found
        return found.is_whole

    def _gather(self) -> Iterator[_Shapes]:
        """What was gathered so far, turn by turn."""
        found = _Shapes()
        chosen = self._scene.selection.nodes
        for place, wire in enumerate(list(self._scene.wires.values()), 1):
            found.lines[wire.role].append(wire.line)
            if place % AT_ONCE == 0:
                yield found
        for place, item in enumerate(list(self._scene.nodes.values()), 1):
            key = item.node.id
            is_well = item.node.state == "ok" and not item.look.failed
            role = "accent" if key in chosen else self._fill if is_well else "error"
            found.rects[role].append(item.area())
            if place % AT_ONCE == 0:
                yield found
        found.is_whole = True
        yield found


@dataclass(slots=True)
class _Shapes:
    """What is drawn, by the role of its colour."""

    lines: dict[str, list[QLineF]] = field(default_factory=lambda: defaultdict(list))
    rects: dict[str, list[QRectF]] = field(default_factory=lambda: defaultdict(list))
    is_whole: bool = False


def _hair(colour: QColor) -> QPen:
    pen = QPen(colour, 0)
    pen.setStyle(Qt.PenStyle.SolidLine)
    return pen
