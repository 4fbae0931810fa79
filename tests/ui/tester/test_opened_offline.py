"""A saved request opens without a server, by what the repository and its file say; it is sent as soon as one runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.files.saving import sibling
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.engines.engine import Server
from studio.ui.look import theme
from studio.ui.tester import page as tester
from studio.ui.tester.saved.saved_side import SavedSide
from studio.ui.tester.sources.typed import TextSource
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until


@pytest.fixture
def own_example(example: Path, tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    made = tmp_path / example.name
    for folder, copied in ((example, made), (sibling(example), sibling(made))):
        shutil.copytree(folder, copied)
    return made


@pytest.fixture
def without_server(own_example: Path, open_session: OpenSession) -> Session:
    """A session on the example, of which no server runs."""
    return open_session(own_example)


@pytest.fixture
def saved(without_server: Session, qtbot: QtBot, qapp: QApplication) -> SavedSide:
    """The saved requests of a tester."""
    theme.apply(qapp, "dark")
    page = tester.TesterPage(without_server)
    qtbot.addWidget(page)
    page.resize(1280, 720)
    with qtbot.waitExposed(page):
        page.show()
    made = SavedSide(without_server, page)
    wait_until(lambda: without_server.requests.saved.names)
    return made


def _page(saved: SavedSide) -> tester.TesterPage:
    found = saved.parent()
    assert isinstance(found, tester.TesterPage)
    return found


def _open(saved: SavedSide, name: str) -> None:
    saved.list.tree.wanted.emit(name)
    wait_until(lambda: saved.opened.name == name and saved.opened.base is not None)


@pytest.mark.engine
def test_a_request_opens_without_a_server_and_keeps_its_changes_when_one_comes(
    saved: SavedSide, without_server: Session, real_server: Server
) -> None:
    page = _page(saved)
    _open(saved, "texts/fees")
    assert page.stack.currentWidget() is not page.empty
    assert [card.info.name for card in page.inputs.inputs] == ["text"]
    assert not page.header.send.isEnabled()
    assert page.header.send.toolTip() == "no server runs. Launch one, or attach to one."
    card = page.inputs.inputs[0]
    source = next(each for each in card.sources if isinstance(each, TextSource))
    card.chooser.setCurrentIndex(card.sources.index(source))
    source.field.setPlainText("what are the fees now")
    wait_until(lambda: saved.opened.is_changed)
    without_server.server.attach(real_server.addresses)
    wait_until(page.header.send.isEnabled)
    wait_until(lambda: saved.opened.base is not None and saved.opened.is_changed)
    made = page.plan_now()().inputs[0].array.ravel().tolist()
    assert made == [b"what are the fees now"]
    saved.opened.revert()
    wait_until(lambda: saved.opened.base is not None and not saved.opened.is_changed)
    page.send_request()
    wait_until(lambda: saved.verdict.isVisible())
    assert saved.verdict.title.text() == "As expected"


@pytest.mark.engine
def test_a_request_of_a_model_that_the_server_has_not_opens_by_its_own_tensors(
    saved: SavedSide, without_server: Session, own_example: Path, real_server: Server
) -> None:
    page = _page(saved)
    folder = RequestFolder(requests_folder(own_example))
    values = {"x": {"type": "FP32", "shape": [2], "values": [1, 2]}}
    folder.write("elsewhere", {"model": "elsewhere", "inputs": values})
    wait_until(lambda: "elsewhere" in without_server.requests.saved.names)
    without_server.server.attach(real_server.addresses)
    wait_until(lambda: page.header.model.count() == 7)
    _open(saved, "elsewhere")
    assert page.header.send.toolTip().startswith("elsewhere is not ready on the server.")
    assert page.header.model.count() == 8
    # Another look at the server changes nothing of it.
    without_server.server.models_changed.emit(without_server.server.models)
    assert (page.is_offline, saved.opened.name) == (True, "elsewhere")
    page.header.model.setCurrentText("classifier")
    wait_until(page.header.send.isEnabled)
    wait_until(lambda: saved.opened.name == "")
    assert page.header.model.count() == 7
