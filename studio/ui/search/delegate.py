"""Paints what was found: the name of a model with a count, and a hit within its line with what replaces it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from studio.core.operations.searching import Hit
from studio.ui.look.icons import paint_icon
from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.search.model import ROW
from studio.ui.widgets import paint
from studio.ui.widgets.pick_rows import PickDelegate
from studio.ui.widgets.tables import Index

_HEIGHT = 22
_NUMBER = 56
_GAP = 4
_BEFORE = 40
"""So many characters before a hit are shown at most, so that it is always in sight."""


class FoundDelegate(PickDelegate):
    """Lines of one height."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEIGHT, parent)
        self.is_replacing = False
        """Whether what would stand in place of a hit is shown beside it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, _ = self.ground(painter, option)
        row = index.data(ROW)
        if isinstance(row, Hit):
            self._paint_hit(painter, rect, row)
            return
        name, count = row
        paint_icon(painter, QRectF(rect.left() + 12, rect.center().y() - 7, 14, 14), "cube", colour("dim"))
        room = rect.adjusted(34, 0, -12, 0)
        width = paint.text(painter, room, name, ui_font(13, 500))
        paint.text(painter, room.adjusted(width + 8, 0, 0, 0), str(count), ui_font(11, 500), "dim")

    def _paint_hit(self, painter: QPainter, rect: QRectF, hit: Hit) -> None:
        font = mono_font()
        number = QRectF(rect.left(), rect.top(), _NUMBER, rect.height())
        paint.text(painter, number, str(hit.line), font, "faint", Qt.AlignmentFlag.AlignRight)
        before = hit.before if len(hit.before) <= _BEFORE else f"…{hit.before[-_BEFORE:]}"
        at = rect.adjusted(_NUMBER + 12, 0, -12, 0)
        at = self._write(painter, at, before, font, "dim")
        at = self._write(painter, at, hit.found, font, "text", "error_soft" if self.is_replacing else "warn_soft")
        if self.is_replacing:
            at = self._write(painter, at.adjusted(_GAP, 0, 0, 0), hit.new, font, "text", "ok_soft")
        self._write(painter, at, hit.after, font, "dim")

    @staticmethod
    def _write(painter: QPainter, room: QRectF, text: str, font: QFont, role: str, ground: str = "") -> QRectF:
        """Writes into a room, on a ground where one is given; gives the room behind."""
        width = min(QFontMetricsF(font).horizontalAdvance(text), max(room.width(), 0))
        if ground and width:
            box = QRectF(room.left(), room.top() + 3, width, room.height() - 6)
            paint.round_rect(painter, box, 2, fill=ground)
        paint.text(painter, room, text, font, role)
        return room.adjusted(width, 0, 0, 0)
