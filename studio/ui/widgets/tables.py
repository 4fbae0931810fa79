"""Dense tables: rows of one height, hairlines between rows, numbers at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.widgets import paint

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole.UserRole + 100
MONO = Qt.ItemDataRole.UserRole + 101
ICON = Qt.ItemDataRole.UserRole + 102
WEIGHT = Qt.ItemDataRole.UserRole + 103
TYPE = Qt.ItemDataRole.UserRole + 104
SPARK = Qt.ItemDataRole.UserRole + 105
SPARK_ROLE = Qt.ItemDataRole.UserRole + 106
AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def column_head(
    titles: Sequence[str], section: int, orientation: Qt.Orientation, role: int, numbers: int = -1
) -> str | Qt.AlignmentFlag | None:
    """What the `headerData` of a table says of its columns; a column of numbers is headed at the right."""
    if orientation is not Qt.Orientation.Horizontal:
        return None
    if role == Qt.ItemDataRole.TextAlignmentRole and section == numbers:
        return AT_RIGHT
    return titles[section] if role == Qt.ItemDataRole.DisplayRole else None


class DenseDelegate(QStyledItemDelegate):
    """Paints a cell from its data: text, and by role colour (ROLE), MONO, ICON as (name, colour), WEIGHT, TYPE (a
    data type's chip) and SPARK (values of a sparkline at the left, in SPARK_ROLE's colour).
    """

    def __init__(self, row_height: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 16, self._row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, colour("select"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover", 0.5))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), colour("line"))
        self.paint_content(painter, rect.adjusted(8, 0, -8, 0), index, selected)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Active:
            paint.round_rect(painter, rect.adjusted(1, 1, -1, -2), 3, edge="accent")

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        """Paints what is in the cell; the ground is there already."""
        sign = index.data(ICON)
        if sign:
            square = QRectF(inner.left(), inner.center().y() - 8, 16, 16)
            paint_icon(painter, square, sign[0], colour(sign[1]))
            inner = inner.adjusted(24, 0, 0, 0)
        spark = index.data(SPARK)
        if spark is not None:
            self._paint_spark(painter, inner, spark, str(index.data(SPARK_ROLE) or "accent"))
        kind = index.data(TYPE)
        if kind:
            self._paint_type(painter, inner, str(kind))
            return
        role = str(index.data(ROLE) or "text")
        role = "text" if selected and role in ("dim", "faint") else role
        align = index.data(Qt.ItemDataRole.TextAlignmentRole)
        at_right = align is not None and int(align) & int(Qt.AlignmentFlag.AlignRight)
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        paint.text(painter, inner, self.fitted(index, inner.width()), self._font(index), role, side)

    def fitted(self, index: Index, width: float) -> str:
        """The text of a cell for this width; what is still too long is elided at its end."""
        del width
        value = index.data(Qt.ItemDataRole.DisplayRole)
        return "" if value is None else str(value)

    def _font(self, index: Index) -> QFont:
        return mono_font(12) if index.data(MONO) else ui_font(13, int(index.data(WEIGHT) or 400))

    def _paint_spark(self, painter: QPainter, inner: QRectF, values: list[float], role: str) -> None:
        from studio.ui.widgets.charts import paint_sparkline

        box = QRectF(inner.left(), inner.center().y() - 8, min(40.0, inner.width() / 2), 16)
        paint_sparkline(painter, box, values, role)

    def _paint_type(self, painter: QPainter, inner: QRectF, kind: str) -> None:
        from studio.ui.widgets.labels import chip_width, paint_chip

        paint_chip(painter, QRectF(inner.left(), inner.center().y() - 10, chip_width(kind), 20), kind)


class DenseTable(QTableView):
    """A table in the studio's manner: whole rows are selected, Enter and a double click activate."""

    def __init__(self, row_height: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(DenseDelegate(row_height, self))
        self.setFont(ui_font(13))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self._dress_headers(row_height)

    def _dress_headers(self, row_height: int) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(row_height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns = self.horizontalHeader()
        columns.setFont(ui_font(11, 500))
        columns.setHighlightSections(False)
        columns.setFixedHeight(26)
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
