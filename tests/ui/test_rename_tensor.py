"""F2 in the text: a tensor or a model gets another name wherever it is named, after a look at what changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QListWidget

from studio.app import tasks
from studio.app.notices import Notice
from studio.core.graph.elements import INPUTS, PortId
from studio.ui.canvas.room import graph_in_front
from studio.ui.canvas.scene.selection import of_port
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.tensor_rename import TensorRenameDialog
from studio.ui.room.place import ModelPlace
from studio.ui.shell.window import MainWindow
from studio.ui.widgets.dialogs import Prompt
from studio.ui.widgets.text.diff_view import DiffView
from tests.fixtures import names
from tests.fixtures.finding import part
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import CONFIG, write_model

NET = CONFIG.format(name="net")
PIPE = """platform: "ensemble"
input { name: "in" data_type: TYPE_FP32 dims: [ 4 ] }
output { name: "x" data_type: TYPE_FP32 dims: [ 4 ] }
ensemble_scheduling {
  step {
    model_name: "net"
    input_map { key: "x" value: "in" }
    output_map { key: "y" value: "x" }
  }
}
"""
OUTER = PIPE.replace('"net"', '"pipe"').replace('key: "x"', 'key: "in"').replace('key: "y"', 'key: "x"')


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A model with two configurations, and two ensembles that run it."""
    folder = write_model(tmp_path / "models", "net", NET)
    (folder / "configs").mkdir()
    (folder / "configs" / "small.pbtxt").write_text(NET.replace("8", "1"))
    write_model(tmp_path / "models", "pipe", PIPE)
    write_model(tmp_path / "models", "other", PIPE)
    write_model(tmp_path / "models", "outer", OUTER)
    return tmp_path / "models"


@pytest.fixture
def window(open_window: OpenWindow, repository: Path) -> MainWindow:
    """The program on it, at the least size."""
    return open_window(repository, size=(1280, 720))


def _press_f2(window: MainWindow, model: str, words: str) -> None:
    page = window.context.show(ModelPlace(model))
    assert isinstance(page, ModelTab)
    edit = page.show_text().edit
    cursor = edit.textCursor()
    cursor.setPosition(edit.toPlainText().index(words))
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Qt.Key.Key_F2)
    wait_until(lambda: tasks.busy() == 0)


def _texts(window: MainWindow) -> dict[str, str]:
    return {name: each.draft.document.text for name, each in window.need_session().texts().items()}


def _answer(dialog: Prompt) -> None:
    QTest.mouseClick(part(dialog, QAbstractButton, "answer.yes"), Qt.MouseButton.LeftButton)


def test_an_input_is_renamed_in_each_file_that_names_it(
    window: MainWindow, repository: Path, posted: list[Notice]
) -> None:
    _press_f2(window, "pipe", 'x" value: "in"')
    dialog = part(window, TensorRenameDialog)
    listed = part(dialog, QListWidget, names.Renaming.LIST)
    rows = [listed.item(row).text().split() for row in range(listed.count())]
    assert rows == [["net", "1"], ["net/configs/small.pbtxt", "1"], ["other", "1"], ["pipe", "1"]]
    dialog.field.setText("")
    assert dialog.reason.text() == "A tensor needs a name."
    dialog.field.setText("picture")
    shown = part(dialog, DiffView, names.Renaming.TEXT).toPlainText()
    assert 'name: "picture"' in shown
    _answer(dialog)
    renamed = PIPE.replace('key: "x"', 'key: "picture"')
    assert _texts(window) == {
        "net": NET.replace('"x"', '"picture"'),
        "net/configs/small.pbtxt": NET.replace("8", "1").replace('"x"', '"picture"'),
        "other": renamed,
        "pipe": renamed,
    }
    assert (repository / "pipe" / "config.pbtxt").read_text() == PIPE, "it was saved"
    assert {each.undo_stack.count() for each in window.need_session().texts().values()} == {1}
    dict(posted[-1].actions)["Undo"]()
    assert set(_texts(window).values()) == {NET, NET.replace("8", "1"), PIPE}


def test_a_tensor_inside_an_ensemble_is_renamed_there_alone(window: MainWindow) -> None:
    _press_f2(window, "pipe", 'x" }')
    dialog = part(window, TensorRenameDialog)
    dialog.field.setText("in")
    assert "already" in dialog.reason.text()
    dialog.field.setText("result")
    _answer(dialog)
    assert _texts(window)["pipe"] == PIPE.replace('value: "x"', 'value: "result"').replace(
        'name: "x"', 'name: "result"'
    )
    assert "other" not in window.need_session().models()


def _rename_on_graph(window: MainWindow, model: str, port: PortId, new: str) -> None:
    context = window.context
    assert isinstance(context.show(ModelPlace(model)), ModelTab)
    pane = graph_in_front(context)
    assert pane is not None
    wait_until(lambda: pane.document.graph is not None)
    assert pane.document.graph is not None
    pane.scene.choose(of_port(port))
    QTest.keyClick(pane.view, Qt.Key.Key_F2)
    pane.controller.name_field.setText(new)
    QTest.keyClick(pane.controller.name_field, Qt.Key.Key_Return)
    wait_until(lambda: tasks.busy() == 0)


def test_a_tensor_of_the_graph_is_renamed_in_the_ensembles_that_use_it(window: MainWindow) -> None:
    _rename_on_graph(window, "pipe", PortId(INPUTS, "out", "in"), "picture")
    dialog = part(window, TensorRenameDialog)
    listed = part(dialog, QListWidget, names.Renaming.LIST)
    wait_until(lambda: listed.count() == 2)
    assert dialog.field.text() == "picture"
    _answer(dialog)
    assert _texts(window)["outer"] == OUTER.replace('key: "in"', 'key: "picture"')
    assert _texts(window)["pipe"] == PIPE.replace('"in"', '"picture"')
    texts = window.need_session().texts()
    assert [texts[name].undo_stack.count() for name in ("outer", "pipe")] == [1, 1]


def test_a_tensor_that_the_graph_alone_names_is_renamed_at_once(window: MainWindow) -> None:
    _rename_on_graph(window, "other", PortId(INPUTS, "out", "in"), "picture")
    wait_until(lambda: _texts(window)["other"] == PIPE.replace('"in"', '"picture"'))
    assert not window.findChildren(TensorRenameDialog)


def test_the_model_of_a_step_is_renamed_from_the_ensemble(window: MainWindow) -> None:
    _press_f2(window, "pipe", 'net"')
    dialog = part(window, Prompt, names.Explorer.RENAME)
    assert dialog.windowTitle() == "Rename net"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_what_is_edited_under_the_dialog_is_left_alone(window: MainWindow, posted: list[Notice]) -> None:
    _press_f2(window, "pipe", 'x" value: "in"')
    dialog = part(window, TensorRenameDialog)
    dialog.field.setText("picture")
    window.need_session().open_model("other").edit("Theirs", lambda held: held.with_text("# theirs\n"))
    _answer(dialog)
    assert _texts(window)["other"] == "# theirs\n"
    assert posted[-1].detail == "other changed meanwhile and was left alone."
