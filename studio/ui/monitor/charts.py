"""The four charts over one axis of time: throughput, latency by stage, percentiles of our own requests, pending.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.serving.figures.history import History, Track
from studio.core.serving.series import Floats, ModelKey
from studio.ui.look.theme import tokens
from studio.ui.monitor import history
from studio.ui.monitor.charted import ChartedModels
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.picture import ChartLine
from studio.ui.monitor.plotting.plot import Chart, ChartKind
from studio.ui.monitor.rows import PERCENTILES
from studio.ui.widgets import HairLine

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

KINDS = (
    ChartKind("throughput", "Throughput", 1, has_fill=True, has_flags=True),
    ChartKind("latency", "Latency", is_stack=True),
    ChartKind("percentiles", "Percentiles"),
    ChartKind("pending", "Pending", 0, is_count=True, has_fill=True),
)
_STREAMS = (
    "This model streams. The server counts parts of a request, which is not what one takes: "
    "see how long our own requests take, to the first answer and in all."
)
UNTOLD = (
    "The server does not tell this model's configuration: whether it streams is not known, nor what its times are of."
)
STAGES = ("input", "compute", "output", "queue")


class ChartGrid(QWidget):
    """Two by two charts that share window, pointer and marks."""

    pointed = Signal(object)
    zoomed = Signal(float, float)
    stretched = Signal(float, float)
    reset = Signal()

    menu_asked = Signal(QPoint)
    """Where on the screen the menu of the charts is to open."""

    def __init__(
        self,
        sampler: CurrentSampler,
        charted: ChartedModels,
        offset: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sampler = sampler
        self._charted = charted
        self._waiting: list[tuple[str, Callable[[], list[ChartLine]], TimeWindow, Sequence[TimeMark]]] = []
        self._instead: dict[str, str] = {}
        self.spot: tuple[Chart, float, str] | None = None
        """The chart of the latest right click, the moment there, and the line that was nearest."""
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._draw_next)
        self.charts = {kind.key: Chart(kind, offset) for kind in KINDS}
        self._build()
        for chart in self.charts.values():
            chart.overlay.pointed.connect(self.point)
            chart.overlay.zoomed.connect(self.zoomed)
            chart.overlay.stretched.connect(self.stretched)
            chart.overlay.reset.connect(self.reset)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        places = ((0, 0), (0, 2), (2, 0), (2, 2))
        for (row, column), chart in zip(places, self.charts.values(), strict=True):
            grid.addWidget(chart, row, column)
        grid.addWidget(HairLine(), 1, 0, 1, 3)
        grid.addWidget(HairLine(vertical=True), 0, 1, 3, 1)
        for place in (0, 2):
            grid.setRowStretch(place, 1)
            grid.setColumnStretch(place, 1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        self.spot = None
        for chart in self.charts.values():
            if chart.geometry().contains(at):
                within = chart.mapFrom(self, at)
                moment = chart.moment(within.x())
                self.spot = chart, moment, chart.nearest(moment, within.y())
        self.menu_asked.emit(event.globalPos())

    def point(self, moment: float | None) -> None:
        """Puts the pointer's line at a moment in every chart."""
        for chart in self.charts.values():
            chart.overlay.set_pointer(moment)
            chart.refresh_legend()
        self.pointed.emit(moment)

    def refresh(self, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Draws what is recorded."""
        selected = self._charted.selected
        said = _name(selected) if selected else "no model chosen"
        found, whose = self._percentiles(selected, window)
        for key, words in (
            ("throughput", "requests/s"),
            ("latency", f"{said}, ms"),
            ("percentiles", whose),
            ("pending", "requests"),
        ):
            self.charts[key].detail.setText(words)
        self._instead = {"latency": self._why_no_times(selected[0]) if selected else ""}
        latest = [
            ("throughput", lambda: self._charted_lines("requests_s", window), window, marks),
            ("latency", lambda: self._stages(selected, window), window, marks),
            ("percentiles", lambda: found, window, marks),
            ("pending", lambda: self._charted_lines("pending", window), window, marks),
        ]
        # On a busy machine the next refresh comes before all have had their turn: those go first then.
        late = [key for key, *_ in self._waiting]
        self._waiting = sorted(latest, key=lambda each: late.index(each[0]) if each[0] in late else len(late))
        self._turn.start()

    def _why_no_times(self, model: str) -> str:
        if self._sampler.figures.streams.get(model):
            return _STREAMS
        return UNTOLD if self._sampler.is_untold(model) else ""

    def _draw_next(self) -> None:
        """One chart a turn of the event loop, so that what a person does comes in between."""
        key, lines, window, marks = self._waiting.pop(0)
        self.charts[key].show_lines(lines(), window, marks, self._instead.get(key, ""))
        if self._waiting:
            self._turn.start()

    def _charted_lines(self, field: str, window: TimeWindow) -> list[ChartLine]:
        keys = self._charted.keys()
        names = [name for name, _ in keys]
        # The selected one comes first: it is the one with the fill.
        lines = []
        for key in sorted(keys, key=lambda key: (key != self._charted.selected, self._charted.colour(key))):
            times, values = read(self._sampler.model(*key, field), window)
            role = tokens().series[self._charted.colour(key)]
            title = _name(key) if names.count(key[0]) > 1 else key[0]
            lines.append(ChartLine(title, role, times, values, values))
        return lines

    def _stages(self, key: ModelKey | None, window: TimeWindow) -> list[ChartLine]:
        if key is None:
            return []
        kept = self._sampler.figures.models
        points, columns = kept.rows(key, [f"{stage}_ms" for stage in STAGES], _since(window))
        found = [_drawn(points, values, window, kept, _thin_stack) for values in columns]
        if not len(found[0][0]):
            return []
        tops = history.stack([values for _, values in found])
        colours = [str(getattr(tokens().stages, stage)) for stage in STAGES]
        return [
            ChartLine(stage, role, times, values, top)
            for stage, role, (times, values), top in zip(STAGES, colours, found, tops, strict=True)
        ]

    def _percentiles(self, key: ModelKey | None, window: TimeWindow) -> tuple[list[ChartLine], str]:
        """Those of all traffic where the server tells them, with the 99th of our own requests beside; and whose."""
        if key is None:
            return [], "ms"
        if self._sampler.figures.streams.get(key[0]):
            first = [("first p50", "first50"), ("first p99", "first99"), ("whole p50", "p50"), ("whole p99", "p99")]
            return self._own_lines(key, window, first), "ms of own streams"
        told = [read(self._sampler.model(*key, name), window) for name in PERCENTILES]
        if not any(np.isfinite(values).any() for _, values in told):
            return self._own_lines(key, window, [(name, name) for name in PERCENTILES]), self._count_of_own(key)
        lines = [
            ChartLine(name, role, times, values, values)
            for name, role, (times, values) in zip(PERCENTILES, _ramp(), told, strict=True)
        ]
        own = [line for line in self._own_lines(key, window, [("own p99", "p99")]) if np.isfinite(line.values).any()]
        since = self._sampler.last.time - 60
        count = history.total(*self._sampler.model(*key, "requests_s").points(since - 2), since)
        whose = f"ms of {count:,.0f} requests"
        return [*lines, *(replace(line, role=tokens().series[4]) for line in own)], whose

    def _count_of_own(self, key: ModelKey) -> str:
        own = self._sampler.last.own.get(key[0])
        return f"ms of {own.count:,} own requests" if own is not None else "ms of own requests"

    def _own_lines(self, key: ModelKey, window: TimeWindow, wanted: list[tuple[str, str]]) -> list[ChartLine]:
        lines = []
        for (title, name), role in zip(wanted, (*_ramp(), tokens().series[4]), strict=False):
            times, nanoseconds = read(self._sampler.own(key[0], name), window)
            values = nanoseconds * 1e-6
            lines.append(ChartLine(title, role, times, values, values))
        return lines


def read(
    series: Track,
    window: TimeWindow,
    thin: Callable[[Floats, Floats], tuple[Floats, Floats]] = history.envelope,
) -> tuple[Floats, Floats]:
    """What a series holds for a window, as few points as a chart can show."""
    return _drawn(*series.points(_since(window)), window, series.history, thin)


def _since(window: TimeWindow) -> float:
    """A point before the window is wanted too, so that the line comes in from the left."""
    return window.start - 2 * max(1.0, window.seconds / 300)


def _drawn(
    times: Floats,
    values: Floats,
    window: TimeWindow,
    kept: History,
    thin: Callable[[Floats, Floats], tuple[Floats, Floats]],
) -> tuple[Floats, Floats]:
    return thin(*history.broken(*history.clip(times, values, window), kept.coarse_until))


def _thin_stack(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Fewer points than a line has: four areas with ragged edges are dear to fill."""
    return history.means(times, values, 240)


def _name(key: ModelKey) -> str:
    return f"{key[0]} {key[1]}".strip()


def _ramp() -> tuple[str, str, str]:
    return _mixed(tokens().accent, tokens().panel, 0.3), tokens().accent, tokens().text


def _mixed(one: str, other: str, share: float) -> str:
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
