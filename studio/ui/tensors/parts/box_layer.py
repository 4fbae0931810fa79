"""Boxes over a picture: 2 px over a dark hairline, the label on the box's own colour, the chosen one filled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from studio.core.inference.viewing.boxes import Box
from studio.ui.look import theme
from studio.ui.look.theme import colour, tokens
from studio.ui.tensors.parts.colours import words_on
from studio.ui.widgets import paint


def box_colour(box: Box) -> str:
    """The colour of a box: one for each class."""
    series = tokens().series
    return series[max(box.label, 0) % len(series)]


def box_name(box: Box, labels: Sequence[str]) -> str:
    """Label or class, as far as it is known."""
    return labels[box.label] if 0 <= box.label < len(labels) else f"class {box.label}" if box.label >= 0 else ""


def box_words(box: Box, labels: Sequence[str]) -> str:
    """Label or class and score, as far as they are known."""
    known = box_name(box, labels)
    score = "" if np.isnan(box.score) else f"{box.score:.2f}"
    return " ".join(word for word in (known, score) if word)


def paint_boxes(
    painter: QPainter,
    point: Callable[[float, float], QPointF],
    boxes: Sequence[Box],
    labels: Sequence[str],
    chosen: int = -1,
) -> None:
    """Paints the boxes, the best one on top; `point` gives the place of a column and a row."""
    for place in range(len(boxes) - 1, -1, -1):
        box = boxes[place]
        rect = QRectF(point(box.left, box.top), point(box.right, box.bottom)).normalized()
        ink = box_colour(box)
        if place == chosen:
            painter.fillRect(rect, colour(ink, 0.12))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, each in ((4.0, colour("#0b1417", 0.6)), (2.0, colour(ink))):
            painter.setPen(QPen(each, width))
            painter.drawRect(rect)
        if words := box_words(box, labels):
            _paint_label(painter, rect, words, ink)


def _paint_label(painter: QPainter, rect: QRectF, words: str, ink: str) -> None:
    font = theme.ui_font(11, 600)
    width = QFontMetricsF(font).horizontalAdvance(words) + 10
    top = rect.top() - 17 if rect.top() >= 18 else rect.top()
    where = QRectF(rect.left() - 1, top, width, 16)
    painter.fillRect(where, colour(ink))
    paint.text(painter, where.adjusted(5, 0, 0, 0), words, font, words_on(colour(ink)))
