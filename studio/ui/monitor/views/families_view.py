"""The metrics that have no place elsewhere, each drawn as what it is, with the server's words about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.sampling.families import ShownFamily
from studio.core.serving.series import ModelKey
from studio.ui.look.theme import tokens
from studio.ui.monitor.charts import read
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.plot import Chart, ChartKind, ChartLine
from studio.ui.monitor.views.view import Offset, column_of, sentence
from studio.ui.widgets import SectionHeader, without_room

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_ACROSS, _HIGH, _LINES, _CHARTS = 3, 168, 6, 60


class FamiliesView(QWidget):
    """A section for each framework that publishes metrics: vLLM, TensorRT-LLM, others, and what is left of Triton's."""

    def __init__(self, sampler: CurrentSampler, offset: Offset) -> None:
        super().__init__()
        self._sampler, self._offset = sampler, offset
        self.words = sentence("dim")
        self.charts: dict[str, Chart] = {}
        self._sections: dict[str, QGridLayout] = {}
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
        for family in shown:
            chart = self.charts.get(family.name) or self._add(family)
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
        return [line for line in lines if any(math.isfinite(value) for value in line.values)]

    def _add(self, family: ShownFamily) -> Chart:
        if family.group not in self._sections:
            header = SectionHeader(family.group, height=32, body=(body := QWidget()))
            header.box.setContentsMargins(16, 0, 16, 0)
            grid = QGridLayout(body)
            grid.setContentsMargins(0, 0, 0, 8)
            grid.setSpacing(0)
            for column in range(_ACROSS):
                grid.setColumnStretch(column, 1)
            self._sections[family.group] = grid
            for widget in (header, body):
                self._column.insertWidget(self._column.count() - 1, widget)
        grid = self._sections[family.group]
        made = self.charts[family.name] = Chart(ChartKind(family.name, family.name, 3), self._offset)
        made.detail.setText(family.unit)
        made.setFixedHeight(_HIGH)
        made.overlay.setToolTip(f"{family.name}\n{family.help}" if family.help else family.name)
        place = grid.count()
        grid.addWidget(made, place // _ACROSS, place % _ACROSS)
        return made

    def _remove(self, kept: set[str]) -> None:
        for name in [name for name in self.charts if name not in kept]:
            self.charts.pop(name).deleteLater()
