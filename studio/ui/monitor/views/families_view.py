"""The metrics that have no place elsewhere, each drawn as what it is, with the server's words about it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.sampling.families import ShownFamily
from studio.core.serving.series import ModelKey
from studio.ui.look.theme import tokens
from studio.ui.monitor.charts import read
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.picture import ChartLine
from studio.ui.monitor.plotting.plot import Chart, ChartKind
from studio.ui.monitor.views.view import Offset, column_of, sentence
from studio.ui.widgets import SectionHeader, without_room

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_ACROSS, _HIGH, _LINES, _CHARTS = 3, 168, 6, 60


class _Section(QWidget):
    """A head and the charts below it, at most three in a row; not to be seen where there are none."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._charts: list[Chart] = []
        header = SectionHeader(group, height=32, body=(body := QWidget()))
        header.box.setContentsMargins(16, 0, 16, 0)
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 8)
        self._grid.setSpacing(0)
        column_of(self, header, body)

    def lay_out(self, charts: list[Chart]) -> None:
        """Shows these, in this order."""
        if charts != self._charts:
            while self._grid.count():
                self._grid.takeAt(0)
            # A row that is not full would leave room that the legends need.
            across = ceil(len(charts) / max(1, ceil(len(charts) / _ACROSS))) or 1
            for column in range(_ACROSS):
                self._grid.setColumnStretch(column, int(column < across))
            for place, chart in enumerate(charts):
                self._grid.addWidget(chart, place // across, place % across)
            self._charts = charts
        self.setVisible(bool(charts))


class FamiliesView(QWidget):
    """A section for each framework that publishes metrics: vLLM, TensorRT-LLM, others, and what is left of Triton's."""

    def __init__(self, sampler: CurrentSampler, offset: Offset) -> None:
        super().__init__()
        self._sampler, self._offset = sampler, offset
        self.words = sentence("dim")
        self.charts: dict[str, Chart] = {}
        self._sections: dict[str, _Section] = {}
        body = QWidget()
        body.setProperty("kind", "page")
        self._column = without_room(QVBoxLayout(body))
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        column_of(self, self.words, area, stretch=area)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Draws every family."""
        families = self._sampler.figures.families
        shown = families.shown[:_CHARTS]
        self._remove({family.name for family in shown})
        for group in dict.fromkeys((*(family.group for family in shown), *self._sections)):
            self._section(group).lay_out(
                [self.charts.get(family.name) or self._add(family) for family in shown if family.group == group]
            )
        for family in shown:
            chart = self.charts[family.name]
            chart.show_lines(self._lines(family, window), window, marks)
        hidden = families.left_out + sum(len(family.lines) for family in families.shown[_CHARTS:])
        more = f" {hidden:,} more lines are left out." if hidden else ""
        count = len(families.shown)
        nothing = "This server publishes no metrics but those of the table and the charts."
        self.words.setText(f"{count} families of metrics, as the server names them.{more}" if count else nothing)

    def _lines(self, family: ShownFamily, window: TimeWindow) -> list[ChartLine]:
        history = self._sampler.figures.families.history
        lines = []
        for place, line in enumerate(family.lines[:_LINES]):
            times, values = read(history.track(line.key, "value"), window)
            title = line.title or "value"
            lines.append(ChartLine(title, tokens().series[place], times, values, values))
        return [line for line in lines if any(isfinite(value) for value in line.values)]

    def _section(self, group: str) -> _Section:
        if group not in self._sections:
            self._sections[group] = made = _Section(group)
            self._column.insertWidget(self._column.count() - 1, made)
        return self._sections[group]

    def _add(self, family: ShownFamily) -> Chart:
        made = self.charts[family.name] = Chart(ChartKind(family.name, family.name, 3), self._offset)
        made.detail.setText(family.unit)
        made.setFixedHeight(_HIGH)
        made.overlay.setToolTip(f"{family.name}\n{family.help}" if family.help else family.name)
        return made

    def _remove(self, kept: set[str]) -> None:
        for name in [name for name in self.charts if name not in kept]:
            self.charts.pop(name).deleteLater()
