"""Every field of the schema can be found, set through its widget, cleared and taken back, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.core.assist.adding import place_for
from studio.core.config.fields import KnownField, known_fields, search_fields
from studio.core.config.schema import model_config
from studio.text.paths import dotted
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.widgets import Segmented, Switch
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

pytestmark = pytest.mark.long

BASE = "# Kept.\n\nbackend: 'python'   # and this\n"
_SAMPLES: dict[str, object] = {"int": 3, "uint": 4, "float": 0.5, "string": "some_text", "bool": True}


@pytest.fixture
def form(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> FormPane:
    """The form of a model that sets next to nothing."""
    write_model(tmp_path / "models", "net", BASE)
    session = open_session(tmp_path / "models")
    made = FormPane(session, session.open_model("net"))
    qtbot.addWidget(made)
    made.resize(520, 900)
    with qtbot.waitActive(made, timeout=60_000):
        made.show()
    made.finish()
    return made


def _sample(field: KnownField) -> object:
    if field.schema.enum:
        return list(field.schema.enum.values)[-1]
    value = _SAMPLES[field.schema.kind]
    return (value, value) if field.schema.repeated else value


def _typed(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _set_in_cell(table: ListTable, value: object, qtbot: QtBot) -> None:
    editor = next(each for each in table.findChildren(QWidget, "formCell") if each.isVisible())
    if isinstance(editor, QComboBox):
        short = str(value).removeprefix("TYPE_") if editor.findText(_typed(value)) < 0 else _typed(value)
        editor.setCurrentText(short)
        editor.textActivated.emit(short)
        return
    assert isinstance(editor, QLineEdit)
    values = value if isinstance(value, tuple) else (value,)
    editor.setText(", ".join(map(_typed, values)))
    QTest.keyClick(editor, Qt.Key.Key_Return)


def _set_in_field(field: QWidget | None, value: object, qtbot: QtBot) -> None:
    """As a person would, in whatever has the keyboard."""
    if isinstance(field, Segmented):
        field.changed.emit("specific")
    elif isinstance(field, Switch):
        assert field.isChecked() == value, "adding it switched it on"
    elif isinstance(field, QComboBox):
        field.setCurrentText(str(value))
        field.textActivated.emit(str(value))
    else:
        assert isinstance(field, QLineEdit)
        if not isinstance(value, tuple):
            field.selectAll()
        for each in value if isinstance(value, tuple) else (value,):
            QTest.keyClicks(field, _typed(each))
            QTest.keyClick(field, Qt.Key.Key_Return)


def _has_keyboard(control: QWidget) -> bool:
    held = control.window().focusWidget()
    return held is not None and (held is control or control.isAncestorOf(held))


def _go_through(form: FormPane, field: KnownField, qtbot: QtBot) -> None:
    model, path = form.context.model, place_for(field.path)
    form.add_field(field.path)
    control = form.reveal(path)
    assert control is not None
    assert control.isVisible()
    wait_until(lambda: _has_keyboard(control))
    if field.schema.message is None:
        sample = _sample(field)
        if isinstance(control, ListTable):
            _set_in_cell(control, sample, qtbot)
        else:
            _set_in_field(form.window().focusWidget(), sample, qtbot)
        # A cell is taken in the next turn of the event loop.
        wait_until(lambda: model.draft.get(*path) == sample or path[-1] == "versions")
    assert model.draft.has(*path), model.draft.document.text
    assert model.draft.document.ok
    assert all(line in model.draft.document.text for line in BASE.splitlines())
    form.context.focused.emit(path)
    model.edit("Clear", lambda draft: draft.clear(*path))
    assert not model.draft.has(*path)
    while model.undo_stack.canUndo():
        model.undo_stack.undo()
    assert model.draft.document.text == BASE
    model.undo_stack.clear()


@pytest.mark.parametrize("root", [name for name in model_config().fields if name != "backend"])
def test_every_field_below_a_root(form: FormPane, root: str, qtbot: QtBot) -> None:
    """From the search to the text and back."""
    fields = [field for field in known_fields() if field.path[0] == root]
    assert fields
    for field in fields:
        assert field in search_fields(dotted(field.path).replace(".", " "))[:8]
        _go_through(form, field, qtbot)


def test_the_roots_are_all_in_sections() -> None:
    """And each in one alone."""
    from studio.ui.editor.form.sections import SECTIONS

    roots = [root for section in SECTIONS for root in section.roots]
    assert sorted(roots) == sorted((name,) for name in model_config().fields)
