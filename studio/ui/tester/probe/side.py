"""What a probe of a wire found: the tensor, and the steps that ran for it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.inference.asking.probing import Probe
from studio.ui.tensors.view import TensorView
from studio.ui.tester import names
from studio.ui.tester.side import Side
from studio.ui.tester.timing import milliseconds
from studio.ui.widgets import ElidedLabel, IconLabel, InlineProblem, Label, Row

_RAN = ("check-circle-fill", "ok")
_FAILED = ("x-circle-fill", "error")
_NOT_RUN = ("circle", "faint")
_MOST_SHOWN = 12


class ProbeSide(Side):
    """The wanted tensor first, then those on the way to it."""

    def __init__(self) -> None:
        super().__init__("Probe", names.Tester.PROBED)
        self.views: list[TensorView] = []
        self._parts: list[QWidget] = []

    def show_probe(self, probe: Probe) -> None:
        """Shows another one."""
        for part in self._parts:
            self.cards.removeWidget(part)
            part.hide()
            part.deleteLater()
        on_the_way = [each for ran in reversed(probe.ran) for each in ran.outputs if each.name != probe.tensor]
        wanted = [probe.value] if probe.value is not None else []
        self.views = [TensorView(tensor) for tensor in (*wanted, *on_the_way)[:_MOST_SHOWN]]
        problems = [_problem(probe)] if probe.failure is not None else []
        self._parts = [*problems, _steps(probe), *self.views]
        for place, part in enumerate(self._parts):
            self.cards.insertWidget(place, part)
        self.head.detail.setText(f"{probe.tensor}, the tensors on the way below it")
        self.area.verticalScrollBar().setValue(0)


def _problem(probe: Probe) -> QWidget:
    step = probe.steps[probe.failed]
    reason = "" if probe.failure is None else probe.failure.detail
    words = f"Step {probe.failed + 1} of {len(probe.steps)}, {step.model}, failed: {reason}"
    made = InlineProblem("error", words)
    made.setObjectName(names.Tester.PROBE_FAILED)
    return made


def _steps(probe: Probe) -> QWidget:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for number, step in enumerate(probe.steps):
        ran = probe.ran[number] if number < len(probe.ran) else None
        sign = _RAN if ran is not None else _FAILED if number == probe.failed else _NOT_RUN
        took = milliseconds(ran.result.times.total) if ran else "failed" if number == probe.failed else "not run"
        gives = ElidedLabel(", ".join(step.outputs.values()), "dim", 12)
        row = Row(IconLabel(*sign), Label(f"{number + 1}  {step.model}", weight=500), gives, Label(took, "dim", 12))
        row.box.setStretch(2, 1)
        row.setAccessibleName(f"Step {number + 1}, {step.model}: {took}")
        column.addWidget(row)
    return body
