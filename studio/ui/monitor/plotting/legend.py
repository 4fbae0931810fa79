"""The legend in a chart's header: a sign in the line's colour, its name, and its value at the pointer or now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.look.theme import ui_font
from studio.ui.widgets import paint

_GAP = 10.0
_SIGN = 12.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a chart as its legend names it. `role` is a token or a colour; `is_area` draws a square."""

    name: str
    role: str
    value: str
    is_area: bool = False


class Legend(QWidget):
    """The entries at the right of a header; those that find no room are left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Shows these entries instead of those before."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(", ".join(f"{entry.name} {entry.value}" for entry in self._entries))
            self.updateGeometry()
            self.update()

    def entries(self) -> tuple[LegendEntry, ...]:
        """The entries that are shown, in order."""
        return self._entries

    def sizeHint(self) -> QSize:
        return QSize(ceil(_whole([self._width(entry) for entry in self._entries])), 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            shown = [(entry, self._width(entry)) for entry in self._entries]
            while shown and _whole([width for _, width in shown]) > self.width():
                # Of layers the lowest tells the least, of lines the last.
                shown.pop(0 if shown[0][0].is_area else -1)
            left = self.width() - _whole([width for _, width in shown])
            for entry, width in shown:
                self._paint_entry(painter, QRectF(left, 0, width, self.height()), entry)
                left += width + _GAP

    @staticmethod
    def _width(entry: LegendEntry) -> float:
        # Room for the digits that come and go, so that the names stand still.
        return _SIGN + _advance(entry.name, 400) + 6 + _advance("0" * max(2, len(entry.value)), 600)

    @staticmethod
    def _paint_entry(painter: QPainter, rect: QRectF, entry: LegendEntry) -> None:
        middle = rect.center().y()
        sign = QRectF(rect.left(), middle - 4, 8, 8) if entry.is_area else QRectF(rect.left(), middle - 1, 9, 2)
        paint.round_rect(painter, sign, 2 if entry.is_area else 0, fill=entry.role)
        words = rect.adjusted(_SIGN, 0, 0, 0)
        width = paint.text(painter, words, entry.name, ui_font(12), "dim")
        paint.text(painter, words.adjusted(width + 6, 0, 1, 0), entry.value, ui_font(12, 600))


@lru_cache(maxsize=512)
def _advance(text: str, weight: int) -> float:
    return QFontMetricsF(ui_font(12, weight)).horizontalAdvance(text)


def _whole(widths: Sequence[float]) -> float:
    return sum(widths) + _GAP * max(0, len(widths) - 1)
