"""The sparkline in a cell of the monitor's table: made once, painted many times."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from studio.core.serving.series import Floats
from studio.ui.look.theme import colour

WIDTH, HEIGHT = 40.0, 16.0


class Spark:
    """A line from zero to its largest value; gaps are gaps, nothing but zeros is a faint line at the bottom."""

    def __init__(self, values: Floats) -> None:
        self._lines: list[QPolygonF] = []
        top = float(np.fmax.reduce(values, initial=0.0))
        if top <= 0:
            return
        xs = np.arange(len(values)) * (WIDTH / max(1, len(values) - 1))
        ys = HEIGHT - 1 - values * ((HEIGHT - 2) / top)
        finite = np.isfinite(values)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], finite, [False])).astype(int)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            points = zip(xs[first:last].tolist(), ys[first:last].tolist(), strict=True)
            self._lines.append(QPolygonF([QPointF(x, y) for x, y in points]))

    @property
    def is_flat(self) -> bool:
        """Whether there is nothing above zero."""
        return not self._lines

    def paint(self, painter: QPainter, left: float, top: float, role: str) -> None:
        """Draws it with its corner at a place, in a token's colour or a `#rrggbb`."""
        if self.is_flat:
            painter.setPen(QPen(colour("edge"), 1))
            painter.drawLine(QPointF(left, top + HEIGHT - 0.5), QPointF(left + WIDTH, top + HEIGHT - 0.5))
            return
        # No wider than a pixel: Qt has a fast way for that, and takes twenty times as long for more.
        painter.setPen(QPen(colour(role), 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(left, top)
        for line in self._lines:
            painter.drawPolyline(line)
        painter.translate(-left, -top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
