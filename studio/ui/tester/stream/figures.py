"""The four figures over the responses of a stream."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.inference.stream_log import Figures
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import ElidedLabel, HairLine, Label

_KEYS = ("first", "between", "rate", "far")
_TITLES = ("Time to first", "Between", "Rate", "So far")


def milliseconds(nanoseconds: float) -> str:
    """One digit after the point, thousands parted."""
    return f"{nanoseconds / 1e6:,.1f}"


class _Figure(QWidget):
    """A title, a number with its unit, and what it is."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self._title = title
        self.setObjectName(Stream.FIGURE.format(key))
        self._value = Label("–", px=16, weight=600)
        self._unit = Label("", "dim")
        self._words = ElidedLabel("", "dim", 11)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._value)
        line.addWidget(self._unit)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(title, "dim", 11, 500))
        column.addLayout(line)
        column.addWidget(self._words)

    def show_value(self, value: str, unit: str, words: str) -> None:
        self._value.setText(value)
        self._unit.setText(unit if value != "–" else "")
        self._words.setText(words)
        self.setAccessibleName(f"{self._title}: {value} {unit}, {words}")


class FiguresRow(QWidget):
    """Time to first, between, rate and how far it is."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        self._figures = [_Figure(key, title) for key, title in zip(_KEYS, _TITLES, strict=True)]
        for figure in self._figures:
            if figure is not self._figures[0]:
                row.addWidget(HairLine(vertical=True))
            row.addWidget(figure, 1)
        self.show_figures(Figures(0), chunks=True, expected=0)

    def show_figures(self, found: Figures, *, chunks: bool, expected: int) -> None:
        """Shows the figures; of text in chunks, whose tokens nobody counts here, or of responses."""
        kind = "chunks" if chunks else "responses"
        first, between, rate, far = self._figures
        first.show_value(_or_dash(found.first), "ms", "TTFT" if chunks else "to the first response")
        median = f"mean, p50 {milliseconds(found.median)}" if found.median is not None else "mean"
        between.show_value(_or_dash(found.mean), "ms", f"ITL, {median}" if chunks else median)
        rate.show_value("–" if found.rate is None else f"{found.rate:,.1f}", "/s", f"{kind}, after the first")
        of = f"{found.count:,} of at most {expected:,}" if expected else f"{found.count:,} {kind}"
        far.show_value(f"{found.last / 1e9:,.2f}" if found.count else "–", "s", of)


def _or_dash(nanoseconds: int | None) -> str:
    return "–" if nanoseconds is None else milliseconds(nanoseconds)
