"""Where the time of one model's requests goes: client, network, queue, input, compute and output, over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QWidget

from studio.core.serving.figures.comparison import mean
from studio.core.serving.figures.owner import STAGES, Stages, slowest, told
from studio.core.serving.series import GAP, Floats, ModelKey
from studio.ui.look.theme import tokens
from studio.ui.monitor import history
from studio.ui.monitor.charts import UNTOLD, read
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.plotting.picture import ChartLine
from studio.ui.monitor.plotting.plot import Chart, ChartKind
from studio.ui.monitor.views.view import Offset, column_of, sentence

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_KIND = ChartKind("where", "Where the time goes", is_stack=True)
_STREAMS = "This model streams: the server counts parts of a request, so that no stage of one is known."


class TimeView(QWidget):
    """One stack, and in words which layer owns most of it."""

    def __init__(self, sampler: CurrentSampler, offset: Offset) -> None:
        super().__init__()
        self._sampler = sampler
        self.words = sentence()
        self.chart = Chart(_KIND, offset)
        column_of(self, self.words, self.chart, stretch=self.chart)

    def refresh(self, selected: ModelKey | None, window: TimeWindow, marks: Sequence[TimeMark]) -> None:
        """Draws the stages of the selected model."""
        if selected is None:
            self.words.setText("Choose a model in the table.")
            self.chart.show_lines([], window, marks)
            return
        self.chart.detail.setText(f"{selected[0]} {selected[1]}, ms of a request".replace("  ", " "))
        untold = UNTOLD if self._sampler.is_untold(selected[0]) else ""
        instead = _STREAMS if self._sampler.figures.streams.get(selected[0]) else untold
        found = {stage: self._stage(stage, selected, window) for stage in STAGES}
        times = found["compute"][0]
        values = {stage: _on(times, *each) for stage, each in found.items()}
        for stage in STAGES:
            # Where the server tells nothing, what is known of the way to it is no whole.
            values[stage] = np.where(np.isfinite(values["compute"]), values[stage], GAP)
        tops = history.stack([values[stage] for stage in STAGES]) if len(times) else []
        lines = [
            ChartLine(stage, str(getattr(tokens().stages, stage)), times, values[stage], top)
            for stage, top in zip(STAGES, tops, strict=bool(tops))
        ]
        self.chart.show_lines(lines, window, marks, instead)
        facts = self._sampler.facts(selected[0])
        means = Stages(*(mean(values[stage]) for stage in STAGES))
        said = told(means, facts.batching if facts is not None and facts.is_known else None)
        steps = slowest(self._steps(facts.steps, window)) if facts is not None and said else ""
        self.words.setText(
            instead or f"{steps} {said}".strip() or "No request of it was answered in this stretch of time."
        )

    def _steps(self, steps: Sequence[str], window: TimeWindow) -> dict[str, float]:
        """Mean milliseconds of a request in each step of an ensemble, by all that was asked of its model."""
        found: dict[str, float] = {}
        for name in dict.fromkeys(steps):
            times = [
                read(self._sampler.model(*key, "request_ms"), window)[1]
                for key in self._sampler.models()
                if key[0] == name
            ]
            found[name] = steps.count(name) * mean(np.concatenate(times)) if times else GAP
        return found

    def _stage(self, stage: str, key: ModelKey, window: TimeWindow) -> tuple[Floats, Floats]:
        if stage in ("client", "network"):
            times, nanoseconds = read(self._sampler.own(key[0], stage), window, _thin)
            return times, nanoseconds * 1e-6
        return read(self._sampler.model(*key, f"{stage}_ms"), window, _thin)


def _thin(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    return history.means(times, values, 240)


def _on(wanted: Floats, times: Floats, values: Floats) -> Floats:
    """The values at other moments: the points of own requests lie at their own."""
    if len(times) == len(wanted) and np.array_equal(times, wanted):
        return values
    if not len(times):
        return np.full(len(wanted), GAP)
    place = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    return np.where(np.abs(times[place] - wanted) <= 2.0, values[place], GAP)
