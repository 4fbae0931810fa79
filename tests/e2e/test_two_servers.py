"""Two servers attached to by the dialog, one of them read-only: what each lets one do, and going between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from socket import gethostname

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QWidget

from studio.client.triton import Triton
from studio.core.inference.model_index import is_ready
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.engines.engine import Server
from studio.engines.registry import start
from studio.failure import Failure
from studio.ui.look import server_colours
from studio.ui.server.attach import AttachDialog
from studio.ui.server.colours import ConnectionBadge
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import InlineProblem, Switch
from studio.ui.widgets.dialogs import Question
from tests.e2e.hand import Hand, until
from tests.e2e.journey import rows
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.grace import NO_GRACE
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]


class _Person:
    """A hand on a window that has no repository open."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.hand = window, Hand(window)
        self.session = window.need_session()

    def attach(self, address: str, name: str, colour: str, *, read_only: bool) -> None:
        """Ctrl+Shift+A, the fields of the dialog, Attach; `read_only` is what the dialog proposes."""
        self.hand.key("ctrl+shift+a")
        until(lambda: self.window.findChild(AttachDialog) is not None, 20, "the dialog did not come")
        dialog = part(self.window, AttachDialog)
        until(dialog.isActiveWindow, 20, "the dialog did not get the keyboard")
        for key, text in (("http", address), ("name", name)):
            self.hand.click(part(dialog, QLineEdit, names.Attach.FIELD.format(key)))
            self.hand.key("ctrl+a")
            self.hand.type(text)
        cells = dialog.fields.colour
        self.hand.click(cells, cells.cell(colour).center().toPoint())
        assert part(dialog, Switch, names.Attach.CHANGES).isChecked() is not read_only
        self.hand.click(part(dialog, QWidget, "answer.yes"))
        until(lambda: self.name == name and self.is_ready(f"of_{name.lower()}"), 60, f"{name} is not attached to")

    @property
    def name(self) -> str:
        """The server that the top bar says is current."""
        return self.window.top.servers.text()

    @property
    def badge(self) -> str:
        """The sign in the status bar."""
        return part(self.window, ConnectionBadge, names.Status.CONNECTION).text()

    def has_band(self, colour: str) -> bool:
        """Whether the top bar has the band of a server that is elsewhere."""
        shown = self.window.top.grab().toImage().pixelColor(5, self.window.top.height() - 2)
        return shown.name() == server_colours.of(colour).name()

    def is_ready(self, model: str) -> bool:
        """Whether the current server has it loaded."""
        return is_ready(self.session.server.models.get(model, ()))

    def choose(self, model: str) -> None:
        """A click on a model's row; what was told before would lie over it."""
        for toast in self.window.toasts.shown():
            toast.close_toast()
        self.hand.key("alt+5")
        table = self.hand.find(QAbstractItemView, names.Served.TABLE)
        until(lambda: model in rows(table.model()), 20, f"{model} is not listed")
        self.hand.click_row(table, rows(table.model())[model])

    def button(self, name: str) -> QAbstractButton:
        """A button of the models' page."""
        return self.hand.find(QAbstractButton, name)

    def answer(self, key: str, title: str) -> None:
        """Presses a button of the question that names the server."""
        until(lambda: self.window.findChild(Question, "question") is not None, 20, "nobody asked")
        asked = part(self.window, Question, "question")
        until(asked.isActiveWindow, 20, "the question did not get the keyboard")
        assert title in asked.windowTitle()
        self.hand.click(part(asked, QWidget, f"answer.{key}"))
        until(lambda: self.window.findChild(Question, "question") is None, 20, "the question stayed")


@pytest.fixture
def servers(engine: None, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two servers that somebody else started; the second is reached by this machine's name too."""
    with ExitStack() as stack:
        made = []
        for name, bind in (("workstation", "127.0.0.1"), ("production", "0.0.0.0")):  # noqa: S104 - by its name
            python_model(tmp_path / name, f"of_{name}")
            spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path / name, ports=Ports(0, 0, 0), bind=bind)
            made.append(start(spec))
            stack.callback(made[-1].stop, NO_GRACE)
        for server in made:
            client = Triton(server.addresses)
            stack.callback(client.close)
            until(partial(_is_up, client), 90, "a server did not come up")
        yield made[0], made[1]


