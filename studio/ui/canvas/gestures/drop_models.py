"""Models dragged from the explorer onto the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.core.failure import CoreError
from studio.core.graph.edits.steps import add_steps, insert_on_wire
from studio.core.graph.elements import WireId
from studio.ui.canvas.gestures.gesture import Canvas, Gesture, Modifiers
from studio.ui.canvas.layout.grid import snapped
from studio.ui.canvas.scene.colours import pen, token_colour
from studio.ui.look.theme import ui_font

_SIZE = (180.0, 84.0)
_STEP = 108.0
_GRIP = QPointF(40, 18)
"""Where the pointer holds the ghost, so that it is seen beside it."""


class DropModels(Gesture):
    """Adds a step for each model where they are let go; one that is dropped on a wire goes in between."""

    def __init__(self, canvas: Canvas, at: QPointF, models: Sequence[str]) -> None:
        super().__init__(canvas, at)
        self.models = tuple(models)
        self._wire: WireId | None = None

    def move(self, at: QPointF, held: Modifiers) -> None:
        super().move(at, held)
        wire = None
        if len(self.models) == 1 and not held & Modifiers.AltModifier:
            wire = self.canvas.scene.wire_at(at, 14)
        if wire != self._wire:
            self.cancel()
            self._wire = wire
            if wire is not None:
                self.canvas.scene.wires[wire].show_state(chosen=True, lit=True, label="Insert here")

    def corner(self) -> tuple[float, float]:
        """The upper left corner of what comes."""
        at = self.at - _GRIP
        return snapped(at.x(), self.canvas.snaps), snapped(at.y(), self.canvas.snaps)

    def finish(self, at: QPointF, held: Modifiers) -> None:
        self.move(at, held)
        graph, wire = self.canvas.document.graph, self._wire
        self.cancel()
        if graph is None:
            return
        try:
            edit = add_steps(graph, self.models) if wire is None else insert_on_wire(graph, wire, self.models[0])
        except CoreError as failure:
            self.canvas.document.tell(failure)
            return
        self.canvas.document.do(edit, self.corner())

    def cancel(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            self.canvas.scene.show_wire(wire)

    def _rects(self) -> list[QRectF]:
        x, y = self.corner()
        return [QRectF(x, y + index * _STEP, *_SIZE) for index in range(len(self.models))]

    def paint(self, painter: QPainter) -> None:
        for name, rect in zip(self.models, self._rects(), strict=True):
            painter.setPen(pen("accent", 1.5, dashed=True))
            painter.setBrush(token_colour("panel", 0.85))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setPen(token_colour("text"))
            painter.setFont(ui_font(13, 600))
            row = QRectF(rect.left() + 12, rect.top(), rect.width() - 24, 36)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)

    def area(self) -> QRectF:
        found = QRectF()
        for rect in self._rects():
            found = found.united(rect)
        return found.adjusted(-4, -4, 4, 4)
