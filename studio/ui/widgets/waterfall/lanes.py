"""What else was under way at the same time: how many requests, and where they are few each of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio.ui.look.theme import colour, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.waterfall.axis import TimeAxis, duration_words
from studio.ui.widgets.waterfall.crowd import LANES, Crowd
from studio.ui.widgets.waterfall.painting import ROW
from studio.ui.widgets.waterfall.pixels import BAR, INK, extent, stage_colour, words_in
from studio.ui.widgets.waterfall.ruler import LABELS

HEAD = 32
_MOST_BARS = 600
_NARROW = 24.0
"""Pixels, below which a bar is drawn without round corners and words."""
UNTOLD = "which instance ran what is not known from this trace"


class Lanes:
    """Draws below the rows; `label` gives the name of a request by its number."""

    def __init__(self, axis: TimeAxis) -> None:
        self._axis = axis
        self.crowd = Crowd.none()
        self.label: Callable[[int], str] = str
        self.own = -1
        """The request whose rows stand above."""
        self.left_out = 0
        """Requests in sight for which there is no lane."""

    @property
    def height(self) -> float:
        """How high all of it is; 0 where there are no other requests."""
        return HEAD + ROW * (1 + LANES) if len(self.crowd) > 1 else 0.0

    def _shown(self) -> list[tuple[int, int]]:
        """The requests in sight with their lanes; none where they are too many to be told apart."""
        numbers = self.crowd.within(self._axis.start, self._axis.end)
        if len(numbers) > _MOST_BARS:
            return []
        pairs = [(number, self.crowd.lane(number)) for number in numbers.tolist()]
        if (self.own, -1) in pairs:
            # It is there whatever else is: the first lane is its own then.
            start, end = self.crowd.starts[self.own], self.crowd.ends[self.own]
            kept = [
                (number, lane)
                for number, lane in pairs
                if lane != 0 or self.crowd.ends[number] <= start or self.crowd.starts[number] >= end
            ]
            pairs = [*(each for each in kept if each[0] != self.own), (self.own, 0)]
        self.left_out = len(numbers) - sum(lane >= 0 for _, lane in pairs)
        return [(number, lane) for number, lane in pairs if lane >= 0]

    def paint(self, painter: QPainter, width: float, top: float) -> None:
        """Draws the count of requests, and each of them where they are few."""
        head = QRectF(12, top, LABELS + 60, HEAD)
        took = paint.text(painter, head, "At the same time", ui_font(12, 600), "dim")
        rest = QRectF(head.left() + took + 20, top, width - took - 44, HEAD)
        paint.text(painter, rest, f"other requests in the server; {UNTOLD}", ui_font(11), "dim")
        painter.fillRect(QRectF(0, top + HEAD - 1, width, 1), colour("line"))
        top += HEAD
        shown = self._shown()
        self._paint_count(painter, width, top)
        if not shown:
            return
        label = QRectF(36, top + ROW, LABELS - 48, ROW)
        paint.text(painter, label, "requests", ui_font(13), "text")
        if self.left_out:
            paint.text(painter, label, f"{self.left_out:,} not drawn", ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)
        painter.save()
        painter.setClipRect(QRectF(LABELS, top, width - LABELS, ROW * (1 + LANES)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        fills = (stage_colour("compute"), colour("error"))
        for number, lane in shown:
            fill = fills[bool(self.crowd.failed[number])]
            fill.setAlphaF(1.0 if number == self.own else 0.3)
            self._paint_bar(painter, width - LABELS, top + ROW * (1 + lane) + (ROW - BAR) / 2, number, fill)
        painter.restore()

    def _paint_bar(self, painter: QPainter, width: float, top: float, number: int, fill: QColor) -> None:
        found = extent(self._axis, float(self.crowd.starts[number]), float(self.crowd.ends[number]), LABELS, width)
        if found is None:
            return
        rect = QRectF(found[0], top - 2, found[1] - found[0] - (1 if found[1] - found[0] > 4 else 0), BAR + 4)
        if rect.width() < _NARROW:
            painter.fillRect(rect, fill)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 2, 2)
        is_own = number == self.own
        ink = "on_accent" if self.crowd.failed[number] else INK
        seen = rect.intersected(QRectF(LABELS, rect.top(), width, rect.height()))
        words = f"{self.label(number)}{', this one' if is_own else ''}"
        words_in(painter, seen, words, ink if is_own else "text")

    def _paint_count(self, painter: QPainter, width: float, top: float) -> None:
        plot = max(int(width - LABELS), 2)
        moments = np.linspace(self._axis.start, self._axis.end, plot)
        counts = self.crowd.under_way(moments)
        most = max(1, int(counts.max()))
        label = QRectF(36, top, LABELS - 48, ROW)
        paint.text(painter, label, "under way", ui_font(13), "text")
        paint.text(painter, label, f"{most:,} at most", ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)
        bottom, room = top + ROW - 5, ROW - 11
        points = _steps(counts.tolist(), room / most, bottom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        area = stage_colour("queue")
        area.setAlphaF(0.15)
        painter.setBrush(area)
        ends = [QPointF(LABELS, bottom), *points, QPointF(LABELS + plot, bottom)]
        painter.drawPolygon(QPolygonF(ends))
        painter.setPen(QPen(stage_colour("queue"), 1.5))
        painter.drawPolyline(QPolygonF(points))
        painter.fillRect(QRectF(0, top + ROW - 1, width, 1), colour("line"))

    def tip(self, number: int) -> str:
        """What is told of a request under the pointer."""
        lasts = float(self.crowd.ends[number] - self.crowd.starts[number])
        then = "" if number == self.own else "\nClick to show it"
        return f"{self.label(number)}\n{duration_words(lasts)}{then}"

    def at(self, x: float, y: float, width: float) -> int:
        """The request at a place of the lanes, counted from their top; -1 for none."""
        lane = int((y - HEAD) // ROW) - 1
        if lane < 0 or x < LABELS:
            return -1
        time = self._axis.time(x - LABELS, width - LABELS)
        slack = self._axis.length / max(width - LABELS, 1) * 2
        for number, row in self._shown():
            if row == lane and self.crowd.starts[number] - slack <= time <= self.crowd.ends[number] + slack:
                return number
        return -1


def _steps(counts: list[int], scale: float, bottom: float) -> list[QPointF]:
    """A line of steps, with a point only where the count changes."""
    points: list[QPointF] = []
    before = None
    for at, count in enumerate(counts):
        if count != before:
            if before is not None:
                points.append(QPointF(LABELS + at, bottom - before * scale))
            points.append(QPointF(LABELS + at, bottom - count * scale))
            before = count
    if before is not None:
        points.append(QPointF(LABELS + len(counts), bottom - before * scale))
    return points
