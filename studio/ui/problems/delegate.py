"""The rows of the problems panel; the last column holds the fix as a button."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.problems.model import FINDING, FIX
from studio.ui.widgets import DenseDelegate, paint
from studio.ui.widgets.tables import Index

_BEFORE, _BEHIND, _AROUND = 27, 6, 16
"""Beside the text of a fix: its lamp, the button's edge, and the cell's."""


def fix_width(index: Index) -> int:
    """The width of a cell that shows its fix whole."""
    text = str(index.data() or "")
    return ceil(QFontMetricsF(ui_font(12, 500)).horizontalAdvance(text)) + _BEFORE + _BEHIND + _AROUND if text else 0


class ProblemsDelegate(DenseDelegate):
    """Paints a fix as a small button, and tells when it is pressed."""

    fix_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(28, parent)

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        text = str(index.data() or "")
        if index.column() != FIX:
            super().paint_content(painter, inner, index, selected)
        elif text:
            box = inner.adjusted(0, 4, 0, -5)
            paint.round_rect(painter, box, 4, fill="field", edge="accent" if selected else "edge")
            square = QRectF(box.left() + 8, box.center().y() - 7, 14, 14)
            paint_icon(painter, square, "lightbulb", colour("accent"))
            paint.text(painter, box.adjusted(_BEFORE, 0, -_BEHIND, 0), text, ui_font(12, 500))

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        is_fix = index.column() == FIX and index.data()
        if is_fix and isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            if event.button() == Qt.MouseButton.LeftButton:
                self.fix_pressed.emit(index.data(FINDING))
            return True
        return super().editorEvent(event, model, option, index)
