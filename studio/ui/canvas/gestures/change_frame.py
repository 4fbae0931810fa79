"""Moving and resizing a frame; what stands inside goes along."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.graph.positions import Frame
from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.layout.grid import snapped
from studio.ui.canvas.scene.frames import paint_frame, rect_of

_LEAST = 96


class MoveFrame(Gesture):
    """Moves a frame by its title, with the nodes in it; Alt leaves those where they are."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, at: QPointF, index: int) -> None:
        super().__init__(canvas, at)
        self.index = index
        self.frame: Frame = canvas.document.placement.frames[index]
        self._by = QPointF()
        inside = rect_of(self.frame)
        self._nodes = frozenset(key for key, item in canvas.scene.nodes.items() if inside.contains(item.area()))

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        away, snaps = at - self.start, self.canvas.snaps
        x, y = snapped(self.frame.x + away.x(), snaps), snapped(self.frame.y + away.y(), snaps)
        self._by = QPointF(x - self.frame.x, y - self.frame.y)
        self.canvas.scene.preview(self._nodes, QPointF() if held & Modifiers.AltModifier else self._by)

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)
        document, by = self.canvas.document, self._by
        moved = {} if held & Modifiers.AltModifier else {n: self.canvas.scene.place(n) for n in self._nodes}
        places = {n: (x + by.x(), y + by.y()) for n, (x, y) in moved.items()}
        frames = list(document.placement.frames)
        frames[self.index] = self._moved()
        document.set_frames("Move a frame", frames, places)

    def _moved(self) -> Frame:
        return replace(self.frame, x=round(self.frame.x + self._by.x()), y=round(self.frame.y + self._by.y()))

    def cancel(self) -> None:
        self.canvas.scene.preview(self._nodes, QPointF())

    def paint(self, painter: QPainter) -> None:
        paint_frame(painter, self._moved(), is_chosen=True)

    def area(self) -> QRectF:
        return rect_of(self._moved()).adjusted(-4, -40, 4, 4)


class ResizeFrame(Gesture):
    """Drags the lower right corner of a frame."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, canvas: Canvas, at: QPointF, index: int) -> None:
        super().__init__(canvas, at)
        self.index = index
        self.frame: Frame = canvas.document.placement.frames[index]
        self._after = self.frame

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        width = max(_LEAST, round(snapped(at.x() - self.frame.x, self.canvas.snaps)))
        height = max(_LEAST, round(snapped(at.y() - self.frame.y, self.canvas.snaps)))
        self._after = replace(self.frame, width=width, height=height)

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)
        frames = list(self.canvas.document.placement.frames)
        frames[self.index] = self._after
        self.canvas.document.set_frames("Resize a frame", frames)

    def paint(self, painter: QPainter) -> None:
        paint_frame(painter, self._after, is_chosen=True)

    def area(self) -> QRectF:
        return rect_of(self._after).adjusted(-4, -40, 4, 4)
