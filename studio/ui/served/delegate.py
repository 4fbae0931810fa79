"""How the cells of the models' table look."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, ui_font
from studio.ui.served.rows import AGAINST, INSTANCES, LOAD, MEMORY, MODEL, REASON, ServedRow
from studio.ui.served.table_model import ROW
from studio.ui.widgets import DenseDelegate, paint
from studio.ui.widgets.tables import Index

HEIGHT = 32
NAME_LEFT = 44
CARET = 20
_BADGE = 38
_GAP = 12
"""Between numbers that end at the right and words that begin at the left."""
_BAR = (80, 4)
_RIGHT = frozenset({LOAD, INSTANCES, MEMORY})


class ServedDelegate(DenseDelegate):
    """Sign, name and badge; a caret before what unfolds; a bar where a load goes on."""

    def __init__(self, is_open: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(HEIGHT, parent)
        self.is_open = is_open

    def paint_content(self, painter: QPainter, inner: QRectF, index: Index, selected: bool) -> None:
        """Paints what stands in one cell."""
        row: ServedRow | None = index.data(ROW)
        if row is None:
            return
        if index.column() == MODEL:
            self._paint_name(painter, inner, row, selected)
        elif index.column() == REASON:
            self._paint_reason(painter, inner, row, selected)
        else:
            side = Qt.AlignmentFlag.AlignRight if index.column() in _RIGHT else Qt.AlignmentFlag.AlignLeft
            inner = inner.adjusted(_GAP if index.column() == AGAINST else 0, 0, 0, 0)
            self._paint_cell(painter, inner, row, index.column(), selected, side)

    @staticmethod
    def _paint_cell(
        painter: QPainter,
        inner: QRectF,
        row: ServedRow,
        column: int,
        selected: bool,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        cell = row.cells[column]
        role = "text" if selected and cell.role in ("dim", "faint") else cell.role
        paint.text(painter, inner, cell.text, ui_font(13), role, side)

    def _paint_name(self, painter: QPainter, inner: QRectF, row: ServedRow, selected: bool) -> None:
        left = inner.left() - 8
        if selected:
            painter.fillRect(QRectF(left, inner.top(), 2, inner.height() - 1), colour("accent"))
        name, role = row.sign
        paint_icon(painter, QRectF(left + 12, inner.center().y() - 8, 16, 16), name, colour(role))
        room = QRectF(left + NAME_LEFT, inner.top(), inner.right() - left - NAME_LEFT, inner.height())
        if row.badge:
            room.setRight(room.right() - _BADGE - 8)
            box = QRectF(inner.right() - _BADGE, inner.center().y() - 8, _BADGE, 16)
            paint.badge(painter, box, row.badge)
        paint.text(painter, room, row.name, ui_font(13, 600 if selected else 500), "text")

    def _paint_reason(self, painter: QPainter, inner: QRectF, row: ServedRow, selected: bool) -> None:
        if row.unfolds:
            square = QRectF(inner.left(), inner.center().y() - 6, 12, 12)
            paint_icon(painter, square, "caret-down" if self.is_open(row.name) else "caret-right", colour("dim"))
        inner = inner.adjusted(CARET, 0, 0, 0)
        if row.pill:
            inner = self._paint_pill(painter, inner, row.pill)
        if row.is_loading:
            inner = self._paint_bar(painter, inner, row)
        self._paint_cell(painter, inner, row, REASON, selected)

    @staticmethod
    def _paint_pill(painter: QPainter, inner: QRectF, words: str) -> QRectF:
        box = QRectF(inner.left(), inner.center().y() - 9, 46, 18)
        paint.round_rect(painter, box, 4, fill="warn_soft")
        paint_icon(painter, QRectF(box.left() + 6, box.top() + 3, 12, 12), "flask", colour("warn"))
        paint.text(painter, box.adjusted(22, 0, -4, 0), words, ui_font(11, 500), "warn")
        return inner.adjusted(54, 0, 0, 0)

    @staticmethod
    def _paint_bar(painter: QPainter, inner: QRectF, row: ServedRow) -> QRectF:
        """Nobody knows how long a load takes: the bar says that it goes on, second by second."""
        width, height = _BAR
        if inner.width() < width + 60:
            return inner
        track = QRectF(inner.right() - width, inner.center().y() - height / 2, width, height)
        paint.round_rect(painter, track, 2, fill="edge")
        part = width / 3
        step = int(row.shown.since) % 3
        paint.round_rect(painter, QRectF(track.left() + step * part, track.top(), part, height), 2, fill="warn_fill")
        return inner.adjusted(0, 0, -width - 12, 0)
