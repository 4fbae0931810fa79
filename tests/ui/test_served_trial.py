"""A try and an adoption on the models' page, on a real server: tried, dropped, kept; what was completed is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from studio.core.inference.model_index import is_ready
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.ui.room.place import PagePlace, WhyPlace
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import AGAINST, INSTANCES, MEMORY, REASON
from studio.ui.shell.window import MainWindow
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow

pytestmark = pytest.mark.engine


@pytest.fixture
def page(tmp_path: Path, open_window: OpenWindow) -> ServedPage:
    """The page of a window whose server has one Python model, which was looked at."""
    python_model(tmp_path / "models", "net")
    window = open_window(tmp_path / "models")
    session = window.need_session()
    session.server.consent.ask = lambda _asked, answer: answer(True)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models", ports=Ports(0, 0, 0)))
    wait_until(lambda: is_ready(session.server.models.get("net", ())), 90)
    made = window.context.show(PagePlace("served"))
    assert isinstance(made, ServedPage)
    wait_until(lambda: _cell(made, AGAINST) == "completed" and _cell(made, MEMORY).endswith(" MB"))
    return made


def _cell(page: ServedPage, column: int) -> str:
    page.refresh()
    return page.model.row("net").cells[column].text


def _press(page: ServedPage, name: str) -> None:
    button = part(page, QPushButton, name)
    wait_until(button.isEnabled)
    button.click()


def test_a_try_is_shown_dropped_and_kept_and_what_was_completed_is_adopted(
    page: ServedPage, open_window: OpenWindow
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    session = window.need_session()
    model = session.open_model("net")
    before = model.path.read_bytes()
    page.table.choose("net")
    assert _cell(page, INSTANCES) == "1 CPU"
    model.edit("Set", lambda draft: draft.set("max_batch_size", 3))
    session.server.load("net", model.draft.document.text)
    wait_until(lambda: _cell(page, AGAINST) == "1 field")
    assert page.model.row("net").pill == "try"
    assert _cell(page, REASON).startswith("tries unsaved text, loaded ")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    window.activateWindow()
    drop = part(page, QPushButton, names.Served.DROP.format("net"))
    drop.setFocus()
    wait_until(drop.hasFocus)
    _press(page, names.Served.DROP.format("net"))
    wait_until(lambda: page.model.row("net").pill == "" and _cell(page, AGAINST) == "completed")
    assert model.path.read_bytes() == before
    assert QApplication.focusWidget() is page.table
    session.server.load("net", model.draft.document.text)
    wait_until(lambda: _cell(page, AGAINST) == "1 field")
    _press(page, names.Served.KEEP.format("net"))
    assert b"max_batch_size: 3" in model.path.read_bytes()
    steps = model.undo_stack.count()
    _press(page, names.Served.ADOPT.format("net", "default_model_filename"))
    assert 'default_model_filename: "model.py"' in model.draft.document.text
    assert model.undo_stack.count() == steps + 1
    _press(page, names.Served.ADOPT_ALL.format("net"))
    assert model.undo_stack.count() == steps + 2
    assert model.draft.has("instance_group")
    model.save()
    wait_until(lambda: _cell(page, AGAINST) in ("same", "file is newer"))
    window.context.show(WhyPlace("net", "slow"))
    assert page.why.answer is not None
    wait_until(lambda: page.why.answer is not None and page.why.answer.layer("transport").state == "fine")
