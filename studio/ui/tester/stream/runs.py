"""This stream and the ones before of the same model, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.inference.stream_log import Figures
from studio.ui.tester.stream.figures import milliseconds
from studio.ui.tester.stream.names import Stream
from studio.ui.widgets import HairLine, Label, SectionHeader
from studio.ui.widgets.tables import AT_RIGHT

_KEPT = 4
_TITLES = ("", "first", "between", "per s", "ended")
_COLUMNS = len(_TITLES)


@dataclass(frozen=True, slots=True)
class Ended:
    """One that is over."""

    name: str
    figures: Figures
    how: str


class Runs(QWidget):
    """The latest first; times in ms."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName(Stream.RUNS)
        self._model = ""
        self._ended: list[Ended] = []
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(12, 0, 12, 4)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        for label, title in zip(self._line(0, "dim", 11, 500), _TITLES, strict=True):
            label.setText(title)
        self._lines = [self._line(at + 1, "dim" if at else "text", 12, 400 if at else 600) for at in range(_KEPT + 1)]
        self._words = Label("", "dim", 11)
        self._words.setWordWrap(True)
        self._words.setContentsMargins(12, 0, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (HairLine(), SectionHeader("This run and the last", height=32), self._body, self._words):
            column.addWidget(widget)

    def begin(self, model: str, words: str) -> None:
        """Another run; `words` say what holds of it. The runs of another model are forgotten."""
        if model != self._model:
            self._model, self._ended = model, []
        self._words.setText(words)
        self.show_now("now", Figures(0), "running")

    def show_now(self, name: str, figures: Figures, how: str) -> None:
        """How far the run is that is under way."""
        self._fill([Ended(name, figures, how), *self._ended[:_KEPT]])

    def end(self, run: Ended) -> None:
        """Ends the run that is under way."""
        self._ended.insert(0, run)
        del self._ended[_KEPT + 1 :]
        self._fill(self._ended)

    def _fill(self, runs: list[Ended]) -> None:
        for line, labels in enumerate(self._lines):
            run = runs[line] if line < len(runs) else None
            for label, text in zip(labels, _cells(run), strict=True):
                label.setText(text)
                label.setVisible(run is not None)

    def _line(self, line: int, role: str, px: int, weight: int) -> list[Label]:
        labels = [Label("", role, px, weight if column else 400) for column in range(_COLUMNS)]
        for column, label in enumerate(labels):
            if column:
                label.setAlignment(AT_RIGHT)
            self._grid.addWidget(label, line, column)
        return labels


def _cells(run: Ended | None) -> tuple[str, ...]:
    if run is None:
        return ("",) * _COLUMNS
    found = run.figures
    rate = "–" if found.rate is None else f"{found.rate:,.1f}"
    return run.name, _ms(found.first), _ms(found.mean), rate, run.how


def _ms(nanoseconds: int | None) -> str:
    return "–" if nanoseconds is None else milliseconds(nanoseconds)
