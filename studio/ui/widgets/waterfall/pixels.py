"""Bars of a waterfall in pixels: at least two wide, and no more of them than can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from studio.ui.look.theme import colour, tokens, ui_font
from studio.ui.widgets.waterfall.axis import TimeAxis
from studio.ui.widgets.waterfall.values import Bar

BAR = 14
INK = "#0b1417"
"""Text on the colours of stages, in both schemes."""
_LEAST = 2.0
_TEXT_MARGIN = 10


def stage_colour(stage: str) -> QColor:
    """The colour of a stage; `faint` for a gap."""
    return colour(str(getattr(tokens().stages, stage, tokens().faint)))


def extent(axis: TimeAxis, start: float, end: float, left: float, width: float) -> tuple[float, float] | None:
    """From where to where a stretch is drawn, cut to what is in sight; None outside of it."""
    first, last = axis.x(start, width), axis.x(end, width)
    if last < -_LEAST or first > width:
        return None
    first, last = max(first, -4.0), min(last, width + 4.0)
    return left + first, left + max(last, first + _LEAST)


def visible(axis: TimeAxis, bars: Iterable[Bar], left: float, width: float) -> Iterator[tuple[Bar, QRectF]]:
    """The bars that are in sight, each with its place (top 0); of many on one pixel the first of a kind is drawn."""
    taken: dict[str, float] = {}
    for bar in bars:
        found = extent(axis, bar.start, bar.end, left, width)
        if found is None:
            continue
        first, last = found
        if last < taken.get(bar.stage, -1.0) + 1:
            continue
        taken[bar.stage] = last
        yield bar, QRectF(first, 0, last - first, BAR)


def bar_rect(painter: QPainter, rect: QRectF, fill: QColor) -> None:
    """One bar; the corners are round where there is the room."""
    if rect.width() < 5:
        painter.fillRect(rect, fill)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    # One pixel of the ground parts it from the next.
    painter.drawRoundedRect(rect.adjusted(0, 0, -1, 0), 2, 2)


def words_in(painter: QPainter, rect: QRectF, words: str, ink: str) -> None:
    """Words in the part of a bar that is in sight, where they fit."""
    if not words or rect.width() < 24:
        return
    font = ui_font(11, 600 if ink in (INK, "on_accent") else 400)
    if QFontMetricsF(font).horizontalAdvance(words) + _TEXT_MARGIN > rect.width():
        return
    painter.setFont(font)
    painter.setPen(colour(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, words)
