"""Editors made for one field each: what is chosen or pressed in them stands in the text, and comes back to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from studio.text.tree import Path as FieldPath
from studio.ui.editor.form.editors.accelerators import AcceleratorParametersPart
from studio.ui.editor.form.editors.checksums import AgentParametersPart
from studio.ui.editor.form.editors.controls import parse_values
from studio.ui.editor.form.editors.instances import offered_gpus
from studio.ui.editor.form.pane import FormPane
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.widgets import Switch
from tests.fixtures import names
from tests.fixtures.forms import part_at
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

CONFIG = """# Kept.
backend: 'onnxruntime'   # and this
max_batch_size: 8
input [ { name: "a" data_type: TYPE_FP32 dims: [ 3, -1 ] }, { name: "b" data_type: TYPE_INT64 dims: [ 1 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 5 ] } ]
"""
SEQUENCE = """sequence_batching {
  control_input [ { name: "S" control [ { kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ] } ] } ]  # mine
}
"""
WARM_UP = """model_warmup [ { name: "w" batch_size: 1 } ]
"""
LEVELS = """dynamic_batching {
  priority_levels: 2  # two
}
"""
TENSORRT = """optimization { execution_accelerators {
  gpu_execution_accelerator [ { name: "tensorrt" } ]
} }
"""
AGENT = """model_repository_agents { agents [ { name: "checksum" } ] }
"""
PARAMETERS = """parameters { key: "execution_mode" value { string_value: "0" } }
"""
ENSEMBLE = """platform: "ensemble"
max_batch_size: 8
input [ { name: "a" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 5 ] } ]
ensemble_scheduling { step [ { model_name: "net" model_version: -1 } ] }  # one
"""
Opener = Callable[[str], FormPane]


@pytest.fixture
def opened(tmp_path: Path, open_session: OpenSession, qtbot: QtBot) -> Opener:
    """Opens the form of a model with a configuration; a model `net` stands beside it."""

    def open_form(config: str) -> FormPane:
        root = tmp_path / "models"
        write_model(root, "net", CONFIG)
        write_model(root, "mine", config)
        (root / "mine" / "1" / "model.onnx").write_bytes(b"weights")
        session = open_session(root)
        form = FormPane(session, session.open_model("mine"))
        qtbot.addWidget(form)
        form.resize(490, 900)
        with qtbot.waitActive(form):
            form.show()
        form.finish()
        return form

    return open_form


def _text(form: FormPane) -> str:
    return form.context.model.draft.document.text


def _table(form: FormPane, *path: str | int) -> ListTable:
    """The table at a path, brought out."""
    form.reveal((*path, 0))
    table = form.findChild(ListTable, names.Form.TABLE.format(".".join(map(str, path))))
    assert isinstance(table, ListTable)
    return table


def _cell(table: ListTable, row: int, title: str) -> QModelIndex:
    column = next(i for i, column in enumerate(table.list_model.columns) if column.title == title)
    return table.list_model.index(row, column)


def _editor(table: ListTable, row: int, title: str, qtbot: QtBot) -> QComboBox | QLineEdit:
    """Opens a cell by the keyboard."""
    table.setFocus()
    table.setCurrentIndex(_cell(table, row, title))
    QTest.keyClick(table, Qt.Key.Key_Return)
    # One that was closed a moment ago may still be a child.
    editor = [each for each in table.viewport().children() if each.objectName() == names.Form.CELL][-1]
    assert isinstance(editor, QComboBox | QLineEdit)
    return editor


def _press(form: FormPane, action: str, *path: str | int) -> None:
    button = form.findChild(QPushButton, names.Form.ACTION.format(action, ".".join(map(str, path))))
    assert isinstance(button, QPushButton)
    button.click()


def _undone(form: FormPane) -> str:
    """The text after one step back, which is all that one gesture may take."""
    form.context.model.undo_stack.undo()
    return _text(form)


CONTROLS: FieldPath = ("sequence_batching", "control_input")


def test_control_tells_its_kind_and_its_values(opened: Opener) -> None:
    """In words, from the text."""
    form = opened(CONFIG + SEQUENCE)
    table = _table(form, *CONTROLS)
    assert [_cell(table, 0, title).data() for title in ("Tensor", "Tells", "False, true or type")] == [
        "S",
        "start",
        "int32 0, 1",
    ]


def test_control_becomes_a_correlation_id_in_one_step(opened: Opener, qtbot: QtBot) -> None:
    """Its pair goes, a type comes; the comment behind it stays."""
    form = opened(CONFIG + SEQUENCE)
    table = _table(form, *CONTROLS)
    editor = _editor(table, 0, "Tells", qtbot)
    assert isinstance(editor, QComboBox)
    editor.setCurrentText("correlation ID")
    editor.textActivated.emit("correlation ID")
    written = "kind: CONTROL_SEQUENCE_CORRID data_type: TYPE_UINT64"
    before = "kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ]"
    wait_until(lambda: written in _text(form))
    assert _text(form) == (CONFIG + SEQUENCE).replace(before, written)
    assert _undone(form) == CONFIG + SEQUENCE


def test_pair_is_typed_with_its_type(opened: Opener, qtbot: QtBot) -> None:
    """One pair takes the place of the other."""
    form = opened(CONFIG + SEQUENCE)
    editor = _editor(_table(form, *CONTROLS), 0, "False, true or type", qtbot)
    assert isinstance(editor, QComboBox)
    assert editor.isEditable()
    editor.setEditText("bool false, true")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_until(lambda: "bool_false_true: [ false, true ]" in _text(form))
    assert "int32" not in _text(form)
    assert _undone(form) == CONFIG + SEQUENCE


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("int32 0, 1", ("int32_false_true", [0, 1])),
        ("0 1", ("int32_false_true", [0, 1])),
        ("-1.5, 1", ("fp32_false_true", [-1.5, 1.0])),
        ("fp32 0,1", ("fp32_false_true", [0.0, 1.0])),
        ("false, true", ("bool_false_true", [False, True])),
        ("uint64", ("data_type", "TYPE_UINT64")),
    ],
)
def test_values_are_read_as_they_are_said(text: str, meant: tuple[str, object]) -> None:
    """With the type or without."""
    assert parse_values(text) == meant


@pytest.mark.parametrize("text", ["", "a, b", "int32 0, x", "bool 0, 1", "TYPE_NONE"])
def test_values_that_cannot_be_are_refused(text: str) -> None:
    """With a reason."""
    with pytest.raises(ValueError, match=r"\w"):
        parse_values(text)


def test_warm_up_is_filled_in_from_the_inputs(opened: Opener) -> None:
    """A size that varies is 1, as the server wants it whole; one undo takes all of it."""
    form = opened(CONFIG + WARM_UP)
    form.reveal(("model_warmup", 0, "inputs"))
    _press(form, "fill", "model_warmup", 0, "inputs")
    table = _table(form, "model_warmup", 0, "inputs")
    shown = [[_cell(table, row, title).data() for title in ("Input", "Data type", "Dims", "Data")] for row in (0, 1)]
    assert shown == [["a", "FP32", "3, 1", "zeros"], ["b", "INT64", "1", "zeros"]]
    assert _undone(form) == CONFIG + WARM_UP


def test_warm_up_data_is_one_of_three(opened: Opener, qtbot: QtBot) -> None:
    """A file's name takes the place of zeros."""
    form = opened(CONFIG + WARM_UP)
    form.reveal(("model_warmup", 0, "inputs"))
    _press(form, "fill", "model_warmup", 0, "inputs")
    filled = _text(form)
    table = _table(form, "model_warmup", 0, "inputs")
    editor = _editor(table, 0, "Data", qtbot)
    assert isinstance(editor, QComboBox)
    editor.setEditText("images.raw")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_until(lambda: 'input_data_file: "images.raw"' in _text(form))
    assert _text(form).count("zero_data") == 1
    assert _cell(table, 0, "Data").data() == "images.raw"
    assert _undone(form) == filled


