"""What is usual in a section, offered as a menu; parameters as a table with what each does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.checking.target import Choice
from studio.core.config.model_config import InstanceGroup
from studio.ui.editor.form.editors.instances import in_words
from studio.ui.editor.form.editors.starters import StartersButton
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.model_tab import ModelTab
from tests.fixtures import names
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

CONFIG = """# Kept.
backend: "onnxruntime"
max_batch_size: 4
input [ { name: "a" data_type: TYPE_FP32 dims: [ 2, 2 ] reshape { shape: [ 4 ] } } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 5 ] } ]
parameters { key: "execution_mode" value { string_value: "0" } }
"""


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with one model."""
    write_model(tmp_path / "models", "net", CONFIG)
    return open_session(tmp_path / "models")


def _button(tab: ModelTab, section: str) -> StartersButton:
    found = tab.findChild(StartersButton, names.Form.STARTERS.format(section))
    assert isinstance(found, StartersButton)
    return found


def test_a_template_is_one_step_and_is_undone_to_the_byte(tab: ModelTab, qtbot: QtBot) -> None:
    button = _button(tab, "sequence")
    menu = button.menu_of(tab.model.draft)
    assert [each.text() for each in menu.actions()][:2] == ["Controls START, END, READY", "Control CORRID"]
    assert all(each.toolTip().endswith(".") for each in menu.actions())
    menu.actions()[0].trigger()
    config = tab.model.draft
    controls = config.get("sequence_batching", "control_input")
    assert isinstance(controls, list | tuple)
    assert len(controls) == 3
    assert tab.model.undo_stack.undoText() == "Add Controls START, END, READY"
    tab.model.undo_stack.undo()
    assert tab.model.draft.document.text == CONFIG


def test_the_menu_opens_by_the_keyboard(tab: ModelTab, qtbot: QtBot) -> None:
    button = _button(tab, "warmup")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    wait_until(lambda: tab.window().findChild(type(button.menu_of(tab.model.draft))) is not None)
    shown = [menu for menu in button.findChildren(type(button.menu_of(tab.model.draft))) if menu.isVisible()]
    assert len(shown) == 1
    QTest.keyClick(shown[0], Qt.Key.Key_Down)
    QTest.keyClick(shown[0], Qt.Key.Key_Return)
    wait_until(lambda: tab.model.draft.has("model_warmup"))
    assert tab.model.draft.get("model_warmup", 0, "inputs", 0, "key") == "a"


def test_nothing_is_offered_where_nothing_fits(tab: ModelTab) -> None:
    assert _button(tab, "identity").isHidden()
    tab.model.edit("Backend", lambda draft: draft.set("backend", "mine"))
    assert _button(tab, "parameters").isHidden()


def test_parameters_are_keys_values_and_what_they_do(tab: ModelTab, qtbot: QtBot) -> None:
    table = tab.findChild(ListTable, names.Form.TABLE.format("parameters"))
    assert isinstance(table, ListTable)
    model = table.list_model
    key, value, what = (model.index(0, place) for place in (1, 2, 3))
    assert (key.data(), value.data()) == ("execution_mode", "0")
    assert what.data().startswith("0 or 1. ")
    assert model.setData(value, "1")
    assert tab.model.draft.document.text == CONFIG.replace('string_value: "0"', 'string_value: "1"')
    assert not model.setData(key, "")


def test_a_reshape_stands_behind_the_wire_shape(tab: ModelTab) -> None:
    table = tab.findChild(ListTable, names.Form.TABLE.format("input"))
    assert isinstance(table, ListTable)
    assert table.list_model.index(0, 4).data() == "[N, 2, 2] → [N, 4]"


@pytest.mark.parametrize(
    ("groups", "gpus", "words"),
    [
        ((), (0,), "one by default"),
        ((("KIND_GPU", 2, ()),), (0, 1), "4 on GPUs"),
        ((("KIND_GPU", 2, (0,)),), (0, 1), "2 on GPUs"),
        ((("KIND_GPU", 2, ()),), (), "2 on each GPU; this server has none"),
        ((("KIND_AUTO", 0, ()),), (), "1 on the CPU"),
        ((("KIND_AUTO", 3, ()),), (0, 1), "6 on GPUs"),
        ((("KIND_CPU", 3, ()), ("KIND_GPU", 1, ())), (0, 1), "5 in all: 2 on GPUs, 3 on the CPU"),
    ],
)
def test_instances_are_counted_for_the_server_that_is_checked_for(
    groups: tuple[tuple[str, int, tuple[int, ...]], ...], gpus: tuple[int, ...], words: str
) -> None:
    made = tuple(InstanceGroup("", kind, count, own, ("instance_group", 0)) for kind, count, own in groups)
    assert in_words(made, gpus) == words


def test_the_count_of_instances_follows_the_target(tab: ModelTab, session: Session) -> None:
    tab.model.edit("Group", lambda draft: draft.append("instance_group", {"count": 2, "kind": "KIND_GPU"}))
    session.target.choose(Choice(gpus="0,1,2"))
    assert tab.form.sections["instance_group"].header.detail.text() == "6 on GPUs"
