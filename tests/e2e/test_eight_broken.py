"""Eight broken models on the models' page: explained, mended by mouse and keyboard, reloaded together until all run."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractItemView, QPlainTextEdit, QPushButton, QWidget

from studio.core.serving.launch import State
from studio.core.serving.why.answer import LayerName, Why
from studio.ui.served.page import ServedPage
from studio.ui.served.rows import REASON
from studio.ui.shell.window import MainWindow
from studio.ui.widgets import Segmented
from tests.e2e.hand import Hand, spin, until
from tests.e2e.journey import rows
from tests.e2e.stage import question
from tests.fixtures import names
from tests.fixtures.broken_models import WELL, WHY, code, write_broken_models
from tests.fixtures.windows import OpenWindow

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

_CAUSES: dict[str, LayerName] = {
    "asks_gpu": "device",
    "bad_init": "artifact",
    "bad_syntax": "artifact",
    "misnamed": "artifact",
    "needs_missing": "artifact",
    "no_backend": "backend",
    "no_module": "artifact",
    "no_version": "artifact",
}
_BY_HAND = {
    "bad_init": ('raise ValueError("no such labels")', "pass"),
    "needs_missing": ("nobody", "good_a"),
    "no_backend": ("nonesuch", "python"),
    "no_module": ("a_module_that_nobody_has", "json"),
}
"""What nobody but a person can mend: what is written, and what is to be written."""


class _Person:
    """A hand on the models' page."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.hand = window, Hand(window)
        self.session = window.need_session()

    @property
    def page(self) -> ServedPage:
        found = self.window.page("served")
        assert isinstance(found, ServedPage)
        return found

    def choose(self, model: str) -> None:
        """A click on a model's row."""
        self.hand.key("alt+5")
        table = self.hand.find(QAbstractItemView, names.Served.TABLE)
        self.hand.click_row(table, rows(table.model())[model])

    def press(self, name: str) -> None:
        """A click on a button of what is unfolded, or of a dialog; a notice would lie over it."""
        for toast in self.window.toasts.shown():
            toast.close_toast()
        until(lambda: self._seen(name), 20, f"{name} did not come")
        self.hand.click(self.hand.find(QWidget, name))

    def _seen(self, name: str) -> bool:
        return any(each.isVisible() for each in self.window.findChildren(QPushButton, name))

    def ask_why(self, model: str) -> Why:
        """W on a model's row."""
        self.choose(model)
        self.hand.key("w")
        why = self.page.why
        until(lambda: why.isVisible() and why.model == model, 10, f"no answer for {model}")
        assert why.answer is not None
        return why.answer

    def unfold(self, model: str) -> None:
        """Enter on a model's row."""
        self.choose(model)
        self.hand.key("Return")

    def replace(self, before: str, after: str) -> None:
        """Types over words of the text in front, and saves."""
        edit = self.hand.find(QPlainTextEdit, names.Text.EDIT)
        cursor = edit.textCursor()
        start = edit.toPlainText().index(before)
        cursor.setPosition(start)
        cursor.setPosition(start + len(before), cursor.MoveMode.KeepAnchor)
        edit.setFocus()
        edit.setTextCursor(cursor)
        spin(50)
        self.hand.type(after)
        self.hand.key("ctrl+s")
        until(lambda: not self.session.unsaved(), 20, f"{after} was not saved")

    def ready(self) -> int:
        """How many models are ready."""
        return self.page.model.counts()["ready"]


@pytest.fixture
def person(engine: None, open_window: OpenWindow, tmp_path: Path) -> _Person:
    """On the page, the server started, three of eleven models loaded."""
    window = open_window(write_broken_models(tmp_path / "models"))
    until(window.isActiveWindow, 60, "the window never became active")
    made = _Person(window)
    made.hand.key("F5")
    question(window)
    made.hand.key("Return")
    until(lambda: made.session.server.status.state is State.READY, 90, f"not ready: {made.session.server.status}")
    made.hand.key("alt+5")
    until(lambda: made.ready() == len(WELL) and made.page.model.counts()["failed"] == len(WHY), 60, "not all was tried")
    return made


def _explained(person: _Person) -> None:
    """Each says why in its row, and *Why?* names the layer."""
    for name, words in WHY.items():
        cell = person.page.model.row(name).cells[REASON]
        assert words in cell.tip, f"{name}: {cell.tip}"
        assert cell.text != "At:"
        answer = person.ask_why(name)
        assert answer.layer(_CAUSES[name]).state == "cause", f"{name}: {answer.report}"
        assert answer.looks
    person.page.why.close_.click()


def _mended(person: _Person, models: Path) -> None:
    """The checker's fixes at a press or by Ctrl+., the rest at the line that the page opens."""
    person.unfold("asks_gpu")
    person.press(names.Served.FIX.format("asks_gpu"))
    person.unfold("bad_syntax")
    person.hand.key("ctrl+period")
    person.unfold("misnamed")
    person.press(names.Served.FIX.format("misnamed"))
    person.unfold("no_version")
    person.press(names.Served.FIX.format("no_version"))
    person.press("answer.yes")
    until((models / "no_version" / "1").is_dir, 20, "the version was not made")
    whole = models.parent / "whole.py"
    whole.write_text(code())
    whole.replace(models / "no_version" / "1" / "model.py")
    until(lambda: len(person.session.unsaved()) == 3, 20, f"unsaved: {person.session.unsaved()}")
    person.hand.key("ctrl+shift+s")
    until(lambda: not person.session.unsaved(), 20, "not all was saved")
    for name, (before, after) in _BY_HAND.items():
        person.unfold(name)
        person.press(names.Served.OPEN_PLACE.format(name))
        person.replace(before, after)


def test_eight_broken_models_are_explained_and_mended_until_all_are_ready(person: _Person, tmp_path: Path) -> None:
    _explained(person)
    _mended(person, tmp_path / "models")
    person.hand.key("alt+5")
    which = person.hand.find(Segmented, names.Served.WHICH)
    person.hand.click(which, which.cell("failed").center().toPoint())
    table = person.hand.find(QAbstractItemView, names.Served.TABLE)
    person.hand.click_row(table, table.model().index(0, 0))
    person.hand.key("ctrl+a")
    assert len(person.page.table.chosen()) == len(WHY)
    person.hand.key("ctrl+r")
    question(person.window)
    person.hand.key("Return")
    until(lambda: person.ready() == len(WHY) + len(WELL), 120, f"only {person.ready()}: {person.session.server.models}")
    person.hand.key("shift+F5")
    until(lambda: person.session.server.status.state is State.STOPPED, 20, "it did not stop")
    spin(100)
