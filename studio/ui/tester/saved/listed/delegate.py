"""How a row of the saved requests looks: the outcome of its last run, the name, unsaved changes, and the time."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.tester.saved.listed.rows import ROW, Index, Row, state_words
from studio.ui.widgets import paint

_HEIGHT = 28
NOT_RUN = ("circle", "faint")
STATES = {
    "passed": ("check-circle-fill", "ok"),
    "written": ("check-circle-fill", "ok"),
    "failed": ("git-diff", "warn"),
    "error": ("x-circle-fill", "error"),
    "cancelled": ("minus-circle", "dim"),
}


class SavedDelegate(QStyledItemDelegate):
    """Paints whole rows, carets included; the view's own indentation is zero."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        row: Row = index.data(ROW)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover", 0.6))
        if row.is_open:
            painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), colour("accent"))
        if row.listed is None:
            self._paint_model(painter, rect, row, index)
        else:
            _paint_request(painter, rect, row, selected=selected)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            paint.round_rect(painter, rect.adjusted(2, 1, -2, -1), 3, edge="accent")

    def _paint_model(self, painter: QPainter, rect: QRectF, row: Row, index: Index) -> None:
        caret = "caret-down" if self._view.isExpanded(index) else "caret-right"
        paint_icon(painter, QRectF(rect.left() + 12, rect.center().y() - 6, 12, 12), caret, colour("dim"))
        right = _paint_right(painter, rect, row.count, "dim")
        room = QRectF(rect.left() + 32, rect.top(), right - rect.left() - 40, rect.height())
        paint.text(painter, room, row.text, ui_font(13, 500))


def _paint_request(painter: QPainter, rect: QRectF, row: Row, *, selected: bool) -> None:
    sign, role = _sign(row)
    paint_icon(painter, QRectF(rect.left() + 32, rect.center().y() - 8, 16, 16), sign, colour(role))
    said = state_words(row)
    is_bad = role in ("error", "warn", "warn_fill")
    right = _paint_right(painter, rect, said, role.removesuffix("_fill") if is_bad else "text" if selected else "dim")
    room = QRectF(rect.left() + 56, rect.top(), right - rect.left() - (72 if row.is_changed else 62), rect.height())
    width = paint.text(painter, room, row.text, ui_font(13, 600 if row.is_open else 400))
    if row.is_changed:
        paint.dot(painter, QPointF(room.left() + width + 8, rect.center().y()), 6, "accent")


def _paint_right(painter: QPainter, rect: QRectF, said: str, role: str) -> float:
    font = ui_font(12)
    width = QFontMetricsF(font).horizontalAdvance(said) + 2
    box = QRectF(rect.right() - 12 - width, rect.top(), width, rect.height())
    paint.text(painter, box, said, font, role, Qt.AlignmentFlag.AlignRight)
    return box.left()


def _sign(row: Row) -> tuple[str, str]:
    if row.listed is not None and row.listed.problem:
        return "x-circle", "error"
    if row.listed is not None and not row.listed.is_good:
        return "warning-fill", "warn_fill"
    return STATES[row.outcome.state] if row.outcome is not None else NOT_RUN
