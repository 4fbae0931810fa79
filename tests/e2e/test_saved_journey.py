"""An image labelled, saved with what is expected, the model changed, and *Run all* shows by how much it is off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractItemView, QWidget

from studio.core.files.example import write_example
from studio.core.inference.model_index import is_ready
from studio.ui.editor.files.file_tab import FileTab
from studio.ui.shell.window import MainWindow
from studio.ui.tester.runs.page import RunsPage
from studio.ui.tester.saved.saved_side import SavedSide
from tests.e2e.hand import Hand, until
from tests.e2e.journey import Journey, rows
from tests.fixtures import names
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]


@pytest.fixture
def journey(engine: None, open_window: OpenWindow, tmp_path: Path) -> Journey:
    """At the window on the example, which is served; its own requests are gone, so that a run is short."""
    models = write_example(tmp_path / "data" / "example")
    shutil.rmtree(models.with_name("models.trireme"))
    window = open_window(models)
    until(window.isActiveWindow, 60, "the window never became active")
    found = Journey(window, tmp_path)
    found.hand.key("F5")
    server = found.session.server
    until(lambda: is_ready(server.models.get("image_pipeline", ())), 120, f"not ready: {server.status}")
    return found


def _seen(window: MainWindow, name: str) -> bool:
    return any(each.isVisible() for each in window.findChildren(QWidget, name))


def _save(journey: Journey, hand: Hand) -> None:
    """Ctrl+S, a name, Enter: what came is what is expected."""
    hand.key("ctrl+s")
    until(lambda: _seen(journey.window, names.Saved.DIALOG_NAME), 30, "nobody asked for a name")
    hand.click(hand.find(QWidget, names.Saved.DIALOG_NAME))
    hand.key("ctrl+a")
    hand.type("images/first")
    hand.key("Return")
    saved = journey.session.requests.saved
    until(lambda: saved.names == ("images/first",), 30, "it was not saved")
    until(lambda: _seen(journey.window, names.Saved.VERDICT), 30, "the answer was not judged")


def _change_model(journey: Journey) -> None:
    """The first version takes the place of the second, once it is loaded anew."""
    path = journey.repository / "classifier" / "config.pbtxt"
    beside = path.with_suffix(".new")
    beside.write_text(
        path.read_text("utf-8").replace("latest { num_versions: 2 }", "specific { versions: [ 1 ] }"), "utf-8"
    )
    beside.replace(path)
    journey.hand.key("alt+5")
    until(lambda: _seen(journey.window, names.Served.TABLE), 60, "the models' page did not come")
    table = journey.hand.find(QAbstractItemView, names.Served.TABLE)
    journey.hand.click_row(table, rows(table.model())["classifier"])
    journey.hand.key("ctrl+r")
    until(lambda: "classifier" in journey.session.requests.since_run.models, 60, "the change was not seen")


def _open_text(journey: Journey, saved: SavedSide) -> None:
    """The file of the request in a tab of text."""
    saved.list.tree.choose("images/first")
    journey.hand.click_row(saved.list.tree, saved.list.rows.find("images/first"))
    journey.hand.key("alt+Return")
    until(lambda: isinstance(journey.window.context.front(), FileTab), 30, "its file did not open")
    front = journey.window.context.front()
    assert isinstance(front, FileTab)
    assert '"model": "image_pipeline"' in front.text.edit.toPlainText()


def _open_past(journey: Journey, saved: SavedSide) -> None:
    """The request that was sent first, by a double click in the list of those of the session."""
    journey.window.docks.bottom.show_page("requests")
    table = journey.hand.find(QAbstractItemView, names.Requests.TABLE)
    journey.hand.click_row(table, table.model().index(table.model().rowCount() - 1, 2), times=2)
    until(lambda: saved.opened.name == "" and saved.judged.result is not None, 30, "it was not opened")
    past = journey.session.requests.past.latest[-1]
    assert saved.judged.result is past.result


def test_a_changed_model_is_caught_by_a_saved_request(journey: Journey) -> None:
    hand, window = journey.hand, journey.window
    journey.send_image()
    _save(journey, hand)
    _change_model(journey)
    hand.key("alt+3")
    until(lambda: _seen(window, names.Saved.OFFER_RUN), 30, "no run was offered")
    hand.click(hand.find(QWidget, names.Saved.OFFER_RUN))
    page = window.page("runs")
    assert isinstance(page, RunsPage)
    until(lambda: page.head.state.text() == "1 of 1 not as expected", 60, "the run finds no difference")
    off = {each.output: each for each in journey.session.requests.runs.outcomes["images/first"].verdicts}
    difference = off["probabilities"].difference
    assert difference is not None
    assert difference.absolute > 1e-3
    table = hand.find(QAbstractItemView, names.Runs.TABLE)
    hand.click_row(table, table.model().index(0, 0))
    hand.key("Return")
    saved = window.page("test").findChild(SavedSide)
    assert isinstance(saved, SavedSide)
    until(lambda: saved.verdict.isVisible() and saved.opened.name == "images/first", 30, "it was not opened")
    assert saved.verdict.title.text() == "Not as expected"
    _open_text(journey, saved)
    _open_past(journey, saved)
