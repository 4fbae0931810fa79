"""What the colours of a bar of stages mean, with the time and the share of each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.ui.look.theme import changes, colour, tokens
from studio.ui.widgets.labels import Label


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


class StageKeys(QWidget):
    """Nanoseconds by stage, in one line; `spread` gives the keys the whole width."""

    def __init__(self, *, spread: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spread = spread
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6 if spread else 8)
        self._shares: list[Label] = []
        if spread:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Shows nothing."""
        self._shares = []
        while (item := self._row.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def set_parts(self, parts: Mapping[str, float], whole: float, words: Mapping[str, str], note: str = "") -> None:
        """Shows these times, each in `words`, with their shares of the whole; a note at the end."""
        self.clear()
        for at, (stage, value) in enumerate(parts.items()):
            if self._spread and at:
                self._row.addStretch(1)
            share = value / (whole or 1)
            for widget in (_Key(stage), Label(stage, "dim", 12), Label(words[stage], px=12, weight=600)):
                self._row.addWidget(widget)
            words_of_share = f"{100 * share:.1f} %" if self._spread else f"{share:.0%}"
            self._shares.append(Label(words_of_share if whole else "", "dim", 12))
            self._row.addWidget(self._shares[-1])
            if not self._spread:
                self._row.addSpacing(12)
        if note:
            self._row.addWidget(Label(note, "dim", 12))
        if not self._spread:
            self._row.addStretch(1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Without the shares where they have no room."""
        if not self._spread:
            return
        needed = self._row.sizeHint().width() + sum(each.sizeHint().width() for each in self._shares if each.isHidden())
        for each in self._shares:
            each.setVisible(needed <= self.width())
