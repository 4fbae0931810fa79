"""The problems panel."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.checking.findings import Finding, Fix, Severity
from studio.ui.problems.delegate import fix_width
from studio.ui.problems.model import FIX, MESSAGE, MODEL, ProblemsModel
from studio.ui.problems.panel import ProblemsPanel
from tests.fixtures.waiting import wait_until
from tests.ui.repository import CONFIG, write_model, write_repository


@pytest.fixture
def panel(session: Session, tmp_path: Path, qtbot: QtBot) -> ProblemsPanel:
    root = write_repository(tmp_path, "alpha")
    write_model(root, "beta", CONFIG.format(name="other"))
    write_model(root, "gamma", CONFIG.format(name="gamma").replace("dims: [ 4 ]", "dims: [ 0 ]", 1))
    made = ProblemsPanel(session)
    qtbot.addWidget(made)
    made.resize(1000, 200)
    made.show()
    session.open_repository(root)
    wait_until(lambda: made.model.rowCount() >= 2)
    return made


def test_the_model_holds_to_the_rules_of_item_models(qtmodeltester: ModelTester) -> None:
    model = ProblemsModel()
    qtmodeltester.check(model)
    model.set_findings((Finding("r", Severity.HINT, "b"), Finding("r", Severity.ERROR, "a")))
    assert [f.message for f in model.findings()] == ["a", "b"]
    model.show_severities(frozenset({"hint"}))
    assert [f.message for f in model.findings()] == ["b"]


def test_what_a_narrow_column_may_cut_is_told_whole() -> None:
    model = ProblemsModel()
    fix = Fix("Give it the dims of the other", edit=lambda draft: draft)
    bare = Finding("r", Severity.ERROR, "It is wrong.", "first")
    model.set_findings((bare, Finding("r", Severity.HINT, "It may be better.", "second", fixes=(fix,))))
    tips = [[model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) for column in (MODEL, FIX)] for row in (0, 1)]
    assert tips == [["first", "It is wrong."], ["second", "Give it the dims of the other"]]
    assert model.index(1, MESSAGE).data(Qt.ItemDataRole.ToolTipRole) == "It may be better."


def test_a_press_on_the_fix_asks_for_it(panel: ProblemsPanel, qtbot: QtBot) -> None:
    row = next(i for i, f in enumerate(panel.model.findings()) if f.model == "beta" and f.fixes)
    index = panel.model.index(row, FIX)
    spot = panel.table.visualRect(index).center()
    with qtbot.waitSignal(panel.fix_wanted) as heard:
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args[0] is panel.model.findings()[row]


def test_fixes_have_the_room_that_messages_can_spare(panel: ProblemsPanel) -> None:
    wide = Fix("Change the name to “a_name_that_is_rather_long”", edit=lambda draft: draft)
    panel.model.set_findings((Finding("r", Severity.ERROR, "It is wrong.", "m", fixes=(wide,)),))
    column = panel.table.horizontalHeader().sectionSize
    panel.resize(1400, 200)
    wait_until(lambda: column(FIX) >= fix_width(panel.model.index(0, FIX)))
    panel.resize(700, 200)
    wait_until(lambda: column(FIX) == 216)
    assert column(MESSAGE) > 100


def test_a_press_on_the_message_opens_its_place(panel: ProblemsPanel, qtbot: QtBot) -> None:
    index = panel.model.index(0, MESSAGE)
    with qtbot.waitSignal(panel.opened) as heard:
        spot = panel.table.visualRect(index).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert heard.args[0] is panel.model.findings()[0]


def test_severities_that_are_filtered_out_are_said_to_be(panel: ProblemsPanel, qtbot: QtBot) -> None:
    tools = panel.tools()
    for tool in tools:
        qtbot.addWidget(tool)
    button = tools[-1]
    assert isinstance(button, QToolButton)
    for action in button.menu().actions():
        action.setChecked(False)
    assert panel.model.rowCount() == 0
    assert panel.empty.title.text() == "All problems are filtered out"
