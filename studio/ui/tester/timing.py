"""Where the time of the last request went, as a bar and in numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.core.inference.requests import InferResult, StageTimes, StepTimes
from studio.core.tracing.values import RequestTrace
from studio.ui.look.theme import changes
from studio.ui.tester import names
from studio.ui.widgets import ElidedLabel, Label, LinkButton, Segmented, StageBar, StageKeys
from studio.ui.widgets.waterfall.panel import Waterfall

_MOST_HEIGHT = 280
"""Of a waterfall; it scrolls where there is more."""
STAGES = ("client", "network", "queue", "input", "compute", "output")
_FEW = 2
"""Stages that are known where the server told none: those of the client."""


def milliseconds(nanoseconds: float) -> str:
    """Two digits that matter, in ms."""
    value = nanoseconds / 1e6
    return f"{value:.2f} ms" if value < 100 else f"{value:.0f} ms"


def parts(times: StageTimes) -> dict[str, float]:
    """The stages that are known, in the order in which a request meets them."""
    known = {stage: getattr(times, stage) for stage in STAGES}
    return {stage: float(value) for stage, value in known.items() if value is not None}


class _StepRow(QWidget):
    """One model that took part: its name, its stages to scale, its time."""

    def __init__(self, step: StepTimes, longest: int) -> None:
        super().__init__()
        stages = {stage: float(getattr(step, stage)) for stage in ("queue", "input", "compute", "output")}
        total = sum(stages.values())
        bar = StageBar(12)
        bar.set_parts(stages)
        bar.setAccessibleName(f"{step.model}: {milliseconds(total)}")
        name = ElidedLabel(step.model, weight=500)
        name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        name.setFixedWidth(180)
        value = Label(milliseconds(total), px=12, weight=600)
        value.setFixedWidth(72)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(name)
        holder = QHBoxLayout()
        holder.setSpacing(0)
        share = round(1000 * total / longest) if longest else 0
        holder.addWidget(bar, max(share, 1))
        holder.addStretch(max(1000 - share, 0))
        row.addLayout(holder, 1)
        row.addWidget(value)
        self.setFixedHeight(22)


class TimingPanel(QWidget):
    """Stays empty, and says so, until a request was answered."""

    trace_wanted = Signal(object)
    """The RequestTrace of the answer, which is to be shown in the X-ray."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.Tester.TIMING)
        self.total = Label("", weight=600)
        self.last = Label("nothing sent yet", "dim", 12)
        self.breakdown = Segmented([("whole", "Whole"), ("steps", "By step")], dense=True)
        self.breakdown.setObjectName(names.Tester.BREAKDOWN)
        self.breakdown.setAccessibleName("Breakdown of the time")
        self.breakdown.hide()
        self._bar = StageBar(16)
        self._bar.hide()
        self._keys = StageKeys()
        self.open_trace = LinkButton("Open in X-ray", "text-align-left", "small")
        self.open_trace.setObjectName(names.Tester.OPEN_TRACE)
        self.open_trace.setToolTip("Every step and stage of this request as the server traced it")
        self.open_trace.hide()
        self.open_trace.clicked.connect(self._want_trace)
        self.waterfall: Waterfall | None = None
        self._trace: RequestTrace | None = None
        self._previous = 0
        self._previous_model = ""
        self._build()
        self.breakdown.changed.connect(lambda _key: self._switch())
        changes().themed.connect(self.update)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (Label("Timing", weight=600), self.total, self.last):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.open_trace)
        head.addWidget(self.breakdown)
        self._steps = QWidget()
        self._step_column = QVBoxLayout(self._steps)
        self._step_column.setContentsMargins(0, 0, 0, 0)
        self._step_column.setSpacing(0)
        self._steps.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._steps)
        self._column = column
        column.addWidget(self._keys)

    def clear(self, words: str = "nothing sent yet") -> None:
        """Shows no times; `words` say why there are none."""
        self.total.setText("")
        self.last.setText(words)
        self._keys.clear()
        self._trace = None
        self._show_steps(())
        self._bar.hide()

    def show_result(self, result: InferResult) -> None:
        """Shows a new answer, beside the one before of the same model."""
        times = result.times
        before = self._previous if result.model == self._previous_model else 0
        self.total.setText(milliseconds(times.total))
        change = f"last {milliseconds(before)}, {(times.total - before) / before:+.0%}" if before else "round trip"
        self.last.setText(change)
        self._previous, self._previous_model = times.total, result.model
        known = parts(times)
        # Where the server tells nothing of its own, most of the time is nobody's.
        untold = {"not told": times.total - sum(known.values())} if len(known) <= _FEW else {}
        self._bar.set_parts({**known, **untold})
        self._show_keys(known, times.total)
        self._trace = None
        self._show_steps(result.steps)
        self.setAccessibleName("Timing: " + ", ".join(f"{k} {milliseconds(v)}" for k, v in known.items()))

    def _show_steps(self, steps: tuple[StepTimes, ...]) -> None:
        _empty(self._step_column)
        longest = max((step.queue + step.input + step.compute + step.output for step in steps), default=0)
        for step in steps:
            self._step_column.addWidget(_StepRow(step, longest))
        several = len(steps) > 1
        self.breakdown.setVisible(several)
        if not several:
            self.breakdown.set_value("whole")
        self._switch()

    def show_trace(self, trace: RequestTrace) -> None:
        """Shows the steps of the answer as the server traced them, on one axis."""
        self._trace = trace
        if self.waterfall is None:
            self.waterfall = Waterfall()
            self.waterfall.view.setObjectName(names.Tester.WATERFALL)
            self.waterfall.entered.connect(lambda _: self._want_trace())
            self._column.insertWidget(self._column.indexOf(self._steps) + 1, self.waterfall)
        self.waterfall.show_request(trace)
        self.waterfall.setFixedHeight(min(self.waterfall.wanted_height, _MOST_HEIGHT))
        self.breakdown.show()
        self._switch()

    @property
    def wants_steps(self) -> bool:
        """Whether the steps of the next answer are to be shown."""
        return self.breakdown.value() == "steps"

    def _want_trace(self) -> None:
        if self._trace is not None:
            self.trace_wanted.emit(self._trace)

    def _switch(self) -> None:
        by_step, has_trace = self.breakdown.value() == "steps", self._trace is not None
        self._steps.setVisible(by_step and not has_trace)
        self._bar.setVisible(not by_step)
        self.open_trace.setVisible(has_trace)
        if self.waterfall is not None:
            self.waterfall.setVisible(by_step and has_trace)

    def _show_keys(self, known: dict[str, float], total: float) -> None:
        words = {stage: milliseconds(value) for stage, value in known.items()}
        note = "the server did not tell its own stages" if len(known) <= _FEW else ""
        self._keys.set_parts(known, total, words, note)


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
