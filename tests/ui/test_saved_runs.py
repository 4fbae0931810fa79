"""The page of results, against a real server: what differs is first, kept as expected, compared and exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.ui.tensors.compare.view import DifferenceDialog
from studio.ui.tester.runs.keep_dialog import KeepDialog
from studio.ui.tester.runs.page import RunsPage
from studio.ui.tester.runs.table import ABSOLUTE, ALLOWED, NAME, OUTPUT, WORDS
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until

WRONG = "wrong/zeros"


@pytest.fixture
def folder(example: Path) -> Iterator[RequestFolder]:
    """The requests of the example with one more, whose expectation is off in one place."""
    found = RequestFolder(requests_folder(example))
    tree = json.loads(found.path("classifier-of-zeros").read_text())
    tree["expect"]["probabilities"]["values"][3] = 0.5
    found.write(WRONG, {**tree, "tags": ["wrong"]})
    yield found
    found.path(WRONG).unlink(missing_ok=True)


@pytest.fixture
def page(served: Session, folder: RequestFolder, qtbot: QtBot) -> RunsPage:
    """The page on the running example; nothing was run."""
    served.requests.saved.refresh()
    wait_until(lambda: WRONG in served.requests.saved.names)
    made = RunsPage(served)
    qtbot.addWidget(made)
    made.resize(1180, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _run(page: RunsPage, session: Session) -> None:
    runs = session.requests.runs
    page.run_all()
    wait_until(lambda: not runs.is_running and page.model.rows and page.model.rows[0].outcome is not None)


def _cell(page: RunsPage, row: int, column: int) -> str:
    return str(page.model.index(row, column).data())


@pytest.mark.engine
def test_what_differs_is_first_and_rows_are_filtered_by_kind_tag_and_words(page: RunsPage, served: Session) -> None:
    assert page.empty.title.text() == "Nothing was run yet"
    QTest.mouseClick(part(page, QPushButton, names.Runs.RUN), Qt.MouseButton.LeftButton)
    wait_until(lambda: page.head.state.text() == "1 of 6 not as expected")
    cells = [_cell(page, 0, column) for column in (NAME, OUTPUT, ALLOWED)]
    assert cells == [WRONG, "probabilities", "0.001 + 0.01 %"]
    assert _cell(page, 0, WORDS).startswith("1 of 10 differ, by 0.179 at most")
    assert _cell(page, 0, ABSOLUTE) == "0.179"
    seen: list[QWidget | None] = [page.head.run]
    page.head.run.setFocus()
    for _ in range(5):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    wanted = [page.kinds, page.tag, page.filter, page.table]
    assert [each for each in seen if each in wanted] == wanted, "Tab goes past the head"
    page.kinds.set_value("good")
    page.kinds.changed.emit("good")
    assert WRONG not in [each.name for each in page.model.rows]
    assert len(page.model.rows) == 5
    page.kinds.set_value("all")
    page.tag.setCurrentText("images")
    page.tag.activated.emit(page.tag.currentIndex())
    assert [each.name for each in page.model.rows] == ["images/anchor", "images/buoy"]
    assert page.head.run.text() == "Run images"
    page.filter.setText("buoy")
    wait_until(lambda: [each.name for each in page.model.rows] == ["images/buoy"])
    assert served.requests.runs.seconds > 0


@pytest.mark.engine
def test_what_came_is_kept_as_expected_after_a_look_and_taken_back(
    page: RunsPage, served: Session, folder: RequestFolder, posted: list[Notice]
) -> None:
    _run(page, served)
    before = folder.path(WRONG).read_bytes()
    page.table.choose(WRONG)
    assert page.detail.title.text() == WRONG
    page.keep()
    wait_until(lambda: page.findChild(KeepDialog, names.Runs.KEEP_DIALOG) is not None)
    dialog = part(page, KeepDialog, names.Runs.KEEP_DIALOG)
    lines = part(dialog, QPlainTextEdit, names.Runs.PREVIEW).toPlainText().splitlines()
    assert [line for line in lines if line.startswith("-  ")] == ["-        0.5,"]
    assert [line for line in lines if line.startswith("+  ")] == ["+        0.32076806,"]
    dialog.accept()
    wait_until(lambda: any("expected now" in each.text for each in posted))
    again, undo = next(each for each in posted if "expected now" in each.text).actions
    again[1]()
    wait_until(lambda: served.requests.runs.outcomes[WRONG].state == "passed")
    wait_until(lambda: page.head.state.text() == "6 as expected")
    undo[1]()
    wait_until(lambda: folder.path(WRONG).read_bytes() == before)


@pytest.mark.engine
def test_the_difference_is_shown_place_by_place_and_the_results_are_exported(
    page: RunsPage, served: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(page, served)
    page.table.choose(WRONG)
    page.compare()
    wait_until(lambda: page.findChild(DifferenceDialog, names.Tensors.COMPARE) is not None)
    dialog = part(page, DifferenceDialog, names.Tensors.COMPARE)
    wait_until(lambda: dialog.view.worst)
    assert dialog.view.worst[0] == (0, 3)
    assert dialog.view.tolerance.absolute == 0.001
    dialog.reject()
    target = tmp_path / "report.xml"
    # The system's dialog cannot be pressed by a test.
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.head.export_wanted.emit("junit")
    wait_until(target.exists)
    wait_until(lambda: target.read_text().endswith("</testsuites>\n"))
    assert '<testsuites name="trireme test" tests="6" failures="1" errors="0"' in target.read_text()


@pytest.mark.engine
def test_without_a_server_results_stay_and_a_run_says_why_not(
    page: RunsPage, served: Session, posted: list[Notice]
) -> None:
    _run(page, served)
    served.server.stop()
    wait_until(lambda: not served.server.status.is_running)
    assert page.model.rows[0].name == WRONG
    page.run_all()
    assert any("no server runs" in each.detail for each in posted)
