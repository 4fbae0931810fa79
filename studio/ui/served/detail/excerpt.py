"""Three lines of a text around one that is wrong, with a wave below the words and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look.theme import colour, mono_font, ui_font
from studio.ui.widgets import paint

_LINE, _GUTTER = 20, 48
_AROUND = 1
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`line` counts from 1; the wave goes from `start` to `end` in it, under all of its words where both are 0."""

    text: str
    line: int
    note: str = ""
    start: int = 0
    end: int = 0

    def lines(self) -> list[tuple[int, str]]:
        """The lines that are shown, each with its number; none where the text has no such line."""
        told = self.text.splitlines()
        if not 1 <= self.line <= len(told):
            return []
        first = max(self.line - 1 - _AROUND, 0)
        return [(at + 1, told[at][:_LONGEST]) for at in range(first, min(self.line + _AROUND, len(told)))]


class CodeExcerpt(QWidget):
    """Painted: nothing in it is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._excerpt = Excerpt("", 0)
        self._lines: list[tuple[int, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_excerpt(self, excerpt: Excerpt) -> None:
        """Shows other lines; nothing where there are none."""
        self._excerpt, self._lines = excerpt, excerpt.lines()
        self.setVisible(bool(self._lines))
        told = next((text for number, text in self._lines if number == excerpt.line), "")
        self.setAccessibleName(f"Line {excerpt.line}: {told.strip()}. {excerpt.note}")
        self.setFixedHeight(len(self._lines) * _LINE + 8)
        self.updateGeometry()
        self.update()

    def line(self) -> int:
        """The line that is wrong; 0 where none is shown."""
        return self._excerpt.line if self._lines else 0

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, len(self._lines) * _LINE + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground, lines and wave."""
        with QPainter(self) as painter:
            paint.round_rect(painter, QRectF(self.rect()), 4, fill="window", edge="line")
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            for place, (number, text) in enumerate(self._lines):
                self._paint_line(painter, QRectF(1, 4 + place * _LINE, self.width() - 2, _LINE), number, text)

    def _paint_line(self, painter: QPainter, rect: QRectF, number: int, text: str) -> None:
        is_wrong = number == self._excerpt.line
        if is_wrong:
            painter.fillRect(rect, colour("select"))
        gutter = QRectF(rect.left(), rect.top(), _GUTTER - 12, rect.height())
        role = "error" if is_wrong else "faint"
        paint.text(painter, gutter, str(number), mono_font(12), role, Qt.AlignmentFlag.AlignRight)
        shown = text.expandtabs(4)
        note = self._excerpt.note if is_wrong else ""
        room = rect.adjusted(_GUTTER, 0, -12, 0)
        if note:
            width = min(QFontMetricsF(ui_font(11)).horizontalAdvance(note), room.width() * 0.45)
            aside = QRectF(room.right() - width, room.top(), width, room.height())
            paint.text(painter, aside, note, ui_font(11), "error", Qt.AlignmentFlag.AlignRight)
            room.setRight(aside.left() - 12)
        paint.text(painter, room, shown, mono_font(12), "text")
        if is_wrong:
            self._paint_wave(painter, room, shown)

    def _paint_wave(self, painter: QPainter, room: QRectF, text: str) -> None:
        metrics = QFontMetricsF(mono_font(12))
        indent = len(text) - len(text.lstrip())
        start = self._excerpt.start or indent
        end = self._excerpt.end if self._excerpt.end > start else len(text.rstrip())
        left = room.left() + metrics.horizontalAdvance(text[:start])
        right = min(room.left() + metrics.horizontalAdvance(text[:end]), room.right())
        base = room.center().y() + 8
        points = [QPointF(left + 2 * at, base + (1.5 if at % 2 else 0)) for at in range(int((right - left) // 2) + 1)]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("error"), 1.2))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()
