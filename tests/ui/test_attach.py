"""Attaching by the dialog, and what tells a server elsewhere from one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.inference.requests import ModelState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports, State
from studio.core.serving.saved import SavedConnection
from studio.engines.engine import Server
from studio.ui.room.place import PagePlace, ServerPlace
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import shown_of
from studio.ui.server.attach import AttachDialog
from studio.ui.server.colours import ConnectionBadge
from studio.ui.server.connection_line import ConnectionLine
from studio.ui.shell.window import MainWindow
from studio.ui.tester.header import Header
from studio.ui.widgets import LinkButton, Switch
from studio.ui.widgets.dialogs import Question
from tests.client.server import free_port
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_repository

FAR = SavedConnection("Production", "triton.example:8000", colour="red")
SECRET = "planted-19d0"


def dialog_of(window: MainWindow) -> AttachDialog:
    window.context.run("attach")
    return part(window, AttachDialog, names.Attach.DIALOG)


def write(dialog: QWidget, key: str, text: str, qtbot: QtBot) -> None:
    field = part(dialog, QLineEdit, names.Attach.FIELD.format(key))
    field.clear()
    qtbot.keyClicks(field, text)


def press(dialog: QWidget, key: str) -> None:
    part(dialog, QPushButton, f"answer.{key}").click()


def session_of(window: MainWindow) -> Session:
    assert window.session is not None
    return window.session


def test_a_connection_is_written_kept_and_forgotten(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    dialog = dialog_of(window)
    write(dialog, "http", "triton.example:8000", qtbot)
    changes = part(dialog, Switch, names.Attach.CHANGES)
    assert not changes.isChecked(), "a server elsewhere is not read-only"
    press(dialog, "save")
    assert "Give it a name" in dialog.reason.text()
    write(dialog, "name", "Production", qtbot)
    dialog.fields.colour.choose(5)
    part(dialog, QPushButton, names.Attach.ADD_HEADER).click()
    qtbot.keyClicks(part(dialog, QLineEdit, names.Attach.HEADER.format(0)), "Authorization")
    value = part(dialog, QLineEdit, names.Attach.HEADER_VALUE.format(0))
    qtbot.keyClicks(value, SECRET)
    assert value.echoMode() is QLineEdit.EchoMode.Password
    press(dialog, "save")
    connections = session_of(window).connections
    assert connections.all == (
        SavedConnection("Production", "triton.example:8000", colour="red", headers=("Authorization",)),
    )
    told: list[dict[str, str]] = []
    connections.secrets(connections.all[0], told.append)
    assert told == [{"header Authorization": SECRET}]
    settings().flush()
    assert SECRET not in settings().path.read_text("utf-8")
    assert dialog.known.currentText() == "Production"
    part(dialog, QPushButton, names.Attach.FORGET).click()
    assert not connections.all
    press(dialog, "")


def _press_in_vain(window: MainWindow, qtbot: QtBot, posted: list[Notice]) -> None:
    """The keys that load and unload say why they do nothing."""
    page = window.context.show(PagePlace("served"))
    assert isinstance(page, ServedPage)
    page.table.choose("tokenizer")
    page.table.setFocus()
    for key, modifier, said in (
        (Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier, "Load or reload: not now"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "Unload: not now"),
    ):
        qtbot.keyClick(page.table, key, modifier)
        assert posted[-1].text == said
        assert "Live is read-only here" in posted[-1].detail


@pytest.mark.engine
def test_attaching_to_two_servers_one_read_only(
    open_window: OpenWindow, real_server: Server, qtbot: QtBot, posted: list[Notice]
) -> None:
    window = open_window()
    session = session_of(window)
    there = real_server.addresses
    where = (there.grpc, there.http, there.metrics)
    session.connections.save(SavedConnection("Live", *where, colour="red", read_only=True), {})
    session.connections.save(SavedConnection("Workstation", *where, colour="green"), {})
    badge = part(window, ConnectionBadge, names.Status.CONNECTION)
    dialog = dialog_of(window)
    dialog.known.setCurrentText("Live")
    dialog.known.activated.emit(dialog.known.currentIndex())
    press(dialog, "yes")
    wait_until(lambda: bool(session.server.models), 60)
    assert window.focusWidget() is part(window, LinkButton, names.Serve.ALL_MODELS)
    assert badge.text() == "Live · read-only"
    found = session.server.status.addresses
    assert (found.http, found.grpc, found.metrics) == (there.http, there.grpc, there.metrics)
    session.server.unload("tokenizer")
    assert "Live is read-only here" in posted[-1].detail
    _press_in_vain(window, qtbot, posted)
    line = part(window, ConnectionLine, names.Serve.CONNECTION)
    assert not line.changes.isChecked()
    session.connections.attach("Workstation")
    wait_until(lambda: badge.text() == "Workstation" and bool(session.server.models), 60)
    assert not session.server.guard.refusal
    assert line.words.text().startswith("on this machine")
    session.connections.save(SavedConnection("Half", there.http, colour="blue"), {})
    window.context.show(ServerPlace("Half"))
    wait_until(lambda: badge.text() == "Half" and bool(session.server.models), 60)
    assert line.words.text().endswith("no gRPC, no metrics")
    assert "gRPC: " in line.toolTip()
    again = dialog_of(window)
    again.known.setCurrentIndex(0)
    again.known.activated.emit(0)
    assert part(again, QLineEdit, names.Attach.FIELD.format("http")).text() == ""
    press(again, "yes")
    assert again.reason.text()
    press(again, "")
    session.server.stop()
    wait_until(lambda: badge.text() == "")


def test_models_elsewhere_are_asked_only_where_a_switch_says_so(open_window: OpenWindow) -> None:
    window = open_window()
    session = session_of(window)
    session.connections.save(FAR, {})
    window.context.run("serve")
    session.server.guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=FAR.addresses({})), FAR)
    switch = part(window, Switch, names.Serve.ALLOW_REQUESTS)
    assert not switch.isChecked()
    for allowed in (True, False):
        switch.click()
        assert session.server.guard.may_ask is switch.isChecked() is allowed
        kept = session.connections.find(FAR.name)
        assert kept is not None
        assert kept.asked is allowed


def test_a_change_elsewhere_is_allowed_and_then_asked_about_by_the_servers_name(
    open_window: OpenWindow, posted: list[Notice]
) -> None:
    window = open_window()
    session = session_of(window)
    window.context.run("serve")
    session.server.guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=FAR.addresses({})), FAR)
    page = window.page("served")
    assert isinstance(page, ServedPage)
    shown = shown_of(session, "m")
    ready = replace(shown, rows=(ModelState("m", "1", "READY", ""),))
    page.head.show_chosen([ready], 1)
    assert not page.head.unload.isEnabled()
    assert "Production is read-only here" in page.head.unload.toolTip()
    part(window, Switch, names.Serve.ALLOW_CHANGES).click()
    page.head.show_chosen([ready], 1)
    assert page.head.unload.isEnabled()
    session.server.unload("m")
    wait_until(lambda: window.findChild(Question, "question") is not None)
    question = part(window, Question, "question")
    assert "Production" in question.windowTitle()
    assert "Unload m on Production" in question.accessibleDescription()
    assert not posted
    press(question, "yes")
    assert "no server runs" in posted[-1].detail, "it was not asked of the server that is there now"


def test_a_protocol_that_the_server_lacks_is_greyed_with_the_reason(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    header.show_protocols(Addresses(http="127.0.0.1:8000"))
    assert header.protocol.value() == "http"
    header.protocol.choose(0)
    assert header.protocol.value() == "http"
    assert header.protocol.toolTip() == "The server does not answer gRPC"
    header.show_protocols(Addresses("127.0.0.1:8000", "127.0.0.1:8001"))
    header.protocol.choose(0)
    assert header.protocol.value() == "grpc"


@pytest.mark.engine
def test_the_served_folder_is_named_and_another_in_front_is_one_press_away(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(write_repository(tmp_path / "in front"))
    session = session_of(window)
    other = tmp_path / "other" / "models"
    other.mkdir(parents=True)
    ports = Ports(free_port(), free_port(), free_port())
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository=other, ports=ports))
    wait_until(lambda: session.server.status.state is State.READY, 120)
    folder = part(window, QLabel, names.Status.FOLDER)
    assert folder.text() == "serves other/models"
    assert folder.toolTip() == str(other)
    here = part(window, LinkButton, names.Status.SERVE_HERE)
    assert not here.isHidden()
    assert session.repository is not None
    assert str(session.repository.path) in here.toolTip()
    session.server.stop()
    wait_until(lambda: here.isHidden(), 60)
