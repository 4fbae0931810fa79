"""How a value is drawn: as a picture, as its largest values, as a histogram, or as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from studio.core.inference.figures import Histogram
from studio.core.inference.wires.digest import Digest
from studio.ui.canvas.watch.words import figures, number
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, tokens, ui_font
from studio.ui.widgets import paint

LINE = 18.0
_RIGHT = Qt.AlignmentFlag.AlignRight
_BAR = 4.0


def paint_picture(painter: QPainter, box: QRectF, digest: Digest) -> None:
    """The picture as large as whole pixels allow, or as it fits; its pixels are values, which are not smoothed."""
    from studio.ui.tensors.parts.preview import to_image

    if digest.picture is None:
        return
    image = to_image(digest.picture)
    scale = min(box.width() / image.width(), box.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    place = QRectF(box.center().x() - width / 2, box.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    corners = QPainterPath()
    corners.addRoundedRect(place, 3, 3)
    painter.setClipPath(corners)
    painter.drawImage(place, image)
    painter.restore()


def paint_histogram(painter: QPainter, box: QRectF, bars: Histogram) -> None:
    """Bars from the least to the greatest value, with both below them."""
    plot = box.adjusted(0, 0, 0, -16)
    top = max(int(bars.counts.max()), 1) if bars.counts.size else 1
    step = plot.width() / max(len(bars.counts), 1)
    for place, count in enumerate(bars.counts.tolist()):
        height = plot.height() * count / top
        if count:
            height = max(height, 1.0)
        bar = QRectF(plot.left() + place * step, plot.bottom() - height, max(step - 1, 1), height)
        painter.fillRect(bar, colour(str(tokens().stages.compute)))
    painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), colour("edge"))
    axis = QRectF(box.left(), box.bottom() - 15, box.width(), 15)
    paint.text(painter, axis, number(bars.low), ui_font(11), "dim")
    paint.text(painter, axis, number(bars.high), ui_font(11), "dim", _RIGHT)


def paint_figures(painter: QPainter, box: QRectF, digest: Digest) -> None:
    """Least, mean, greatest, and what is not finite, one a line."""
    for place, (title, value, is_odd) in enumerate(figures(digest)):
        row = QRectF(box.left(), box.top() + place * LINE, box.width(), LINE)
        paint.text(painter, row, title, ui_font(12), "dim")
        paint.text(painter, row, value, ui_font(12, 600), "error" if is_odd else "text", _RIGHT)


def paint_values(
    painter: QPainter, box: QRectF, digest: Digest, before: Digest | None = None, labels: Sequence[str] = ()
) -> None:
    """The largest values with their bars; a tick where the value before was, and that value where it is another."""
    old = dict(before.values) if before is not None and before.shape == digest.shape else {}
    shown = digest.values
    if old and digest.statistics is not None and digest.statistics.nan == digest.statistics.count:
        # All are alike: those are named that were the largest before.
        shown = tuple((index, math.nan) for index in old)
    reach = _reach([*(value for _, value in shown), *old.values()])
    for place, (index, value) in enumerate(shown):
        row = QRectF(box.left(), box.top() + place * LINE, box.width(), LINE)
        name = labels[index] if index < len(labels) else f"{index}"
        paint.text(painter, QRectF(row.left(), row.top(), 54, LINE), name, ui_font(12))
        _paint_value(painter, row.adjusted(58, 0, 0, 0), value, old.get(index), reach)


def _paint_value(painter: QPainter, row: QRectF, value: float, old: float | None, reach: float) -> None:
    is_odd = not math.isfinite(value)
    told = number(value)
    taken = paint.text(painter, row, told, ui_font(12, 600), "error" if is_odd else "text", _RIGHT)
    left = row.width() - taken - 6
    if old is not None and is_odd and math.isfinite(old):
        words = f"{number(old)} →"
        paint.text(painter, QRectF(row.left(), row.top(), left, row.height()), words, ui_font(12), "dim", _RIGHT)
        left -= 66
    bar = QRectF(row.left(), row.center().y() - _BAR / 2, max(min(left, 62.0), 0.0), _BAR)
    painter.fillRect(bar, colour("hover"))
    if math.isfinite(value):
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * _part(value, reach), _BAR), colour("accent"))
    if old is not None and math.isfinite(old):
        painter.fillRect(
            QRectF(bar.left() + bar.width() * _part(old, reach) - 1, bar.top() - 4, 1.5, 12), colour("text")
        )


def _reach(values: Sequence[float]) -> float:
    """The value of a whole bar: probabilities have 1."""
    most = max((abs(value) for value in values if math.isfinite(value)), default=1.0)
    return 1.0 if most <= 1 else most


def _part(value: float, reach: float) -> float:
    return min(max(value / reach, 0.0), 1.0) if reach else 0.0


def paint_lines(painter: QPainter, box: QRectF, lines: Sequence[str]) -> None:
    """Strings, one a line."""
    for place, line in enumerate(lines):
        row = QRectF(box.left(), box.top() + place * LINE, box.width(), LINE)
        if row.bottom() <= box.bottom() + 1:
            paint.text(painter, row, line, mono_font(12))


def paint_odd(painter: QPainter, row: QRectF, words: str, role: str = "error") -> None:
    """What is wrong with a value, with its sign, at the right of a row."""
    if not words:
        return
    taken = paint.text(painter, row, words, ui_font(12, 500), role, _RIGHT)
    icon = "x-circle-fill" if role == "error" else "warning-fill"
    paint_icon(painter, QRectF(row.right() - taken - 18, row.center().y() - 7, 14, 14), icon, colour(role))


def nearest_edge(box: QRectF, at: QPointF) -> QPointF:
    """The place on the border of a box that is nearest to a place outside of it."""
    x = min(max(at.x(), box.left()), box.right())
    y = min(max(at.y(), box.top()), box.bottom())
    return QPointF(x, y)
