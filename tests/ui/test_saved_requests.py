"""Saved requests in the tester, against a real server: listed, opened, changed, saved, judged, and their files."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableWidget, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.saved_requests import renewing
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.core.saved_requests.renewing import Written
from studio.engines.engine import Server
from studio.ui.look import theme
from studio.ui.tester import page as tester
from studio.ui.tester.saved.environments import edit_environments
from studio.ui.tester.saved.expected.expected_rows import ExpectedRows
from studio.ui.tester.saved.expected.save_dialog import SaveDialog
from studio.ui.tester.saved.saved_side import SavedSide
from studio.ui.tester.sources.generator import Generator
from studio.ui.tester.sources.typed import TextSource
from studio.ui.widgets import Chooser, NumberField, TextField
from studio.ui.widgets.dialogs import Prompt
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.tensor_samples import tensor


@pytest.fixture
def folder(example: Path) -> RequestFolder:
    """The requests of the example, which the tests change and leave as they were."""
    return RequestFolder(requests_folder(example))


@pytest.fixture
def page(served: Session, qtbot: QtBot, qapp: QApplication) -> tester.TesterPage:
    """The page on the running example."""
    theme.apply(qapp, "dark")
    made = tester.TesterPage(served)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def saved(page: tester.TesterPage, served: Session) -> SavedSide:
    """The saved requests of that page."""
    made = SavedSide(served, page)
    wait_until(lambda: served.requests.saved.names)
    return made


def _open(saved: SavedSide, name: str) -> None:
    saved.list.tree.wanted.emit(name)
    wait_until(lambda: saved.opened.name == name and saved.opened.base is not None)


def _send(page: tester.TesterPage) -> None:
    wait_until(page.header.send.isEnabled)
    page.send_request()
    wait_until(lambda: not page.is_busy)


def _read(session: Session, name: str) -> None:
    """Waits as long as it takes to read the file of a request."""
    found: list[object] = []
    session.requests.saved.read(name, found.append)
    wait_until(lambda: found)


def _dialog(page: tester.TesterPage) -> SaveDialog:
    wait_until(lambda: page.findChild(SaveDialog, names.Saved.DIALOG) is not None)
    return part(page, SaveDialog, names.Saved.DIALOG)


@pytest.mark.engine
def test_a_saved_request_is_opened_sent_and_judged_output_by_output(
    page: tester.TesterPage, saved: SavedSide, served: Session
) -> None:
    assert saved.list.rows.shown == (
        "classifier-of-zeros",
        "images/anchor",
        "images/buoy",
        "texts/distress",
        "texts/fees",
    )
    _open(saved, "images/anchor")
    assert part(page, QLabel, names.Saved.NAME).text() == "images/anchor"
    assert not saved.opened.is_changed
    _send(page)
    wait_until(saved.verdict.isVisible)
    assert saved.verdict.title.text() == "As expected"
    assert saved.verdict.findChild(QPushButton, names.Saved.COMPARE.format("score")) is not None
    assert saved.verdict.findChild(QPushButton, names.Saved.COMPARE.format("probabilities")) is None

    def is_told() -> bool:
        rows = saved.verdict.findChildren(QWidget, names.Saved.VERDICT_ROW.format("label"))
        return any(each.isVisible() for each in rows)

    assert not is_told(), "what is as expected takes the room of what came"
    part(saved.verdict, QPushButton, names.Saved.EACH).click()
    wait_until(is_told)
    page.send_request()
    saved.new()
    wait_until(lambda: not page.is_busy)
    assert served.requests.past.latest[0].result is not None
    assert saved.judged.result is None
    assert not page.outputs.outputs, "an answer is shown under another request"


@pytest.mark.engine
def test_a_change_is_marked_kept_for_later_saved_as_few_lines_and_taken_back(
    page: tester.TesterPage, saved: SavedSide, folder: RequestFolder, served: Session
) -> None:
    before = folder.path("texts/fees").read_bytes()
    _open(saved, "texts/fees")
    card = page.inputs.inputs[0]
    source = next(each for each in card.sources if isinstance(each, TextSource))
    card.chooser.setCurrentIndex(card.sources.index(source))
    source.field.setPlainText("what are the fees now")
    wait_until(lambda: saved.opened.is_changed)
    _open(saved, "texts/distress")
    wait_until(lambda: "texts/fees" in saved.opened.drafts.names)
    assert saved.opened.changed_names == {"texts/fees"}
    _open(saved, "texts/fees")
    wait_until(lambda: saved.opened.is_changed)
    assert not saved.opened.drafts.names
    # Back before the other one was read, and changed in the moment before it is left.
    saved.opened.open("texts/distress")
    saved.opened.open("texts/fees")
    _read(served, "texts/distress")
    assert (saved.opened.name, saved.opened.drafts.names) == ("texts/fees", frozenset())
    source.field.setPlainText("what were the fees")
    saved.opened.open("texts/distress")
    wait_until(lambda: saved.opened.name == "texts/distress")
    _open(saved, "texts/fees")
    wait_until(lambda: source.field.toPlainText() == "what were the fees" and saved.opened.is_changed)
    source.field.setPlainText("what are the fees now")
    page.save()
    wait_until(lambda: not saved.opened.is_changed)
    own = folder.read("texts/fees").own
    was = json.loads(before)
    assert own["inputs"]["text"]["values"] == ["what are the fees now"]
    assert {**own, "inputs": None} == {**was, "inputs": None}
    folder.path("texts/fees").write_bytes(before)
    saved.opened.revert()
    wait_until(lambda: saved.opened.base is not None)
    assert not saved.opened.is_changed


@pytest.mark.engine
def test_a_request_is_saved_with_what_came_as_what_is_expected(
    page: tester.TesterPage, saved: SavedSide, folder: RequestFolder
) -> None:
    page.select("classifier")
    wait_until(lambda: page.metadata is not None and page.metadata.name == "classifier")
    _send(page)
    page.save()
    dialog = _dialog(page)
    name = part(dialog, TextField, names.Saved.DIALOG_NAME)
    assert name.text() == "classifier"
    name.setText("images/anchor")
    dialog.accept()
    assert "already" in part(dialog, QLabel, names.Saved.DIALOG_PROBLEM).text()
    name.setText("made/random")
    part(dialog, TextField, names.Saved.DIALOG_TAGS).setText("fast, fast, made")
    part(dialog, NumberField, names.Saved.ABSOLUTE.format("probabilities")).set_value(0.25)
    dialog.accept()
    wait_until(lambda: saved.opened.name == "made/random" and saved.verdict.isVisible())
    own: dict[str, Any] = dict(folder.read("made/random").own)
    assert own["tags"] == ["fast", "made"]
    assert (own["expect"]["probabilities"]["is"], own["expect"]["probabilities"]["absolute"]) == ("close", 0.25)
    assert [each["generate"] for each in own["inputs"].values()] == ["random"]
    # Under another name it says the same, with what was expected as it was.
    saved.keeping.save_as()
    dialog = _dialog(page)
    part(dialog, TextField, names.Saved.DIALOG_NAME).setText("made/again")
    dialog.accept()
    wait_until(lambda: saved.opened.name == "made/again" and saved.opened.file is not None)
    again: dict[str, Any] = dict(folder.read("made/again").own)
    # The file of what is expected is its own.
    assert {**again, "expect": None} == {**own, "expect": None}
    assert again["expect"]["probabilities"]["absolute"] == 0.25
    saved.files.remove(("made/again",))
    wait_until(lambda: "made/again" not in saved.list.rows.shown and not saved.opened.name)
    _open(saved, "made/random")
    _send(page)
    wait_until(saved.verdict.isVisible)
    saved.keeping.expect()
    dialog = _dialog(page)
    part(dialog, Chooser, names.Saved.WAY.format("probabilities")).setCurrentText("by best classes")
    dialog.accept()
    wait_until(lambda: folder.read("made/random").own["expect"]["probabilities"]["is"] == "top")
    saved.files.remove(("made/random",))
    wait_until(lambda: "made/random" not in saved.list.rows.shown and not saved.opened.name)


@pytest.mark.engine
def test_a_request_that_is_left_while_it_is_saved_is_saved_and_stays_left(
    page: tester.TesterPage,
    saved: SavedSide,
    folder: RequestFolder,
    served: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads: list[bool] = []
    real = renewing.updated
    go_on = threading.Event()

    def noted(*given: Any) -> Written:
        threads.append(threading.current_thread() is threading.main_thread())
        if given[0] == "texts/fees":
            go_on.wait(20)
        return real(*given)

    monkeypatch.setattr(renewing, "updated", noted)
    _open(saved, "texts/fees")
    before = {name: folder.path(name).read_bytes() for name in ("texts/fees", "texts/distress")}
    try:
        page.header.protocol.set_value("grpc")
        page.save()
        page.save()
        _open(saved, "texts/distress")
        page.header.protocol.set_value("grpc")
        page.save()
        wait_until(lambda: folder.read("texts/distress").own.get("protocol") == "grpc")
        saved.new()
        go_on.set()
        wait_until(lambda: len(threads) == 3 and folder.read("texts/fees").own.get("protocol") == "grpc")
        _read(served, "texts/fees")
        assert (saved.opened.name, saved.opened.base, threads) == ("", None, [False] * 3)
        saved.keeping.save_as()
        dialog = _dialog(page)
        part(dialog, TextField, names.Saved.DIALOG_NAME).setText("made/copy")
        _open(saved, "texts/distress")
        dialog.accept()
        wait_until(lambda: "made/copy" in served.requests.saved.names)
        assert saved.opened.name == "texts/distress"
    finally:
        go_on.set()
        for name, data in before.items():
            folder.path(name).write_bytes(data)
        folder.path("made/copy").unlink(missing_ok=True)


@pytest.mark.engine
def test_files_are_renamed_copied_removed_and_brought_back(
    page: tester.TesterPage, saved: SavedSide, folder: RequestFolder, posted: list[Notice], served: Session
) -> None:
    before = {path.name: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}
    saved.files.duplicate("images/buoy")
    wait_until(lambda: saved.opened.name == "images/buoy 2" and saved.opened.base is not None)
    saved.list.tree.choose("images/buoy 2")
    saved.files.remove(saved.list.tree.chosen())
    wait_until(lambda: "images/buoy 2" not in served.requests.saved.names)
    undo = next(each for each in posted if each.text == "Removed images/buoy 2")
    undo.actions[0][1]()
    wait_until(lambda: "images/buoy 2" in served.requests.saved.names)
    saved.files.rename("images/buoy 2")
    prompt = part(page, Prompt, "prompt")
    prompt.field.setText("again/buoy")
    prompt.accept()
    wait_until(lambda: "again/buoy" in served.requests.saved.names)
    assert "images/buoy 2" not in served.requests.saved.names
    undo = next(each for each in posted if each.text == "Renamed to again/buoy")
    undo.actions[0][1]()
    wait_until(lambda: "images/buoy 2" in served.requests.saved.names)
    saved.files.remove(("images/buoy 2",))
    wait_until(lambda: "images/buoy 2" not in served.requests.saved.names)
    assert {path.name: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()} == before


@pytest.mark.engine
def test_the_list_is_filtered_by_words_and_tags_and_tells_broken_files(
    page: tester.TesterPage, saved: SavedSide, folder: RequestFolder
) -> None:
    rows = saved.list
    QTest.keyClicks(rows.tree, "fees")
    wait_until(lambda: rows.rows.shown == ("texts/fees",))
    QTest.keyClick(rows.filter, Qt.Key.Key_Escape)
    QTest.mouseClick(part(rows, QPushButton, names.Saved.TAG.format("images")), Qt.MouseButton.LeftButton)
    wait_until(lambda: rows.rows.shown == ("images/anchor", "images/buoy"))
    QTest.mouseClick(part(rows, QPushButton, names.Saved.TAG.format("images")), Qt.MouseButton.LeftButton)
    broken = folder.root / "broken.json"
    try:
        broken.with_suffix(".new").write_text('{\n "model": "classifier",\n "inputs": 3\n}')
        broken.with_suffix(".new").replace(broken)
        wait_until(lambda: "broken" in rows.rows.shown)
        index = rows.rows.find("broken")
        assert str(index.data(Qt.ItemDataRole.ToolTipRole)).endswith("line 3: inputs is 3")
    finally:
        broken.unlink()
    wait_until(lambda: "broken" not in rows.rows.shown)


@pytest.mark.engine
def test_an_attached_server_without_a_folder_has_requests_of_its_own(
    real_server: Server, open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session()
    page = tester.TesterPage(session)
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show()
    saved = SavedSide(session, page)
    assert saved.list.empty.title.text() == "Nowhere to save"
    session.server.attach(real_server.addresses)
    wait_until(lambda: session.requests.saved.folder is not None)
    wait_until(lambda: saved.list.empty.title.text() == "No request is saved yet")
    page.select("classifier")
    wait_until(lambda: page.metadata is not None and page.metadata.name == "classifier")
    page.save()
    dialog = _dialog(page)
    dialog.accept()
    wait_until(lambda: session.requests.saved.names == ("classifier",))


@pytest.mark.engine
def test_a_request_of_before_opens_with_its_answer_and_outlives_the_server(
    page: tester.TesterPage, saved: SavedSide, served: Session
) -> None:
    page.select("classifier")
    wait_until(lambda: page.metadata is not None and page.metadata.name == "classifier")
    _send(page)
    generator = next(each for each in page.inputs.inputs[0].sources if isinstance(each, Generator))
    generator.kind.set_value("zeros")
    _send(page)
    second, first = served.requests.past.latest[:2]
    assert first.result is not None
    saved.show_past(first)
    wait_until(lambda: _shown(page) is first.result.outputs[0].array if first.result else False)
    served.server.stop()
    wait_until(lambda: page.is_offline)
    assert _shown(page) is first.result.outputs[0].array
    assert not page.header.send.isEnabled()
    saved.show_past(second)
    assert second.result is not None
    assert _shown(page) is second.result.outputs[0].array
    assert page.inputs.inputs[0].info.name == "pixels"


def _shown(page: tester.TesterPage) -> object:
    return page.outputs.outputs[0].tensor.array if page.outputs.outputs else None


@pytest.mark.engine
def test_what_another_program_writes_is_taken_or_told(
    page: tester.TesterPage, saved: SavedSide, folder: RequestFolder
) -> None:
    path = folder.path("texts/fees")
    before = path.read_bytes()
    _open(saved, "texts/fees")

    def write(text: str) -> None:
        beside = path.with_suffix(".new")
        beside.write_bytes(before.replace(b"fees", text.encode()))
        beside.replace(path)

    try:
        write("dues")
        wait_until(lambda: saved.opened.file is not None and "dues" in str(saved.opened.file.own))
        wait_until(lambda: saved.opened.base is not None)
        assert saved.opened.other is None
        page.header.protocol.set_value("grpc")
        page.header.protocol.changed.emit("grpc")
        wait_until(lambda: saved.opened.is_changed)
        write("costs")
        wait_until(lambda: saved.opened.other is not None)
        assert part(saved.bar, QLabel, names.Saved.CHANGED).text().startswith("Another program changed its file")
        QTest.mouseClick(part(saved.bar, QPushButton, names.Saved.TAKE), Qt.MouseButton.LeftButton)
        wait_until(lambda: saved.opened.base is not None and "costs" in str(saved.opened.file))
        assert page.header.protocol.value() == "http"
        page.header.protocol.set_value("grpc")
        page.header.protocol.changed.emit("grpc")
        wait_until(lambda: saved.opened.is_changed)
        write("prices")
        wait_until(lambda: saved.opened.other is not None)
        page.save()
        wait_until(lambda: not saved.opened.is_changed)
        assert "costs" in str(folder.read("texts/fees").own), "what another program wrote was kept"
    finally:
        path.with_suffix(".new").write_bytes(before)
        path.with_suffix(".new").replace(path)


def test_variables_of_what_is_expected_stay_as_they_were_written(qtbot: QtBot) -> None:
    outputs = tuple(tensor(np.arange(4, dtype=np.float32), name=name) for name in "abcde")
    before: dict[str, dict[str, Any]] = {
        "a": {"is": "close", "absolute": "${TOL}", "relative": 0.5},
        "b": {"is": "top", "classes": "${BEST}"},
        "c": {"is": "close", "absolute": "${TOL}", "relative": "${REL}"},
        "d": {"is": "${WAY}", "absolute": 0.5, "shape": [4], "type": "FP32", "values": [0, 0, 0, 0]},
        "e": {"is": "${WAY}", "classes": [0, 1]},
    }
    rows = ExpectedRows(outputs, before, is_new=False)
    qtbot.addWidget(rows)
    rows.rows[2].absolute.set_value(0.25)
    wanted, ways = rows.expected()
    expect = renewing.expecting("one", {}, wanted, ways).tree["expect"]
    assert (expect["a"]["absolute"], expect["a"]["relative"]) == ("${TOL}", 0.5)
    assert expect["b"] == before["b"]
    assert (expect["c"]["absolute"], expect["c"]["relative"]) == (0.25, "${REL}")
    assert expect["d"] == {**before["d"], "values": [0, 1, 2, 3]}
    assert expect["e"] == {"is": "${WAY}", "classes": [3, 2]}


@pytest.mark.engine
def test_environments_are_edited_chosen_and_say_what_is_not_set(
    saved: SavedSide, folder: RequestFolder, served: Session
) -> None:
    row = saved.list.environment
    assert row.isHidden()
    try:
        folder.write("by hand", {"model": "classifier", "version": "${VERSION}", "inputs": {}})
        served.requests.saved.refresh()
        wait_until(lambda: not row.isHidden())
        unset = part(row, QLabel, names.Saved.UNSET)
        assert unset.text() == "Not set without an environment: VERSION"
        dialog = edit_environments(saved.list, served.requests.saved)
        assert dialog is not None
        dialog.add_environment("staging")
        table = part(dialog, QTableWidget, names.Saved.ENVIRONMENT_TABLE)
        cells = table.model()
        assert [cells.index(0, column).data() for column in (0, 1)] == ["not set", "not set"]
        cells.setData(cells.index(0, 1), '"2"')
        assert dialog.values() == {"local": {}, "staging": {"VERSION": "2"}}
        dialog.accept()
        wait_until(lambda: "staging" in served.requests.saved.environments)
        row.chooser.setCurrentText("staging")
        row.chooser.activated.emit(row.chooser.currentIndex())
        wait_until(lambda: served.requests.saved.entries["by hand"].is_good)
        assert unset.isHidden()
        # What is open takes the values of another environment.
        words = {"text": {"type": "BYTES", "shape": [1, 1], "values": ["${WORDS}"]}}
        folder.write("by hand", {"model": "text_pipeline", "inputs": words})
        folder.write_environments({"one": {"WORDS": "first"}, "two": {"WORDS": "second"}})
        served.requests.saved.refresh()
        wait_until(lambda: "two" in served.requests.saved.environments)
        served.requests.saved.choose_environment("one")
        _open(saved, "by hand")
        served.requests.saved.choose_environment("two")
        page = saved.parent()
        assert isinstance(page, tester.TesterPage)
        wait_until(lambda: saved.opened.base is not None)
        assert page.plan_now()().inputs[0].array.ravel().tolist() == [b"second"]
        # One more environment, with the same values in this one, lets what is open be.
        base = saved.opened.base
        folder.write_environments({"two": {"WORDS": "second"}, "three": {"WORDS": "third"}})
        served.requests.saved.refresh()
        wait_until(lambda: "three" in served.requests.saved.environments)
        assert saved.opened.base is base
    finally:
        folder.path("by hand").unlink()
        (folder.root / "environments.json").unlink(missing_ok=True)


@pytest.mark.engine
def test_the_list_folds_where_there_is_no_room_and_comes_back_by_a_press(
    page: tester.TesterPage, saved: SavedSide
) -> None:
    assert saved.list.isVisible()
    page.resize(900, 600)
    wait_until(lambda: not saved.list.isVisible())
    QTest.mouseClick(part(saved.bar, QToolButton, names.Saved.FOLD), Qt.MouseButton.LeftButton)
    assert saved.list.isVisible()
    page.resize(880, 600)
    assert saved.list.isVisible()