def _is_up(client: Triton) -> bool:
    try:
        return client.ready()
    except Failure:
        return False


def _changed_without_a_question(person: _Person) -> None:
    """On this machine a model is unloaded by Delete and loaded by Ctrl+R."""
    person.choose("of_workstation")
    person.hand.key("Delete")
    until(lambda: not person.is_ready("of_workstation"), 20, "it was not unloaded")
    until(person.button(names.Served.LOAD).isEnabled, 20, "it cannot be loaded again")
    person.hand.key("ctrl+r")
    until(lambda: person.is_ready("of_workstation"), 20, "it was not loaded")


def _greyed_then_asked_about(person: _Person) -> None:
    """Elsewhere nothing is changed until the person allows it, and then by a question that names the server."""
    assert person.badge == "Production · read-only"
    assert person.has_band("red")
    person.choose("of_production")
    for name in (names.Served.LOAD, names.Served.UNLOAD):
        assert not person.button(name).isEnabled()
        assert "Production is read-only here" in person.button(name).toolTip()
    other = person.hand.find(InlineProblem, names.Served.OTHER)
    assert "Production is read-only here. Allow changes on the server’s page." in other.accessibleName()
    person.hand.key("Delete")
    assert not person.session.server.pending, "a key unloads what its button does not"
    person.hand.key("alt+2")
    person.hand.click(person.hand.find(QWidget, names.Serve.ALLOW_CHANGES))
    until(lambda: person.badge == "Production", 20, "changes are not allowed")
    person.choose("of_production")
    person.hand.click(person.button(names.Served.UNLOAD))
    person.answer("", "Production")
    assert not person.session.server.pending, "it is unloaded after a no"
    person.hand.click(person.button(names.Served.UNLOAD))
    person.answer("yes", "Production")
    until(lambda: not person.is_ready("of_production"), 20, "it was not unloaded after a yes")


def _gone_between(person: _Person) -> None:
    """By the chooser in the top bar, and by Ctrl+F6."""
    chooser = person.window.top.servers
    person.hand.click(chooser)
    until(chooser.menu.isVisible, 20, "the chooser did not open")
    choices = [each for each in chooser.menu.actions() if each.objectName().startswith("server.")]
    assert [each.text().partition(" –")[0] for each in choices] == ["Workstation", "Production"]
    person.hand.click(chooser.menu, chooser.menu.actionGeometry(choices[0]).center())
    until(lambda: person.name == "Workstation", 20, "the chooser did not choose")
    assert person.badge == "Workstation"
    assert person.is_ready("of_workstation")
    assert not person.has_band("red")
    assert not person.has_band("green"), "what is here has a band"
    person.hand.key("ctrl+F6")
    until(lambda: person.name == "Production", 20, "Ctrl+F6 did not go to the next server")
    assert person.has_band("red")
    assert not person.is_ready("of_production")


def _detached(person: _Person, name: str) -> None:
    until(lambda: person.name == name, 20, f"{name} is not current")
    person.hand.key("shift+F5")
    until(lambda: person.session.server.status.state is State.STOPPED, 20, f"{name} was not detached from")


def test_two_servers_are_attached_to_and_one_is_read_only(
    servers: tuple[Server, Server], open_window: OpenWindow
) -> None:
    person = _Person(open_window())
    until(person.window.isActiveWindow, 60, "the window never became active")
    person.attach(servers[0].addresses.http, "Workstation", "green", read_only=False)
    assert person.badge == "Workstation"
    _changed_without_a_question(person)
    port = servers[1].addresses.http.rpartition(":")[2]
    person.attach(f"{gethostname()}:{port}", "Production", "red", read_only=True)
    _greyed_then_asked_about(person)
    _gone_between(person)
    _detached(person, "Production")
    person.hand.key("ctrl+F6")
    _detached(person, "Workstation")
    assert [each.poll() for each in servers] == [None, None], "detaching stopped a server"
