"""Small charts that need no plotting library: a sparkline and a bar of stages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look.theme import colour, tokens
from studio.ui.widgets import paint


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], role: str = "accent") -> None:
    """Draws a line from zero to the largest value; NaN is a gap, all zeros a faint line at the bottom."""
    finite = [v for v in values if math.isfinite(v)]
    top = max(finite, default=0.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if top <= 0:
        painter.setPen(QPen(colour("edge"), 1))
        painter.drawLine(rect.bottomLeft() + QPointF(0, -0.5), rect.bottomRight() + QPointF(0, -0.5))
    else:
        painter.setPen(QPen(colour(role), 1.25))
        for run in _runs(values, rect, top):
            painter.drawPolyline(QPolygonF(run))
    painter.restore()


def _runs(values: Sequence[float], rect: QRectF, top: float) -> list[list[QPointF]]:
    step = rect.width() / max(1, len(values) - 1)
    runs: list[list[QPointF]] = [[]]
    for index, value in enumerate(values):
        if math.isfinite(value):
            y = rect.bottom() - 1 - (rect.height() - 2) * max(0.0, value) / top
            runs[-1].append(QPointF(rect.left() + index * step, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


class Sparkline(QWidget):
    """The last values of a series, 16 high."""

    def __init__(self, role: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._values: Sequence[float] = ()
        self.setMinimumSize(40, 16)
        self.setFixedHeight(16)

    def set_values(self, values: Sequence[float]) -> None:
        """Shows these values, oldest first."""
        self._values = values
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_sparkline(painter, QRectF(self.rect()), self._values, self._role)


class StageBar(QWidget):
    """How a time divides into the stages of a request: client, network, queue, input, compute, output; and gaps."""

    def __init__(self, height: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: dict[str, float] = {}
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_parts(self, parts: Mapping[str, float]) -> None:
        """Shows these times by stage, in any one unit; stages without a time are left out."""
        self._parts = {name: value for name, value in parts.items() if value > 0 and math.isfinite(value)}
        whole = sum(self._parts.values()) or 1
        said = ", ".join(f"{name} {100 * value / whole:.0f} %" for name, value in self._parts.items())
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            if not self._parts:
                paint.round_rect(painter, rect, 2, fill="hover")
                return
            whole = sum(self._parts.values())
            left = 0.0
            for name, value in self._parts.items():
                width = rect.width() * value / whole
                fill = str(getattr(tokens().stages, name, tokens().faint))
                paint.round_rect(painter, QRectF(left, 0, max(1.0, width - 1), rect.height()), 2, fill=fill)
                left += width
