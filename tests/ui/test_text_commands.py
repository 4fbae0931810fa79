"""The commands of the text pane in the real window, as palette and keys run them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.ui.editor.changes.review import ReviewDialog
from studio.ui.editor.model_tab import ModelTab
from studio.ui.shell.window import MainWindow
from tests.fixtures import names
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow
from tests.ui.repository import write_model

NET = """name: "net"
backend: "python"
input { name: "a" data_type: TYPE_FP32 dims: [ 3 ] }
output { name: "y" data_type: TYPE_FP32 dims: [ 5 ] }
"""
PIPE = """platform: "ensemble"
input { name: "in" data_type: TYPE_FP32 dims: [ 3 ] }
output { name: "out" data_type: TYPE_FP32 dims: [ 5 ] }
ensemble_scheduling {
  step {
    model_name: "net"
    input_map { key: "a" value: "in" }
    output_map { key: "y" value: "out" }
  }
}
"""


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> MainWindow:
    """The whole program on two models, the ensemble in front with the keyboard in its text."""
    write_model(tmp_path / "models", "net", NET)
    (tmp_path / "models" / "net" / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    write_model(tmp_path / "models", "pipe", PIPE)
    window = open_window(tmp_path / "models", size=(1280, 720))
    window.documents.open_model("pipe")
    return window


def _tab(window: MainWindow) -> ModelTab:
    tab = window.tabs.page(window.tabs.current())
    assert isinstance(tab, ModelTab)
    return tab


def _put(window: MainWindow, words: str) -> None:
    text = _tab(window).show_text()
    cursor = text.edit.textCursor()
    cursor.setPosition(text.position_of(text.shown_text().index(words) + len(words)))
    text.edit.setTextCursor(cursor)


def _run(window: MainWindow, command: str) -> None:
    action = window.commands.action(command)
    wait_until(action.isEnabled)
    action.trigger()


def test_commands_reach_the_text(window: MainWindow, qtbot: QtBot) -> None:
    """Each does its thing in the tab in front, and each edit is one step."""
    tab = _tab(window)
    text = tab.text
    _put(window, 'model_name: "n')
    _run(window, "suggest")
    assert [entry.label for entry in text.completion.popup.entries()] == ["net"]
    text.completion.dismiss()
    _run(window, "card")
    assert text.hover.card.isVisible()
    with qtbot.waitSignal(tab.field_focused) as told:
        _run(window, "field_help")
    assert told.args == ["pipe", ("ensemble_scheduling", "step", 0, "model_name")]
    text.edit.left.emit()
    _run(window, "comment")
    assert '    # model_name: "net"\n' in tab.model.draft.document.text
    _run(window, "undo")
    assert tab.model.draft.document.text == PIPE
    _run(window, "lines_down")
    assert tab.model.draft.document.text.index("input_map") < tab.model.draft.document.text.index("model_name")
    _run(window, "lines_up")
    assert tab.model.draft.document.text == PIPE
    _run(window, "fold")
    assert not text.edit.document().findBlockByNumber(6).isVisible()
    _run(window, "unfold")
    _run(window, "fold_all")
    assert not text.edit.document().findBlockByNumber(4).isVisible()
    _run(window, "unfold_all")
    assert text.edit.document().findBlockByNumber(4).isVisible()
    tab.model.edit("Ugly", lambda held: held.with_text(PIPE.replace('"net"', '"net" ;')))
    _run(window, "format")
    assert tab.model.draft.document.text == PIPE
    _put(window, 'model_name: "n')
    _run(window, "definition")
    wait_until(lambda: _tab(window).model.name == "net")


def test_review_and_fixes_from_the_window(window: MainWindow, qtbot: QtBot) -> None:
    """The model in front is the first that is reviewed; the menu of fixes opens at the cursor."""
    session = window.need_session()
    other = session.open_model("net")
    other.edit("Batch", lambda held: held.set("max_batch_size", 2))
    tab = _tab(window)
    tab.model.edit("Wrong", lambda held: held.with_text('name: "pip"\n' + PIPE))
    _run(window, "review")
    dialog = window.findChild(ReviewDialog)
    assert isinstance(dialog, ReviewDialog)
    assert dialog.list.count() == 2
    assert dialog.model is tab.model
    dialog.close()
    wait_until(lambda: any(f.fixes and f.line == 1 for f in session.findings_of("pipe")))
    window.activateWindow()
    _put(window, 'name: "pi')
    wait_until(tab.text.edit.hasFocus)
    _run(window, "quick_fix")
    menu = window.findChild(QMenu, names.Fixes.MENU)
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert tab.model.draft.document.text.startswith('name: "pipe"\n')
