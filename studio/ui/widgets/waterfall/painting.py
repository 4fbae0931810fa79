"""The rows of a waterfall, drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, tokens, ui_font
from studio.ui.widgets import paint
from studio.ui.widgets.waterfall.axis import TimeAxis
from studio.ui.widgets.waterfall.pixels import BAR, INK, bar_rect, extent, stage_colour, visible, words_in
from studio.ui.widgets.waterfall.ruler import LABELS
from studio.ui.widgets.waterfall.values import EARLIER, LATER, Line

ROW = 28
_INDENT = 16
_LEFT = 12
_DEEPEST = 6
"""Rows of what lies deeper are drawn no further to the right."""


def caret_left(line: Line) -> float:
    """Where the caret of a row is."""
    return _LEFT + _INDENT * min(line.depth, _DEEPEST)


@lru_cache(maxsize=64)
def _label(line: Line, chosen: bool, scheme: str, ratio: float) -> QPixmap:
    """What stands at the left of a row, without its ground."""
    del scheme
    picture = QPixmap(round(LABELS * ratio), round(ROW * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sign = _paint_signs(painter, line)
        strong = line.is_strong or chosen
        right = QRectF(LABELS - 66, 0, 54, ROW)
        role = "error" if line.failed else "text" if strong else "dim"
        font = ui_font(13, 600 if strong else 400)
        paint.text(painter, right, f"{line.lasts / 1e6:.2f}", font, role, Qt.AlignmentFlag.AlignRight)
        words = QRectF(sign + 20, 0, right.left() + 4 - sign - 20, ROW)
        title = ui_font(13, 600 if chosen or not line.place.stage else 400)
        took = paint.text(painter, words, line.title, title, "text")
        if line.note and words.width() - took > 20:
            paint.text(painter, words.adjusted(took + 6, 0, 0, 0), line.note, ui_font(12), "text" if chosen else "dim")
    return picture


def _paint_signs(painter: QPainter, line: Line) -> float:
    """The caret of what folds, and the icon or the colour of what the row is of; gives where that is."""
    left, middle = caret_left(line), ROW / 2
    if line.folds:
        name = "caret-down" if line.is_open else "caret-right"
        paint_icon(painter, QRectF(left, middle - 6, 12, 12), name, colour("dim"))
    sign = left + (_INDENT if line.folds or line.depth else 0)
    if line.place.stage:
        bar_rect(painter, QRectF(sign + 2, middle - 4, 9, 8), stage_colour(line.place.stage))
    else:
        role = "error" if line.failed else "dim"
        paint_icon(painter, QRectF(sign, middle - 7, 14, 14), line.icon, colour(role))
    return sign


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Draws rows on one axis into one width."""

    axis: TimeAxis
    width: float

    @property
    def _plot(self) -> float:
        return max(self.width - LABELS, 1.0)

    def row(self, painter: QPainter, line: Line, top: float, *, chosen: bool, hovered: bool, focused: bool) -> None:
        """One row with its label and its bars."""
        whole = QRectF(0, top, self.width, ROW)
        if chosen:
            painter.fillRect(whole, colour("select"))
            painter.fillRect(QRectF(0, top, 2, ROW - 1), colour("accent"))
        elif hovered:
            painter.fillRect(whole, colour("hover", 0.5))
        painter.fillRect(QRectF(0, top + ROW - 1, self.width, 1), colour("line"))
        # As a picture: to shape its texts anew is most of what a frame takes while one moves in time.
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(
            QPointF(0, top), _label(replace(line, bars=(), start=0, end=0), chosen, tokens().scheme, ratio)
        )
        painter.save()
        painter.setClipRect(QRectF(LABELS, top, self._plot, ROW))
        self._bars(painter, line, top + (ROW - BAR) / 2, chosen)
        painter.restore()
        if focused and chosen:
            paint.round_rect(painter, whole.adjusted(3, 1, -1, -2), 3, edge="accent")

    def _bars(self, painter: QPainter, line: Line, top: float, chosen: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_outline:
            self._outline(painter, line, top)
        for bar, rect in visible(self.axis, line.bars, LABELS, self._plot):
            placed = rect.translated(0, top)
            if bar.stage == "step":
                painter.fillRect(placed.adjusted(0, 1, 0, -1), colour("accent", 0.14))
                words_in(painter, self._seen(placed), bar.words, "dim")
                continue
            inset = 1 if line.is_outline else 0
            fill = colour("error") if bar.stage == "failed" else stage_colour(bar.stage)
            if bar.stage in (EARLIER, LATER):
                fill.setAlphaF(0.4)
            bar_rect(painter, placed.adjusted(0, inset, 0, -inset), fill)
            words_in(painter, self._seen(placed), bar.words, "on_accent" if bar.stage == "failed" else INK)
        if chosen:
            self._ring(painter, line, top)

    def _seen(self, rect: QRectF) -> QRectF:
        return rect.intersected(QRectF(LABELS, rect.top(), self._plot, rect.height()))

    def _outline(self, painter: QPainter, line: Line, top: float) -> None:
        found = extent(self.axis, line.start, line.end, LABELS, self._plot)
        if found is not None:
            box = QRectF(found[0], top, found[1] - found[0], BAR)
            paint.round_rect(painter, box, 2, edge="error" if line.failed else "edge")

    def _ring(self, painter: QPainter, line: Line, top: float) -> None:
        found = extent(self.axis, line.start, line.end, LABELS, self._plot)
        if found is not None:
            box = QRectF(found[0], top, found[1] - found[0], BAR).adjusted(-2.5, -2.5, 1.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 1.5))
            painter.drawRoundedRect(box, 3.5, 3.5)

    def grid(self, painter: QPainter, top: float, bottom: float) -> None:
        """The lines of the ruler's marks through all rows."""
        line = colour("line", 0.7)
        for tick in self.axis.ticks():
            x = LABELS + round(self.axis.x(tick.at, self._plot))
            if x >= LABELS:
                painter.fillRect(QRectF(x, top, 1, bottom - top), line)

    def cursor(self, painter: QPainter, top: float, bottom: float) -> None:
        """The line under the pointer, and the stretch that is measured."""
        if self.axis.measured is not None:
            left, right = (LABELS + self.axis.x(each, self._plot) for each in self.axis.measured)
            rect = QRectF(QPointF(max(left, LABELS), top), QPointF(max(right, LABELS), bottom))
            painter.fillRect(rect, colour("accent", 0.12))
        if self.axis.cursor is not None and self.axis.start <= self.axis.cursor <= self.axis.end:
            x = LABELS + self.axis.x(self.axis.cursor, self._plot)
            painter.fillRect(QRectF(round(x), top, 1, bottom - top), colour("dim"))

    def follow(self, painter: QPainter, line: Line, top: float, bottom: float) -> None:
        """A dashed line from the end of the chosen span down."""
        x = self.axis.x(line.end, self._plot)
        if 0 <= x <= self._plot and top < bottom:
            pen = QPen(colour("accent"), 1, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 3])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(pen)
            painter.drawLine(QPointF(LABELS + round(x), top), QPointF(LABELS + round(x), bottom))
