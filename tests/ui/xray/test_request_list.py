"""The list of the requests: which model each is of, and what is usual of those that are listed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.core.tracing.narrowing import medians_by_model
from studio.core.tracing.shares import shares
from studio.core.tracing.values import ModelTime, Shares, StageTime
from studio.ui.xray.inspector import SpanInspector
from studio.ui.xray.request_list import RequestList
from studio.ui.xray.timing import TimingFoot
from tests.fixtures.traces import pipeline, small_trace


def test_a_list_of_two_models_names_the_model_of_each(qtbot: QtBot) -> None:
    trace, listed = small_trace(), RequestList()
    qtbot.addWidget(listed)
    listed.show_trace(trace, 0)
    assert trace.models[0] not in str(listed.model.index(0, 0).data())
    models = [*trace.models[:5], *["resnet"] * 15]
    listed.show_trace(replace(trace, models=models), 0)
    row = listed.model.row_at(0)
    assert f" of {models[row]}, " in str(listed.model.index(0, 0).data())
    assert not listed.grab().isNull()


def test_the_foot_is_of_those_that_are_listed_and_none_is_said(qtbot: QtBot) -> None:
    trace, listed = small_trace(), RequestList()
    qtbot.addWidget(listed)
    listed.show_trace(trace, 0)
    of_all = listed.median.text()
    listed.filter.setText("failed")
    assert listed.median.text() == listed.slowest.text() != of_all
    listed.filter.setText("nobody")
    assert listed.head.detail.text() == "None of 20"
    assert (listed.median.text(), listed.slowest.text()) == ("–", "–")


def test_a_model_alone_has_nothing_between_steps(qtbot: QtBot) -> None:
    inspector = SpanInspector()
    qtbot.addWidget(inspector)
    parts = (StageTime("compute", 995, 0.995), StageTime("gap", 5, 0.005))
    alone = Shares(1_000, parts, (ModelTime("resnet", "1", 995, 0.995, parts[:1]),))
    inspector.show_shares(alone)
    assert "resnet" in _shown(inspector)
    assert "between steps" not in _shown(inspector)


def _shown(inspector: SpanInspector) -> set[str]:
    return {label.text() for label in inspector.findChildren(QLabel) if not label.isHidden()}


def test_a_request_is_compared_with_those_of_its_model(qtbot: QtBot) -> None:
    trace = small_trace()
    mixed = replace(trace, models=[*["resnet"] * 5, *trace.models[5:]])
    found = medians_by_model(mixed)
    assert [count for _, count in found.values()] == [5, 15]
    assert found["resnet"][0] == sorted(trace.duration[:5])[2]
    foot, spent = TimingFoot(), shares(pipeline("r", 0, 1.0))
    qtbot.addWidget(foot)
    foot.show_request(spent, *found["resnet"], 20, "resnet")
    assert foot.compared.text().startswith("median of 5 of resnet: ")
