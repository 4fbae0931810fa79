"""Small charts that need no plotting library: a sparkline, a bar of stages and what its colours mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.look.theme import changes, colour, tokens
from studio.ui.widgets import paint
from studio.ui.widgets.labels import Label


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], role: str = "accent") -> None:
    """Draws a line from zero to the largest value; NaN is a gap, all zeros a faint line at the bottom."""
    finite = [v for v in values if math.isfinite(v)]
    top = max(finite, default=0.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if top <= 0:
        painter.setPen(QPen(colour("edge"), 1))
        painter.drawLine(rect.bottomLeft() + QPointF(0, -0.5), rect.bottomRight() + QPointF(0, -0.5))
    else:
        painter.setPen(QPen(colour(role), 1.25))
        for run in _runs(values, rect, top):
            painter.drawPolyline(QPolygonF(run))
    painter.restore()


def _runs(values: Sequence[float], rect: QRectF, top: float) -> list[list[QPointF]]:
    step = rect.width() / max(1, len(values) - 1)
    runs: list[list[QPointF]] = [[]]
    for index, value in enumerate(values):
        if math.isfinite(value):
            y = rect.bottom() - 1 - (rect.height() - 2) * max(0.0, value) / top
            runs[-1].append(QPointF(rect.left() + index * step, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


class Sparkline(QWidget):
    """The last values of a series, 16 high."""

    def __init__(self, role: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self._values: Sequence[float] = ()
        self.setMinimumSize(40, 16)
        self.setFixedHeight(16)

    def set_values(self, values: Sequence[float]) -> None:
        """Shows these values, oldest first."""
        self._values = values
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_sparkline(painter, QRectF(self.rect()), self._values, self._role)


class StageBar(QWidget):
    """How a time divides into the stages of a request: client, network, queue, input, compute, output; and gaps."""

    def __init__(self, height: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: dict[str, float] = {}
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_parts(self, parts: Mapping[str, float]) -> None:
        """Shows these times by stage, in any one unit; stages without a time are left out."""
        self._parts = {name: value for name, value in parts.items() if value > 0 and math.isfinite(value)}
        whole = sum(self._parts.values()) or 1
        said = ", ".join(f"{name} {100 * value / whole:.0f} %" for name, value in self._parts.items())
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            if not self._parts:
                paint.round_rect(painter, rect, 2, fill="hover")
                return
            whole = sum(self._parts.values())
            left = 0.0
            for name, value in self._parts.items():
                width = rect.width() * value / whole
                fill = str(getattr(tokens().stages, name, tokens().faint))
                paint.round_rect(painter, QRectF(left, 0, max(1.0, width - 1), rect.height()), 2, fill=fill)
                left += width


class _Key(QWidget):
    """The colour of one stage."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self._stage = stage
        self.setFixedSize(10, 16)
        changes().themed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints a small square in the colour of the stage."""
        del event
        with QPainter(self) as painter:
            fill = colour(str(getattr(tokens().stages, self._stage, tokens().faint)))
            painter.fillRect(QRectF(1, 4, 8, 8), fill)


_BETWEEN = 12


class StageKeys(QWidget):
    """Nanoseconds by stage, in one line; `spread` gives the keys the whole width."""

    def __init__(self, *, spread: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spread = spread
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6 if spread else 8)
        self._shares: list[Label] = []
        self._told: list[Label] = []
        self._widgets: list[QWidget] = []
        self._stands: tuple[object, ...] = ()
        """The stages that have their labels, and the note."""
        # A long line of keys is no reason for a wider page.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Shows nothing."""
        self._shares, self._told, self._widgets, self._stands = [], [], [], ()
        while (item := self._row.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def set_parts(self, parts: Mapping[str, float], whole: float, words: Mapping[str, str], note: str = "") -> None:
        """Shows these times, each in `words`, with their shares of the whole; a note at the end."""
        if self._stands != (*parts, note):
            self.clear()
            self._make(tuple(parts), note)
        for told, share, (stage, value) in zip(self._told, self._shares, parts.items(), strict=True):
            part = value / (whole or 1)
            told.setText(words[stage])
            share.setText((f"{100 * part:.1f} %" if self._spread else f"{part:.0%}") if whole else "")
        self._fit()

    def _make(self, stages: tuple[str, ...], note: str) -> None:
        """Makes the labels, which stay for the next times of the same stages."""
        for at, stage in enumerate(stages):
            if self._spread and at:
                self._row.addStretch(1)
            self._told.append(Label("", px=12, weight=600))
            self._shares.append(Label("", "dim", 12))
            for widget in (_Key(stage), Label(stage, "dim", 12), self._told[-1], self._shares[-1]):
                self._row.addWidget(widget)
                self._widgets.append(widget)
            if not self._spread:
                self._row.addSpacing(_BETWEEN)
        if note:
            self._widgets.append(Label(note, "dim", 12))
            self._row.addWidget(self._widgets[-1])
        if not self._spread:
            self._row.addStretch(1)
        self._stands = (*stages, note)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Without the shares where they have no room: the bar shows them as well."""
        # The layout leaves out what was just added, which is shown a moment later.
        needed = sum(each.sizeHint().width() + self._row.spacing() for each in self._widgets)
        needed += 0 if self._spread else _BETWEEN * len(self._shares)
        for each in self._shares:
            each.setVisible(needed <= self.width())
