"""How many values differ at each index of an axis, and how far at most."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui.look import theme
from studio.ui.widgets import paint

_ROW = 18
MOST = 64
"""Indices that are listed; a longer axis is not."""
_SHOWN = 8


class IndexBars(QWidget):
    """The indices with most, in their order; a press goes to one."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[int, int, float]] = []
        self.setAccessibleName("Differences by index")

    def set_counts(self, counts: tuple[tuple[int, float], ...]) -> None:
        """Shows the indices that differ most."""
        every = [(index, count, most) for index, (count, most) in enumerate(counts)]
        self.rows = sorted(sorted(every, key=lambda row: (-row[1], -row[2]))[:_SHOWN])
        words = [f"{index}: {count:,}" for index, count, _ in self.rows]
        self.setAccessibleName(f"Differences by index: {'; '.join(words)}")
        self.setVisible(bool(self.rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A row for each index."""
        return QSize(320, _ROW * len(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Index, bar, count and the largest difference."""
        del event
        with QPainter(self) as painter:
            top = max((count for _, count, _ in self.rows), default=0) or 1
            for place, (index, count, most) in enumerate(self.rows):
                row = QRectF(0, place * _ROW, self.width(), _ROW)
                role = "error" if count else "dim"
                paint.text(painter, row, str(index), theme.mono_font(12), "dim")
                track = QRectF(32, row.center().y() - 3, max(row.width() - 32 - 160, 8), 6)
                paint.round_rect(painter, track, 2, fill="hover")
                if count:
                    wide = max(track.width() * count / top, 2)
                    paint.round_rect(painter, QRectF(track.left(), track.top(), wide, 6), 2, fill="error")
                right = Qt.AlignmentFlag.AlignRight
                font = theme.mono_font(12)
                paint.text(painter, QRectF(row.right() - 152, row.top(), 64, _ROW), f"{count:,}", font, role, right)
                paint.text(painter, QRectF(row.right() - 84, row.top(), 80, _ROW), f"{most:.3g}", font, role, right)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to the index that was pressed."""
        place = int(event.position().y() // _ROW)
        if 0 <= place < len(self.rows):
            self.chosen.emit(self.rows[place][0])
