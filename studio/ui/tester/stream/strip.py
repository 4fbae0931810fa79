"""The gaps before the responses of a stream as a strip of bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.inference.stream_log import is_late
from studio.ui.look.theme import changes, colour, ui_font
from studio.ui.tester.stream.figures import milliseconds
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import paint

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 24, 18
_LEAST = 16


class Strip(QWidget):
    """One bar a response on the whole expected length; the median dashed; late ones in another colour and named."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(Stream.STRIP)
        self.setAccessibleName("Gap before each response")
        self.setFixedHeight(104)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._gaps: Sequence[int] = ()
        self._median: int | None = None
        self._late = 0
        self._expected = 0
        changes().themed.connect(self.update)

    def show_gaps(self, gaps: Sequence[int], median: int | None, late: int, expected: int) -> None:
        """Shows the gaps in nanoseconds, the first one that before the second response."""
        self._gaps, self._median, self._late, self._expected = gaps, median, late, expected
        words = f"{len(gaps)} gaps" + (f", {late} over 1.5 times the median" if late else "")
        self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints head, scale and bars."""
        del event
        with QPainter(self) as painter:
            self._paint_head(painter)
            plot = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
            top = _round_up(max(self._gaps, default=0) / 1e6)
            self._paint_scale(painter, plot, top)
            self._paint_bars(painter, plot, top)
            if self._median is not None:
                self._paint_median(painter, plot, top, self._median)

    def _paint_head(self, painter: QPainter) -> None:
        line = QRectF(12, 2, self.width() - 24, 18)
        title, right = "Gap before each response", Qt.AlignmentFlag.AlignRight
        paint.text(painter, line, title, ui_font(11, 600))
        at = paint_width(painter, title, 11, 600) + 20
        late = f"over 1.5 × p50: {self._late:,}" if self._late else ""
        unit, used = "ms, against its index", at + paint_width(painter, late, 11, 500)
        if used + paint_width(painter, unit, 11) + 12 <= line.width():
            paint.text(painter, line.adjusted(at - 12, 0, 0, 0), unit, ui_font(11), "dim")
        if late:
            paint.text(painter, line, late, ui_font(11, 500), "warn", right)

    def _paint_scale(self, painter: QPainter, plot: QRectF, top: float) -> None:
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - share * plot.height()
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), colour("line"))
            box = QRectF(0, y - 8, _LEFT - 8, 16)
            paint.text(painter, box, f"{top * share:g}", ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)
        count = self._count()
        for number in dict.fromkeys((1, count // 2, count)):
            x = plot.left() + (number - 0.5) * plot.width() / count
            box = QRectF(x - 24, plot.bottom() + 2, 48, 14)
            side = Qt.AlignmentFlag.AlignRight if number == count else Qt.AlignmentFlag.AlignHCenter
            box.translate(-24 if number == count else 0, 0)
            paint.text(painter, box, f"{number:,}", ui_font(11), "dim", side)

    def _count(self) -> int:
        return max(self._expected, len(self._gaps) + 1, _LEAST)

    def _paint_bars(self, painter: QPainter, plot: QRectF, top: float) -> None:
        step = plot.width() / self._count()
        width = max(step - (1 if step >= 3 else 0), 1.0)
        # Of more responses than pixels the longest gap of each pixel is drawn.
        several = max(1, int(1 / step)) if step < 1 else 1
        for at in range(0, len(self._gaps), several):
            gap = max(self._gaps[at : at + several])
            height = max(gap / 1e6 / top * plot.height(), 1.0)
            role = "warn_fill" if is_late(gap, self._median) else "accent"
            bar = QRectF(plot.left() + (at + 1) * step, plot.bottom() - height, width, height)
            painter.fillRect(bar, colour(role))
        if self._late:
            self._paint_longest(painter, plot, step)

    def _paint_longest(self, painter: QPainter, plot: QRectF, step: float) -> None:
        longest = max(range(len(self._gaps)), key=self._gaps.__getitem__)
        x = plot.left() + (longest + 2) * step + 4
        words = f"{milliseconds(self._gaps[longest])} at {longest + 2}"
        width = paint_width(painter, words, 11)
        x = x if x + width < plot.right() else x - width - step - 8
        paint.text(painter, QRectF(x, plot.top() - 2, width + 4, 14), words, ui_font(11), "warn")

    def _paint_median(self, painter: QPainter, plot: QRectF, top: float, median: int) -> None:
        y = plot.bottom() - median / 1e6 / top * plot.height()
        painter.setPen(QPen(colour("dim"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        words = f"p50 {milliseconds(median)}"
        width = paint_width(painter, words, 11) + 8
        box = QRectF(plot.right() - width, y - 16, width, 14)
        painter.fillRect(box, colour("panel", 0.85))
        paint.text(painter, box.adjusted(0, 0, -4, 0), words, ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)


def paint_width(painter: QPainter, words: str, px: int, weight: int = 400) -> int:
    """How wide words are."""
    painter.setFont(ui_font(px, weight))
    return painter.fontMetrics().horizontalAdvance(words)


def _round_up(value: float) -> float:
    """The next 1, 2, 4 or 8 of a decade: a scale that halves to a round number."""
    if value <= 0:
        return 1.0
    decade = 1.0
    while decade * 10 <= value:
        decade *= 10
    while decade > value:
        decade /= 10
    return next(decade * step for step in (1, 2, 4, 8, 10) if decade * step >= value)
