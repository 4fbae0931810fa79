"""The small map in the corner: the whole graph, what of it is seen, and a way to go elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QWidget

from studio.ui.canvas import names
from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.canvas.scene.overview import Overview
from studio.ui.canvas.scene.scene import CanvasScene
from studio.ui.widgets import paint

WIDTH, HEIGHT = 184, 112
_STEP = 0.25


class Minimap(QWidget):
    """A press or a drag jumps there; the arrow keys go a quarter of what is seen."""

    wanted = Signal(QPointF)
    """The place of the scene that is to be in the middle."""

    def __init__(self, scene: CanvasScene, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(names.Canvas.MINIMAP)
        self.setAccessibleName("Map of the graph")
        self.setToolTip("Press to go there")
        self.setFixedSize(QSize(WIDTH, HEIGHT))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scene = scene
        self._overview = Overview(scene, "faint")
        self._overview.gathered.connect(self.update)
        self._seen = QRectF()
        scene.moved.connect(self.update)
        scene.chosen.connect(self.update)

    def show_seen(self, seen: QRectF) -> None:
        """Marks what the canvas shows of the scene."""
        if seen != self._seen:
            self._seen = seen
            self.update()

    def _map(self) -> QTransform:
        """From the scene to here."""
        whole = self._scene.extent().united(self._seen.intersected(self._around()))
        if whole.isEmpty():
            return QTransform()
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        scale = min(room.width() / whole.width(), room.height() / whole.height())
        there = QTransform.fromTranslate(room.center().x(), room.center().y())
        there.scale(scale, scale)
        return there.translate(-whole.center().x(), -whole.center().y())

    def _around(self) -> QRectF:
        extent = self._scene.extent()
        return extent.adjusted(-extent.width() / 2, -extent.height() / 2, extent.width() / 2, extent.height() / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            frame = QRectF(self.rect())
            paint.round_rect(painter, frame, 4, fill="panel", edge="accent" if self.hasFocus() else "edge")
            painter.fillRect(frame.adjusted(5, 5, -5, -5), token_colour("canvas"))
            painter.setClipRect(frame.adjusted(2, 2, -2, -2))
            mapped = self._map()
            painter.setTransform(mapped, True)
            self._overview.paint(painter)
            painter.resetTransform()
            seen = mapped.mapRect(self._seen).intersected(frame.adjusted(4, 4, -4, -4))
            painter.setPen(pen("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(seen.adjusted(0.5, 0.5, -0.5, -0.5))

    def _go(self, at: QPointF) -> None:
        inverse, possible = self._map().inverted()
        if possible and not self._scene.extent().isEmpty():
            self.wanted.emit(inverse.map(at))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        ways = {key.Key_Left: (-1, 0), key.Key_Right: (1, 0), key.Key_Up: (0, -1), key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        step = QPointF(way[0] * self._seen.width() * _STEP, way[1] * self._seen.height() * _STEP)
        self.wanted.emit(self._seen.center() + step)
