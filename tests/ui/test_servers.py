"""Several servers in the window: which one is current is seen everywhere, and changed by mouse, key and menu."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.app.serving.connection import Health
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import InferRequest
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, State
from studio.core.serving.saved import SavedConnection
from studio.ui.monitor.page import MonitorPage
from studio.ui.requests.panel import SERVER, RequestsPanel
from studio.ui.room.place import PagePlace
from studio.ui.server.log_panel.panel import LogPanel
from studio.ui.server.models_line import ModelsLine
from studio.ui.server.several.server_list import ServerList, ServerRow
from studio.ui.server.status import ServerEntry
from studio.ui.shell.frame.server_line import ServerLine
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import LinkButton, Pill
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow


@pytest.fixture
def first() -> Iterator[ProtocolServer]:
    with protocol_server("one") as server:
        yield server


@pytest.fixture
def second() -> Iterator[ProtocolServer]:
    with protocol_server("one", "two") as server:
        yield server


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    python_model(tmp_path / "models")
    return open_window(tmp_path / "models")


def attached(session: Session, server: ProtocolServer, name: str, colour: str) -> ServerControl:
    """The life of a server that the session attached to just now by a connection of that name."""
    connection = SavedConnection(name, server.address, colour=colour)
    session.server.attach(connection.addresses({}), connection)
    made = session.server.current
    wait_until(lambda: made.status.state is State.READY and made.models)
    return made


def waiting_launch(session: Session, folder: Path) -> ServerControl:
    """A launch of a folder that waits for a person's yes: it is there, and nothing runs yet."""
    if not folder.exists():
        python_model(folder)
    session.server.consent.ask = lambda _question, _answer: None
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, folder))
    return session.server.current


def texts(window: MainWindow) -> list[str]:
    """The lines of the chooser in the top bar."""
    chooser = window.top.servers
    chooser.opening.emit()
    return [action.text() for action in chooser.menu.actions() if action.text()]


def test_the_chooser_names_the_current_server_and_switches(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer
) -> None:
    session = window.need_session()
    staging = attached(session, first, "Staging", "amber")
    attached(session, second, "Production", "red")
    assert window.top.servers.text() == "Production"
    assert "one of 2 servers" in window.top.servers.accessibleDescription()
    assert [text.partition(" –")[0] for text in texts(window)[:2]] == ["Staging", "Production"]
    window.top.servers.menu.actions()[0].trigger()
    assert session.server.current is staging
    assert window.top.servers.text() == "Staging"


def test_keys_and_the_menu_go_from_server_to_server(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer, qtbot: QtBot
) -> None:
    session = window.need_session()
    one = attached(session, first, "Staging", "amber")
    assert not window.commands.action("next_server").isEnabled()
    two = attached(session, second, "Production", "red")
    wait_until(window.commands.action("next_server").isEnabled)
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
    assert session.server.current is one
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_F6, modifiers)
    assert session.server.current is two
    listed = {entry.text: entry for entry in window.commands.entries()}
    (palette,) = [entry for text, entry in listed.items() if text.startswith("Current server: Production")]
    session.servers.choose(one)
    palette.run()
    assert session.server.current is two
    menu = window.commands.submenus["choose_server"]
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert session.server.current is one


def test_the_page_lists_servers_with_what_can_be_done_to_each(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer, qtbot: QtBot
) -> None:
    session = window.need_session()
    window.context.show(PagePlace("serve"))
    listed = part(window, ServerList, names.Serve.SERVERS)
    attached(session, first, "Staging", "amber")
    assert listed.isHidden(), "one server needs no list"
    attached(session, second, "Production", "red")
    assert not listed.isHidden()
    row = part(window, ServerRow, names.Serve.SERVER.format("Staging"))
    assert row.stop.text() == "Detach"
    assert row.state.text() == "Running"
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert session.servers.identity(session.server.current).name == "Staging"
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    wait_until(lambda: row.close_.isVisible())
    assert row.state.text() == "Stopped"
    assert part(window, ModelsLine, names.Serve.MODELS).words.text() == "This server is stopped"
    told = [label.text() for label in part(window, ServerEntry, names.Status.SERVER).findChildren(QLabel)]
    assert "Staging is stopped" in told
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    wait_until(lambda: listed.isHidden())
    assert session.servers.identity(session.server.current).name == "Production"


def test_what_is_elsewhere_has_a_band_in_its_colour(window: MainWindow, first: ProtocolServer) -> None:
    session = window.need_session()
    attached(session, first, "Mine", "violet")
    band = window.top.grab().toImage().pixelColor(5, window.top.height() - 2)
    with protocol_server("one", host="0.0.0.0") as there:  # noqa: S104 - it is the machine's name that matters
        session.server.attach(there.address_by_name)
        wait_until(
            lambda: session.server.status.is_running and not session.servers.identity(session.server.current).is_here
        )
        assert window.top.grab().toImage().pixelColor(5, window.top.height() - 2) != band
        session.servers.choose_next()
        assert window.top.grab().toImage().pixelColor(5, window.top.height() - 2) == band


