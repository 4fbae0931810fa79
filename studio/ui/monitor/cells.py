"""How the cells of the monitor's table are painted: eighty of them anew each second, and so with few calls."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.monitor.plotting import spark
from studio.ui.monitor.rows import ModelRow
from studio.ui.monitor.table_model import COLOUR, FIRST, MODEL, MonitorModel, NumberCell
from studio.ui.widgets import DenseDelegate, paint
from studio.ui.widgets.tables import ROLE, Index

SQUARE = 34
"""So wide is what a click puts a model into the charts by."""
_SELECTED = QStyle.StateFlag.State_Selected.value
_HOVER = QStyle.StateFlag.State_MouseOver.value
_FOCUS = QStyle.StateFlag.State_HasFocus.value | QStyle.StateFlag.State_Active.value
_SIDE = 8


class MonitorDelegate(DenseDelegate):
    """Paints the colour square and the badge of a model, sparklines, and the sentence of one that does not serve."""

    def __init__(self, model: MonitorModel, row_height: int, parent: QWidget) -> None:
        super().__init__(row_height, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = index.column()
        cell = self._model.cell(index.row(), column) if column >= FIRST else None
        if cell is None:
            super().paint(painter, option, index)
        else:
            _paint_number(painter, option, cell)

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        row = self._model.row_at(index.row())
        if row is None:
            return
        if index.column() == MODEL:
            _paint_model(painter, inner, index, row, selected)
        elif index.column() == FIRST and row.message:
            _paint_message(painter, inner, row)
        else:
            text, role = str(index.data(Qt.ItemDataRole.DisplayRole) or ""), str(index.data(ROLE))
            role = "text" if selected and role == "dim" else role
            paint.text(painter, inner, text, ui_font(13), role, Qt.AlignmentFlag.AlignRight)


def _paint_number(painter: QPainter, option: QStyleOptionViewItem, cell: NumberCell) -> None:
    rect, state = option.rect, option.state.value
    left, top, width, height = rect.x(), rect.y(), rect.width(), rect.height()
    is_selected = bool(state & _SELECTED)
    if is_selected:
        painter.fillRect(left, top, width, height, colour("select"))
    elif state & _HOVER:
        painter.fillRect(left, top, width, height, colour("hover", 0.5))
    painter.fillRect(left, top + height - 1, width, 1, colour("line"))
    if width - 2 * _SIDE > spark.WIDTH + 36:
        line = cell.spark.picture(cell.spark_colour, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(left + _SIDE + 4, top + (height - spark.HEIGHT) / 2), line)
    advance, base = _measured(cell.text)
    painter.setFont(ui_font(13))
    painter.setPen(colour("text" if is_selected and cell.role == "dim" else cell.role))
    painter.drawText(QPointF(left + width - _SIDE - advance, top + height / 2 + base), cell.text)
    if state & _FOCUS == _FOCUS:
        paint.round_rect(painter, QRectF(rect).adjusted(1, 1, -1, -2), 3, edge="accent")


@lru_cache(maxsize=4096)
def _measured(text: str) -> tuple[float, float]:
    """How wide a number is, and how far below the middle of a line it stands."""
    metrics = QFontMetricsF(ui_font(13))
    return metrics.horizontalAdvance(text), (metrics.ascent() - metrics.descent()) / 2


def _paint_model(painter: QPainter, inner: QRectF, index: Index, row: ModelRow, selected: bool) -> None:
    if selected:
        painter.fillRect(QRectF(inner.left() - 8, inner.top(), 2, inner.height() - 1), colour("accent"))
    square_colour = str(index.data(COLOUR))
    square = QRectF(inner.left() + 8, inner.center().y() - 4.5, 9, 9)
    paint.round_rect(painter, square, 2, fill=square_colour, edge="" if square_colour else "faint")
    words = inner.adjusted(SQUARE - 8, 0, -24 if row.is_ensemble else 0, 0)
    font = ui_font(13, 500 if square_colour else 400)
    width = paint.text(painter, words, row.key[0], font, "text" if selected else str(index.data(ROLE)))
    if row.is_ensemble:
        badge = QRectF(words.left() + width + 8, inner.center().y() - 8, 16, 16)
        paint.round_rect(painter, badge, 3, fill="hover")
        paint.text(painter, badge, "E", ui_font(11, 600), "dim", Qt.AlignmentFlag.AlignHCenter)


def _paint_message(painter: QPainter, inner: QRectF, row: ModelRow) -> None:
    left = inner.left() + 12
    if row.is_failed:
        square = QRectF(left, inner.center().y() - 7, 14, 14)
        paint_icon(painter, square, "x-circle-fill", colour("error"))
        left += 22
    words = QRectF(left, inner.top(), inner.right() - left, inner.height())
    paint.text(painter, words, row.message, ui_font(13), "text" if row.is_failed else "dim")
