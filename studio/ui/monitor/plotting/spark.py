"""The sparkline in a cell of the monitor's table: made once, painted many times."""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from studio.core.serving.series import Floats
from studio.ui.look.theme import colour, tokens

WIDTH, HEIGHT = 40.0, 16.0


class Spark:
    """A line from zero to its largest value; gaps are gaps, nothing but zeros is a faint line at the bottom."""

    def __init__(self, values: Floats) -> None:
        self._lines: list[QPolygonF] = []
        self._made: dict[tuple[str, float], QPixmap] = {}
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

    def picture(self, role: str, ratio: float) -> QPixmap:
        """It in a token's colour or a `#rrggbb`, as sharp as the screen."""
        ink = role if role.startswith("#") else str(getattr(tokens(), role))
        found = self._made.get((ink, ratio))
        if found is None:
            found = self._made[ink, ratio] = self._drawn(ink, ratio)
        return found

    def _drawn(self, ink: str, ratio: float) -> QPixmap:
        made = QPixmap(ceil(WIDTH * ratio), ceil(HEIGHT * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        with QPainter(made) as painter:
            # No wider than a pixel: Qt has a fast way for that, and takes twenty times as long for more.
            painter.setPen(QPen(colour(ink if self._lines else "edge"), 1))
            if not self._lines:
                painter.drawLine(QPointF(0, HEIGHT - 0.5), QPointF(WIDTH, HEIGHT - 0.5))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for line in self._lines:
                painter.drawPolyline(line)
        return made