def test_each_level_gets_a_policy(opened: Opener) -> None:
    """Those that have none; their action says what is in force."""
    form = opened(CONFIG + LEVELS)
    path = ("dynamic_batching", "priority_queue_policy")
    form.reveal(path)
    _press(form, "levels", *path)
    table = _table(form, *path)
    tester = QAbstractItemModelTester(table.list_model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [_cell(table, row, "Level").data() for row in (0, 1)] == ["1", "2"]
    assert _cell(table, 0, "On timeout").data() == "refuse"
    form.context.model.edit("x", lambda draft: draft.set(*path, 1, "value", "timeout_action", "DELAY"))
    assert _cell(table, 1, "On timeout").data() == "go last"
    form.context.model.undo_stack.undo()
    assert _undone(form) == CONFIG + LEVELS
    del tester


def test_known_parameter_of_an_accelerator_is_added(opened: Opener, qtbot: QtBot) -> None:
    """With its values to choose from; what is there is not offered again."""
    form = opened(CONFIG + TENSORRT)
    path = ("optimization", "execution_accelerators", "gpu_execution_accelerator", 0, "parameters")
    form.reveal((*path[:-2], 0))
    form.reveal(path)
    part = form.findChild(AcceleratorParametersPart)
    assert isinstance(part, AcceleratorParametersPart)
    menu = part.known_menu()
    next(action for action in menu.actions() if action.data() == "precision_mode").trigger()
    written = '{ name: "tensorrt" parameters [ { key: "precision_mode" value: "FP16" } ] }'
    assert _text(form) == CONFIG + TENSORRT.replace('{ name: "tensorrt" }', written)
    assert "precision_mode" not in [action.data() for action in part.known_menu().actions()]
    editor = _editor(part.table, 0, "Value", qtbot)
    assert isinstance(editor, QComboBox)
    assert [editor.itemText(place) for place in range(editor.count())] == ["FP32", "FP16", "BF16", "INT8"]
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert _undone(form) == CONFIG + TENSORRT
    for each in part.findChildren(QMenu):
        each.deleteLater()


def test_parameter_offers_the_values_that_its_key_takes(opened: Opener, qtbot: QtBot) -> None:
    """Another may still be typed."""
    form = opened(CONFIG + PARAMETERS)
    editor = _editor(_table(form, "parameters"), 0, "Value", qtbot)
    assert isinstance(editor, QComboBox)
    assert [editor.itemText(place) for place in range(editor.count())] == ["0", "1"]
    editor.setEditText("${MODE}")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_until(lambda: _text(form) == CONFIG + PARAMETERS.replace('"0"', '"${MODE}"'))
    assert _undone(form) == CONFIG + PARAMETERS


def test_checksum_of_a_file_is_computed(opened: Opener, qtbot: QtBot) -> None:
    """For a file of the model, by its name within the model's folder; a second time in place."""
    form = opened(CONFIG + AGENT)
    path = ("model_repository_agents", "agents", 0, "parameters")
    form.reveal(path)
    part = form.findChild(AgentParametersPart)
    assert isinstance(part, AgentParametersPart)
    found = hashlib.md5(b"weights", usedforsecurity=False).hexdigest()
    menu = part.files_menu()
    assert "config.pbtxt" not in [action.data() for action in menu.actions()]
    next(action for action in menu.actions() if action.data() == "1/model.onnx").trigger()
    wait_until(lambda: found in _text(form))
    assert f'key: "MD5:1/model.onnx" value: "{found}"' in " ".join(_text(form).split())
    form.context.model.edit("x", lambda draft: draft.set(*path, 0, "value", "0"))
    next(action for action in menu.actions() if action.data() == "1/model.onnx").trigger()
    wait_until(lambda: _text(form).count(found) == 1)
    menu.deleteLater()


def test_map_of_a_step_is_filled_in_from_its_model(opened: Opener) -> None:
    """Names of the model at the left; the ensemble's tensors are offered at the right."""
    form = opened(ENSEMBLE)
    path = ("ensemble_scheduling", "step", 0, "input_map")
    form.reveal(path)
    _press(form, "fill", *path)
    table = _table(form, *path)
    assert [_cell(table, row, "Model's tensor").data() for row in (0, 1)] == ["a", "b"]
    column = table.list_model.columns[_cell(table, 0, "Ensemble's tensor").column()]
    assert column.offers is not None
    assert column.offers(0) == ("a",)
    assert _undone(form) == ENSEMBLE


def test_pinned_memory_is_on_until_the_file_says_no(opened: Opener) -> None:
    """A switch writes what it shows."""
    form = opened(CONFIG + "optimization { priority: PRIORITY_MAX }\n")
    switch = form.findChild(Switch, names.Form.FIELD.format("optimization.input_pinned_memory.enable"))
    assert isinstance(switch, Switch)
    assert switch.isChecked()
    switch.click()
    assert "input_pinned_memory { enable: false }" in " ".join(_text(form).split())
    assert not switch.isChecked()
    assert _undone(form) == CONFIG + "optimization { priority: PRIORITY_MAX }\n"
    assert switch.isChecked()


def test_graph_shapes_are_filled_in_from_the_inputs(opened: Opener, qtbot: QtBot) -> None:
    """Then edited in their cells."""
    before = CONFIG + "optimization { cuda { graphs: true graph_spec { batch_size: 4 } } }\n"
    form = opened(before)
    path = ("optimization", "cuda", "graph_spec", 0, "input")
    form.reveal(path)
    _press(form, "fill", *path)
    table = _table(form, *path)
    assert [(_cell(table, row, "Input").data(), _cell(table, row, "Shape").data()) for row in (0, 1)] == [
        ("a", "3, 1"),
        ("b", "1"),
    ]
    filled = _text(form)
    editor = _editor(table, 0, "Shape", qtbot)
    assert isinstance(editor, QLineEdit)
    editor.setText("3 64")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_until(lambda: _text(form) == filled.replace("[ 3, 1 ]", "[ 3, 64 ]"))
    assert _undone(form) == filled
    assert _undone(form) == before


def test_decoupled_is_one_switch(opened: Opener) -> None:
    """The block comes and goes with it."""
    form = opened(CONFIG)
    form.reveal(("model_transaction_policy",))
    switch = form.findChild(Switch, names.Form.FIELD.format("model_transaction_policy.decoupled"))
    assert isinstance(switch, Switch)
    assert not switch.isChecked()
    switch.click()
    assert "model_transaction_policy { decoupled: true }" in " ".join(_text(form).split())
    assert switch.isChecked()
    assert _undone(form) == CONFIG


def test_kind_of_a_batch_input_is_said_without_its_prefix(opened: Opener, qtbot: QtBot) -> None:
    """And written with it; what is no kind changes nothing and is told."""
    before = 'batch_input { kind: BATCH_ELEMENT_COUNT target_name: "n" data_type: TYPE_FP32 source_input: "a" }\n'
    form = opened(CONFIG + before)
    table = _table(form, "batch_input")
    assert [_cell(table, 0, title).data() for title in ("Kind", "Target", "Data type", "Source")] == [
        "ELEMENT_COUNT",
        "n",
        "FP32",
        "a",
    ]
    assert form.sections["batch_io"].header.detail.text() == "1"
    for typed in ("NONE", "ACCUMULATED_ELEMENT_COUNT"):
        editor = _editor(table, 0, "Kind", qtbot)
        assert isinstance(editor, QComboBox)
        editor.setEditText(typed)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        wait_until(lambda: table.state() == table.State.NoState)
    assert _text(form) == CONFIG + before.replace("BATCH_ELEMENT_COUNT", "BATCH_ACCUMULATED_ELEMENT_COUNT")
    assert _undone(form) == CONFIG + before


def test_data_type_of_a_state_is_chosen_by_its_short_name(opened: Opener, qtbot: QtBot) -> None:
    """As in every table of tensors."""
    before = 'sequence_batching { state { input_name: "i" output_name: "o" data_type: TYPE_FP32 dims: [ 4 ] } }\n'
    form = opened(CONFIG + before)
    table = _table(form, "sequence_batching", "state")
    title = next(column.title for column in table.list_model.columns if column.name == "data_type")
    assert _cell(table, 0, title).data() == "FP32"
    editor = _editor(table, 0, title, qtbot)
    assert isinstance(editor, QComboBox)
    editor.setCurrentText("INT8")
    editor.textActivated.emit("INT8")
    wait_until(lambda: _text(form) == CONFIG + before.replace("TYPE_FP32", "TYPE_INT8"))
    assert _undone(form) == CONFIG + before


def test_batching_shows_the_queue_once_there_are_levels(opened: Opener) -> None:
    """Policies by level make no sense before."""
    form = opened(CONFIG + "dynamic_batching { }\n")
    policies = part_at(form, ("dynamic_batching", "priority_queue_policy"))
    levels = part_at(form, ("dynamic_batching", "priority_levels"))
    assert policies is not None
    assert levels is not None
    assert levels.isVisibleTo(form)
    assert not policies.isVisibleTo(form)
    form.context.model.edit("x", lambda draft: draft.set("dynamic_batching", "priority_levels", 2))
    assert policies.isVisibleTo(form)


def test_gpus_are_offered_as_the_server_has_them() -> None:
    """One, or all; none where there is none."""
    assert offered_gpus((0, 2)) == ("all of the server", "0", "2", "0, 2")
    assert offered_gpus(()) == ()