def test_the_line_above_a_page_names_server_and_folder(window: MainWindow, tmp_path: Path) -> None:
    session = window.need_session()
    line = part(window, ServerLine, names.Shell.SERVER_LINE)
    assert line.isHidden()
    assert session.repository is not None
    waiting_launch(session, session.repository.path)
    assert line.isHidden(), "the models' tabs speak of no server"
    window.context.show(PagePlace("monitor"))
    assert line.isVisible()
    assert line.name.text() == f"{tmp_path.name}/models"
    assert str(session.repository.path) in part(window, QLabel, names.Shell.SERVER_LINE_FOLDER).text()
    assert part(window, LinkButton, names.Shell.SERVER_LINE_RESTART).isHidden()


def test_where_another_folder_is_open_one_press_serves_that(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.need_session()
    assert session.repository is not None
    window.context.show(PagePlace("monitor"))
    other = waiting_launch(session, tmp_path / "other")
    launched: list[LaunchSpec] = []
    monkeypatch.setattr(other, "launch", launched.append)
    restart = part(window, LinkButton, names.Shell.SERVER_LINE_RESTART)
    assert restart.isVisible()
    wait_until(window.commands.action("restart_here").isEnabled)
    restart.click()
    assert [spec.repository for spec in launched] == [session.repository.path]


def test_where_the_open_folder_has_a_server_one_press_shows_that(window: MainWindow, tmp_path: Path) -> None:
    session = window.need_session()
    assert session.repository is not None
    window.context.show(PagePlace("test"))
    here = waiting_launch(session, session.repository.path)
    waiting_launch(session, tmp_path / "other")
    assert part(window, LinkButton, names.Shell.SERVER_LINE_RESTART).isHidden()
    switch = part(window, LinkButton, names.Shell.SERVER_LINE_SWITCH)
    assert switch.text() == f"Switch to {tmp_path.name}/models"
    switch.click()
    assert session.server.current is here
    assert switch.isHidden()


def test_each_server_keeps_its_log_and_where_it_was_left(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer
) -> None:
    session = window.need_session()
    panel = window.context.panel("log")
    assert isinstance(panel, LogPanel)
    one = attached(session, first, "Staging", "amber")
    two = attached(session, second, "Production", "red")
    one.server_logged([LogLine("I", f"line {number} of the first") for number in range(500)])
    two.server_logged([LogLine("E", "of the second")])
    assert [line.text for line in panel.model.shown()] == ["of the second"]
    session.servers.choose(one)
    assert len(panel.model.shown()) == 500
    panel.follow.setChecked(False)
    panel.filter.setText("line 4")
    shown = len(panel.model.shown())
    assert shown == 111
    session.servers.choose(two)
    assert panel.follow.isChecked()
    assert panel.model.shown() == [], "the filter holds for every log"
    one.server_logged([LogLine("I", "line 4 came later")])
    session.servers.choose(one)
    assert len(panel.model.shown()) == shown + 1
    assert not panel.follow.isChecked()
    session.servers.close(two)
    wait_until(lambda: len(session.servers.all) == 1)
    assert len(panel.model.shown()) == shown + 1


def test_requests_say_which_server_they_went_to(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer
) -> None:
    session = window.need_session()
    panel = window.context.panel("requests")
    assert isinstance(panel, RequestsPanel)
    one = attached(session, first, "Staging", "amber")
    attached(session, second, "Production", "red")
    heard: list[object] = []
    session.server.infer(InferRequest("two", ()), heard.append)
    session.servers.choose(one)
    wait_until(lambda: heard)
    session.server.infer(InferRequest("one", ()), heard.append)
    wait_until(lambda: len(heard) == 2)
    assert [panel.model.index(row, SERVER).data() for row in range(2)] == ["Staging", "Production"]


def test_marks_of_reloads_stay_with_their_server(
    window: MainWindow, first: ProtocolServer, second: ProtocolServer
) -> None:
    session = window.need_session()
    page = window.context.show(PagePlace("monitor"))
    assert isinstance(page, MonitorPage)
    one = attached(session, first, "Staging", "amber")
    attached(session, second, "Production", "red")
    now = time.time()
    one.server_logged([LogLine("I", "successfully loaded 'one'", time=now - at) for at in (20, 10)])
    assert page.marks.within(session.sampler, page.span.window()) == []
    session.servers.choose(one)
    page.span.follow(time.monotonic())
    assert [mark.text for mark in page.marks.within(session.sampler, page.span.window())] == ["one reloaded"]


@pytest.mark.parametrize("gone", ["", "nothing listens there"])
def test_a_server_that_falls_silent_is_said_to_wherever_its_state_stands(
    window: MainWindow, first: ProtocolServer, gone: str
) -> None:
    session = window.need_session()
    server = attached(session, first, "staging", "blue")
    window.context.show(PagePlace("serve"))
    pill = part(window, Pill, names.Serve.STATE)
    wait_until(lambda: pill.text() == "Running")
    first.goes_on.clear()
    server.server_checked(Health(False, problem="no answer", gone=gone))
    assert pill.text() == "Does not answer"
    assert part(window, QLabel, names.Status.MODELS).text() == "does not answer"
    assert part(window, ModelsLine, names.Serve.MODELS).words.text() == "Not known: the server does not answer"
    assert any("does not answer" in text for text in texts(window))
    window.context.show(PagePlace("monitor"))
    wait_until(lambda: part(window, Pill, names.Monitor.STATE).text() == "Does not answer")
