"""The waves under problems in the text, and the sign at the end of a folded line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QTextBlock, QTextLine
from PySide6.QtWidgets import QPlainTextEdit

from studio.core.checking.findings import Severity
from studio.ui.editor.text.folding import Folding
from studio.ui.editor.text.marks import ProblemMark
from studio.ui.look import theme
from studio.ui.widgets import paint

_COLOURS = {Severity.ERROR: "error", Severity.WARNING: "warn_fill", Severity.HINT: "accent"}


def paint_over(
    edit: QPlainTextEdit, folding: Folding, marks_of: Callable[[QTextBlock], Sequence[ProblemMark]], bottom: float
) -> None:
    """Paints over the lines that can be seen down to `bottom`."""
    with QPainter(edit.viewport()) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, area in folding.seen(bottom):
            for mark in marks_of(block):
                _squiggle(painter, block, area, mark)
            if folding.is_folded(block):
                _fold_sign(edit, painter, block, area)


def _squiggle(painter: QPainter, block: QTextBlock, area: QRectF, mark: ProblemMark) -> None:
    """A wave of our own: Qt's is one pale pixel."""
    last = block.position() + block.length() - 1
    line = block.layout().lineForTextPosition(mark.start - block.position())
    if not line.isValid():
        return
    left = _x(line, mark.start - block.position())
    right = _x(line, max(min(mark.end, last) - block.position(), 0))
    start = area.left() + left
    width = max(right - left, 8.0)
    base = area.top() + line.y() + line.ascent() + 3
    painter.setPen(QPen(theme.colour(_COLOURS[mark.severity]), 1.2))
    steps = int(width // 2) + 1
    wave = [QPointF(start + 2 * i, base + (1.5 if i % 2 else 0)) for i in range(steps)]
    painter.drawPolyline(QPolygonF(wave))


def _fold_sign(edit: QPlainTextEdit, painter: QPainter, block: QTextBlock, area: QRectF) -> None:
    line = block.layout().lineAt(0)
    if line.isValid():
        box = QRectF(area.left() + line.naturalTextWidth() + 10, area.top() + 2, 22, area.height() - 4)
        paint.round_rect(painter, box, 3, fill="hover", edge="edge")
        paint.text(painter, box, "⋯", edit.font(), "dim", Qt.AlignmentFlag.AlignHCenter)


def _x(line: QTextLine, column: int) -> float:
    """Where a character of a line begins. PySide gives a pair, of which the first counts."""
    found: Any = line.cursorToX(column)
    return float(found[0] if isinstance(found, tuple) else found)
