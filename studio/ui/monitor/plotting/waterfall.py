"""The memory of one GPU as a waterfall: what each load took and each unload gave back, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.core.serving.figures.shares import Share, Step
from studio.ui.look.theme import colour, tokens, ui_font
from studio.ui.monitor import history
from studio.ui.monitor.views.view import Offset
from studio.ui.widgets import paint

_GB = 2**30
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 20, 54
_SLOT, _WIDEST = 76, 120
_FULL = 0.95
_STRENGTHS = {"by process": 1.0, "before": 0.7, "not known": 0.35}
SHOWN = 40
"""So many entries at most have a bar of their own."""


class Waterfall(QWidget):
    """Hatched is what is an estimate, full what the driver tells by process, dashed what was given back."""

    chosen = Signal(int)
    """The entry whose bar was clicked."""

    def __init__(self, offset: Offset) -> None:
        super().__init__()
        self._offset = offset
        self._steps: tuple[Step, ...] = ()
        self._shares: tuple[Share, ...] = ()
        self._total = 0.0
        self._inks: dict[str, int] = {}
        """The place of each model's colour in the series; colours are the theme's when they are painted."""
        self._chosen = -1
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(600, 240)

    def room(self) -> int:
        """For so many entries there is room."""
        return max(1, min(SHOWN, (self.width() - _LEFT - _RIGHT) // _SLOT - 2))

    def show_memory(self, steps: Sequence[Step], shares: Sequence[Share], total: float) -> None:
        """Shows these, of a GPU with so many bytes."""
        if (tuple(steps), tuple(shares), total) == (self._steps, self._shares, self._total):
            return
        self._steps, self._shares, self._total = tuple(steps), tuple(shares), total
        self._note_inks()
        said = [f"{step.name} {step.word} {_signed(step)}" for step in self._steps if step.entry >= 0]
        self.setAccessibleName(f"Memory: {', '.join(said)}" if said else "Memory: no load was seen yet")
        self.update()

    def _note_inks(self) -> None:
        """A model keeps its colour while it is shown."""
        names = dict.fromkeys(step.name for step in self._steps if step.entry >= 0 and step.word != "growth")
        self._inks = {name: place for name, place in self._inks.items() if name in names}
        for name in [name for name in names if name not in self._inks]:
            taken = set(self._inks.values())
            self._inks[name] = next(place for place in count() if place not in taken)

    def ink(self, name: str) -> str:
        """The colour of a model's bars in the theme that is on."""
        series = tokens().series
        return series[self._inks[name] % len(series)] if name in self._inks else "faint"

    def choose(self, entry: int) -> None:
        """Puts the ring around the bar of an entry."""
        if entry != self._chosen:
            self._chosen = entry
            self.update()

    def bars(self) -> list[tuple[QRectF, Step]]:
        """Where each bar is, without the last one, which is the sum."""
        return [(self._bar(place, step.low, step.high), step) for place, step in enumerate(self._steps)]

    # Where things are

    @property
    def _used(self) -> float:
        return sum(share.bytes for share in self._shares)

    def _top(self) -> float:
        highest = max([self._used, *(max(step.low, step.high) for step in self._steps), 1.0])
        return self._total * 1.04 if self._total and highest > self._total / 3 else highest * 1.2

    def _y(self, size: float) -> float:
        return self.height() - _BOTTOM - size / self._top() * (self.height() - _TOP - _BOTTOM)

    def _slot(self, place: int) -> QRectF:
        width = min(float(_WIDEST), (self.width() - _LEFT - _RIGHT) / max(1, len(self._steps) + 1))
        return QRectF(_LEFT + place * width, 0, width, self.height())

    def _bar(self, place: int, low: float, high: float) -> QRectF:
        slot, upper, lower = self._slot(place), self._y(max(low, high)), self._y(min(low, high))
        return QRectF(slot.left() + 8, upper, slot.width() - 16, max(2.0, lower - upper))

    def _at(self, x: float) -> int:
        return next((place for place in range(len(self._steps)) if self._slot(place).right() > x), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position().x())
        if place >= 0 and self._steps[place].entry >= 0:
            self.chosen.emit(self._steps[place].entry)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._at(event.pos().x())
            step = self._steps[place] if 0 <= place < len(self._steps) else None
            words = f"{step.name}, {step.word}: {_signed(step)}, {step.high / _GB:.2f} GB in use after" if step else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_scale(painter)
            for place, (bar, step) in enumerate(self.bars()):
                self._paint_step(painter, place, bar, step)
            if self._steps:
                self._paint_sum(painter)

    def _paint_scale(self, painter: QPainter) -> None:
        for tick in history.value_ticks(self._top() / _GB):
            y = float(round(self._y(tick * _GB)))
            painter.fillRect(QRectF(_LEFT, y, self.width() - _LEFT - _RIGHT, 1), colour("line" if tick else "edge"))
            label = QRectF(0, y - 8, _LEFT - 8, 16)
            paint.text(painter, label, f"{tick:g}", ui_font(11), "dim", Qt.AlignmentFlag.AlignRight)
        if self._total and self._y(_FULL * self._total) > 0:
            y = self._y(_FULL * self._total)
            painter.setPen(QPen(colour("warn_fill"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(_LEFT, y), QPointF(self.width() - _RIGHT, y))
            where = QRectF(_LEFT + 4, y + 1, 200, 16)
            paint.text(painter, where, "95 %, an alert", ui_font(11), "warn")

    def _paint_step(self, painter: QPainter, place: int, bar: QRectF, step: Step) -> None:
        ink = self.ink(step.name)
        if step.entry >= 0 and step.entry == self._chosen:
            around = self._slot(place).adjusted(2, 2, -2, -2)
            paint.round_rect(painter, around, 4, edge="accent", width=1.5)
        if step.entry < 0:
            painter.fillRect(bar, colour("faint", 0.7))
        elif step.change < 0:
            _dashed(painter, bar, ink)
        else:
            _hatched(painter, bar, ink)
        painter.setPen(QPen(colour("edge"), 1))
        end = self._y(step.high)
        painter.drawLine(QPointF(bar.right(), end), QPointF(self._slot(place + 1).left() + 8, end))
        figure = _signed(step) if step.entry >= 0 else f"{step.high / _GB:.2f}"
        self._paint_words(painter, place, bar.top(), figure, step.name, step.word, step.at)

    def _paint_sum(self, painter: QPainter) -> None:
        """What is in use now, in the order of the list: the largest at the top."""
        place, low = len(self._steps), 0.0
        for share in reversed(self._shares):
            if share.bytes > 0:
                bar = self._bar(place, low, low + share.bytes)
                ink = self.ink(share.name)
                if share.source == "estimate":
                    _hatched(painter, bar, ink)
                else:
                    painter.fillRect(bar, colour(ink, _STRENGTHS[share.source]))
                low += share.bytes
        self._paint_words(painter, place, self._y(low), f"{self._used / _GB:.2f}", "now", "in use", 0.0)

    def _paint_words(
        self, painter: QPainter, place: int, top: float, figure: str, name: str, word: str, at: float
    ) -> None:
        slot, middle = self._slot(place), Qt.AlignmentFlag.AlignHCenter
        above = QRectF(slot.left(), top - 18, slot.width(), 16)
        wide = QFontMetricsF(ui_font(12, 600)).horizontalAdvance(figure) + 6
        # No line of the scale goes through a figure.
        painter.fillRect(QRectF(above.center().x() - wide / 2, above.top(), wide, 16), colour("panel"))
        paint.text(painter, above, figure, ui_font(12, 600), "text", middle)
        base = self.height() - _BOTTOM + 4
        lines = ((name, "text"), (word, "dim"), (history.clock(at, self._offset()) if at else "", "dim"))
        for line, (said, role) in enumerate(lines):
            where = QRectF(slot.left() + 2, base + 15 * line, slot.width() - 4, 15)
            paint.text(painter, where, said, ui_font(11, 500 if not line else 400), role, middle)


def _hatched(painter: QPainter, bar: QRectF, ink: str) -> None:
    """An estimate."""
    painter.fillRect(bar, colour(ink, 0.25))
    painter.fillRect(bar, QBrush(colour(ink), Qt.BrushStyle.BDiagPattern))
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), 1), colour(ink))
    painter.fillRect(QRectF(bar.left(), bar.bottom() - 1, bar.width(), 1), colour(ink))


def _dashed(painter: QPainter, bar: QRectF, ink: str) -> None:
    """Given back."""
    painter.fillRect(bar, colour(ink, 0.12))
    painter.setPen(QPen(colour(ink), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))


def _signed(step: Step) -> str:
    return f"{step.change / _GB:+.2f}".replace("-", "−")
