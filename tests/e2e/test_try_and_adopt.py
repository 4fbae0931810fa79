"""A configuration tried before it is saved, dropped, tried again and kept, and what the server completed adopted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QTreeView, QWidget

from studio.core.inference.model_index import is_ready
from studio.core.serving.launch import State
from studio.ui.editor.form.pane import FormPane
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import AGAINST
from studio.ui.shell.window import MainWindow
from tests.e2e.hand import Hand, until
from tests.e2e.journey import rows
from tests.e2e.stage import question
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

_MODEL = "net"


class _Person:
    """A hand on the editor and the models' page."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.hand = window, Hand(window)
        self.session = window.need_session()
        self.model = self.session.open_model(_MODEL)

    @property
    def page(self) -> ServedPage:
        found = self.window.page("served")
        assert isinstance(found, ServedPage)
        return found

    @property
    def text(self) -> str:
        """The model's text as it is edited."""
        return self.model.draft.document.text

    def launch(self) -> None:
        """F5, and Enter where it is asked whether the code may run."""
        self.hand.key("F5")
        question(self.window)
        self.hand.key("Return")
        server = self.session.server
        until(lambda: is_ready(server.models.get(_MODEL, ())), 90, f"not ready: {server.status}")

    def write_size(self, size: str) -> None:
        """Another largest batch in the form."""
        self.hand.key("alt+1")
        tree = self.hand.find(QTreeView, names.Explorer.TREE)
        self.hand.click_row(tree, rows(tree.model())[_MODEL], times=2)
        until(lambda: self.hand.find(FormPane, names.Form.PANE).is_whole, 60, "the form is not built")
        self.hand.click(self.hand.find(QWidget, names.Form.FIELD.format("max_batch_size")))
        self.hand.key("ctrl+a")
        self.hand.type(size)
        until(lambda: f"max_batch_size: {size}" in self.text, 20, f"the form wrote no {size}")

    def try_it(self) -> None:
        """Ctrl+Shift+Enter in the editor; then the models' page, the model unfolded."""
        self.hand.key("ctrl+shift+Return")
        until(lambda: self.session.server.trials.of(_MODEL) is not None, 20, "the text was not tried")
        self.hand.key("alt+5")
        until(lambda: self.row == ("try", "1 field"), 20, "the page shows no try")
        table = self.hand.find(QAbstractItemView, names.Served.TABLE)
        self.hand.click_row(table, rows(table.model())[_MODEL])
        if not self.page.model.is_open(_MODEL):
            self.hand.key("Return")

    def press(self, name: str) -> None:
        """A click on a button of what is unfolded, once it can be pressed; a notice would lie over it."""
        for toast in self.window.toasts.shown():
            toast.close_toast()
        until(lambda: self._can_press(name), 20, f"{name} cannot be pressed")
        self.hand.click(self.hand.find(QWidget, name))

    def _can_press(self, name: str) -> bool:
        return any(each.isVisible() and each.isEnabled() for each in self.window.findChildren(QPushButton, name))

    @property
    def row(self) -> tuple[str, str]:
        """The badge of the model's row, and how it stands against its file."""
        shown = self.page.model.row(_MODEL)
        return shown.pill, shown.cells[AGAINST].text


@pytest.fixture
def person(engine: None, open_window: OpenWindow, tmp_path: Path) -> _Person:
    """At the window on one Python model; nothing runs."""
    python_model(tmp_path / "models", _MODEL)
    window = open_window(tmp_path / "models")
    until(window.isActiveWindow, 60, "the window never became active")
    return _Person(window)


def _dropped_and_kept(person: _Person) -> None:
    """The first try is given up and leaves the file as it was; the second is kept, which saves it."""
    before = person.model.path.read_bytes()
    person.write_size("3")
    person.try_it()
    person.press(names.Served.DROP.format(_MODEL))
    until(lambda: person.row == ("", "completed"), 20, f"the file was not loaded again: {person.row}")
    assert person.model.path.read_bytes() == before
    assert "max_batch_size: 3" in person.text, "the edit went with the try"
    person.write_size("5")
    person.try_it()
    person.press(names.Served.KEEP.format(_MODEL))
    until(lambda: b"max_batch_size: 5" in person.model.path.read_bytes(), 20, "what was tried was not saved")
    until(lambda: person.row == ("", "completed"), 20, f"it is still a try: {person.row}")


def _adopted(person: _Person) -> None:
    """One field at its button, the rest at one press, saved by Ctrl+Shift+S and loaded by Ctrl+R."""
    person.press(names.Served.ADOPT.format(_MODEL, "default_model_filename"))
    until(lambda: 'default_model_filename: "model.py"' in person.text, 20, "the field was not adopted")
    assert not person.model.draft.has("instance_group"), "more was adopted than was asked for"
    person.press(names.Served.ADOPT_ALL.format(_MODEL))
    until(lambda: person.model.draft.has("instance_group"), 20, "the rest was not adopted")
    person.hand.key("ctrl+shift+s")
    until(lambda: b"instance_group" in person.model.path.read_bytes(), 20, "what was adopted was not saved")
    table = person.hand.find(QAbstractItemView, names.Served.TABLE)
    person.hand.click_row(table, rows(table.model())[_MODEL])
    person.hand.key("ctrl+r")
    until(lambda: person.row == ("", "same"), 20, f"the server runs something else than the file: {person.row}")


def test_a_try_is_dropped_and_kept_and_what_was_completed_is_adopted_by_hand(person: _Person) -> None:
    person.launch()
    _dropped_and_kept(person)
    _adopted(person)
    person.hand.key("shift+F5")
    until(lambda: person.session.server.status.state is State.STOPPED, 20, "it did not stop")
