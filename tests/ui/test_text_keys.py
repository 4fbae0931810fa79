"""Typing configuration: pairs, indents, folds, suggestions by keyboard, cards, fixes; one history with the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.app.editing.open_model import OpenModel
from studio.app.notices import Notice
from studio.app.session import Session
from studio.ui.editor.text.brackets import matching
from studio.ui.editor.text.text_pane import TextPane
from studio.ui.room.fixing import offer_fixes
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.ui.repository import write_model

CONFIG = """name: "net"
backend: "python"
input [
  {
    name: "a"  # {
    data_type: TYPE_FP32
    dims: [ 3 ]
  }
]
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
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A repository with a model and an ensemble of it."""
    write_model(tmp_path / "models", "net", CONFIG)
    (tmp_path / "models" / "net" / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    write_model(tmp_path / "models", "pipe", PIPE)
    return open_session(tmp_path / "models")


@dataclass
class Tab:
    """A model and its text, shown by itself: the form takes its time to build and is not in question."""

    model: OpenModel
    text: TextPane


@pytest.fixture
def open_tab(session: Session, qtbot: QtBot) -> Callable[[str], Tab]:
    """Opens a model's text with the keyboard in it."""

    def open_(name: str) -> Tab:
        model = session.open_model(name)
        pane = TextPane(session, model)
        qtbot.addWidget(pane)
        pane.resize(900, 600)
        with qtbot.waitExposed(pane):
            pane.show()
        pane.activateWindow()
        pane.edit.setFocus()
        wait_until(pane.edit.hasFocus)
        return Tab(model, pane)

    return open_


@pytest.fixture
def tab(open_tab: Callable[[str], Tab]) -> Tab:
    """The text of the model."""
    return open_tab("net")


def _text(tab: Tab) -> str:
    tab.text.flush()
    return tab.model.draft.document.text


def _put(text: TextPane, words: str, behind: bool = True) -> None:
    at = text.shown_text().index(words) + (len(words) if behind else 0)
    cursor = text.edit.textCursor()
    cursor.setPosition(text.position_of(at))
    text.edit.setTextCursor(cursor)


def _end(tab: Tab) -> None:
    tab.text.edit.moveCursor(QTextCursor.MoveOperation.End)


def _type(tab: Tab, qtbot: QtBot, keys: str) -> None:
    """Types keys, a line feed as Enter; suggestions do not come into it."""
    for place, line in enumerate(keys.split("\n")):
        if place:
            QTest.keyClick(tab.text.edit, Qt.Key.Key_Return)
        QTest.keyClicks(tab.text.edit, line)
        tab.text.completion.dismiss()


def test_pairs_come_and_go_together(tab: Tab, qtbot: QtBot) -> None:
    """What closes is written along, typed over, and removed with what opens."""
    _end(tab)
    _type(tab, qtbot, 'parameters { key: "a"')
    assert _text(tab).endswith('parameters { key: "a"}')
    QTest.keyClick(tab.text.edit, Qt.Key.Key_BraceRight)
    assert _text(tab).endswith('parameters { key: "a"}')
    _type(tab, qtbot, "\nx [")
    assert _text(tab).endswith("\nx []")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Backspace)
    assert _text(tab).endswith("\nx ")
    _type(tab, qtbot, '# it"s {')
    assert _text(tab).endswith('# it"s {'), "comments are plain text"


def test_a_selection_is_put_in_brackets(tab: Tab, qtbot: QtBot) -> None:
    """And stays selected."""
    _put(tab.text, "dims: [ 3")
    tab.text.edit.moveCursor(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_QuoteDbl)
    assert 'dims: [ "3" ]' in _text(tab)
    assert tab.text.edit.textCursor().selectedText() == "3"


def test_indents(tab: Tab, qtbot: QtBot) -> None:
    """Tab and Shift+Tab for whole lines, Backspace for one step, a closing bracket goes under its opener."""
    _put(tab.text, "  {\n", behind=False)
    cursor = tab.text.edit.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Down, QTextCursor.MoveMode.KeepAnchor, 2)
    tab.text.edit.setTextCursor(cursor)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Tab)
    assert '\n    {\n      name: "a"' in _text(tab)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Backtab)
    assert '\n  {\n    name: "a"' in _text(tab)
    _end(tab)
    _type(tab, qtbot, "dynamic_batching {")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Delete)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Return)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_BraceRight)
    assert _text(tab).endswith("dynamic_batching {\n}")
    _type(tab, qtbot, "\n    ")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Backspace)
    assert _text(tab).endswith("\n}\n  ")


def test_brackets_match_past_strings_and_comments(tab: Tab) -> None:
    """The one in the comment has no partner and is none."""
    text = CONFIG
    opener = text.index("{")
    assert matching(tab.text.edit.document(), opener) == (opener, text.index("}"))
    assert matching(tab.text.edit.document(), text.index("# {") + 2) == ()
    closer = text.index("]\n  }\n]") + 6
    assert matching(tab.text.edit.document(), closer) == (closer, text.index("["))


def test_lines_are_commented_and_moved_as_steps(tab: Tab, qtbot: QtBot) -> None:
    """Each is undone by one key."""
    _put(tab.text, 'backend: "py')
    tab.text.rewriting.toggle_comment()
    assert '\n# backend: "python"\n' in _text(tab)
    tab.text.rewriting.toggle_comment()
    assert _text(tab) == CONFIG
    tab.text.rewriting.move_lines(-1)
    assert _text(tab).startswith('backend: "python"\nname: "net"\n')
    assert tab.text.edit.textCursor().blockNumber() == 0
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _text(tab) == CONFIG


def test_format_is_one_step_and_refuses_what_is_broken(tab: Tab, posted: list[Notice]) -> None:
    """The reason is told."""
    ugly = CONFIG.replace("    name", " name").replace("output { ", "output{")
    tab.model.edit("Ugly", lambda held: held.with_text(ugly))
    tab.text.rewriting.format()
    assert _text(tab) == CONFIG
    tab.model.undo_stack.undo()
    assert _text(tab) == ugly
    tab.model.edit("Break", lambda held: held.with_text(ugly + "input ["))
    tab.text.rewriting.format()
    assert "line 11 is not sound" in posted[-1].detail
    assert _text(tab) == ugly + "input ["


def test_folds(tab: Tab) -> None:
    """What is hidden comes back where the cursor goes, and with an edit of another view."""
    edit = tab.text.edit
    _put(tab.text, 'name: "a"')
    edit.folding.fold_here()
    hidden = [n for n in range(edit.blockCount()) if not edit.document().findBlockByNumber(n).isVisible()]
    assert hidden == [4, 5, 6]
    assert edit.textCursor().blockNumber() == 3
    edit.folding.fold_here()
    hidden = [n for n in range(edit.blockCount()) if not edit.document().findBlockByNumber(n).isVisible()]
    assert hidden == [3, 4, 5, 6, 7]
    _put(tab.text, "data_type")
    assert all(edit.document().findBlockByNumber(n).isVisible() for n in range(edit.blockCount()))
    edit.folding.fold_all()
    tab.model.edit("Other", lambda held: held.with_text("name: 'x'\n"))
    assert all(edit.document().findBlockByNumber(n).isVisible() for n in range(edit.blockCount()))


def test_a_fold_moves_with_its_lines(tab: Tab, qtbot: QtBot) -> None:
    """Lines above it come and go; a press in the gutter opens it."""
    edit = tab.text.edit
    edit.folding.fold_all()
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    block = edit.document().findBlockByNumber(3)
    assert block.text() == "input ["
    assert edit.folding.is_folded(block)
    assert not edit.document().findBlockByNumber(4).isVisible()
    shown = [each.blockNumber() for each, _ in edit.folding.seen(float(edit.viewport().height()))]
    assert shown == [0, 1, 2, 3, 9, 10, 11]
    place = edit.cursor_place(block.position()).center()
    QTest.mouseClick(edit.gutter, Qt.MouseButton.LeftButton, pos=QPoint(50, place.y()))
    assert edit.document().findBlockByNumber(4).isVisible()


def test_suggestions_by_keyboard(tab: Tab, qtbot: QtBot) -> None:
    """They come while a word is typed; Enter takes one, with its brackets, and what may stand in it follows."""
    _end(tab)
    QTest.keyClicks(tab.text.edit, "instance_g")
    wait_until(lambda: tab.text.completion.is_open)
    popup = tab.text.completion.popup
    assert [entry.label for entry in popup.entries()] == ["instance_group"]
    assert popup.title.text()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Return)
    assert _text(tab).endswith("instance_group {\n  \n}")
    wait_until(lambda: tab.text.completion.is_open)
    while (entry := popup.current()) is not None and entry.label != "kind":
        QTest.keyClick(tab.text.edit, Qt.Key.Key_Down)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Tab)
    wait_until(lambda: tab.text.completion.is_open and popup.entries()[0].label == "KIND_AUTO")
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Escape)
    assert not tab.text.completion.is_open
    tab.text.completion.ask()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Down)
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Return)
    assert _text(tab).endswith("instance_group {\n  kind: KIND_GPU\n}")
    assert tab.text.edit.hasFocus()


def test_a_finished_word_leaves_enter_alone(tab: Tab, qtbot: QtBot) -> None:
    """It is a new line."""
    _end(tab)
    QTest.keyClicks(tab.text.edit, "response_cache { enable: true")
    tab.text.completion.ask_after_pause()
    assert not tab.text.completion.is_open
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Return)
    assert "true\n" in _text(tab)


def test_a_cursor_that_leaves_the_word_closes_the_suggestions(tab: Tab, qtbot: QtBot) -> None:
    """Typing on narrows them."""
    _end(tab)
    QTest.keyClicks(tab.text.edit, "max")
    tab.text.completion.ask()
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Left)
    assert tab.text.completion.is_open
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Home)
    assert tab.text.completion.is_open
    QTest.keyClick(tab.text.edit, Qt.Key.Key_Left)
    assert not tab.text.completion.is_open


def test_card_at_a_word(tab: Tab) -> None:
    """What the field is for and what the data type means."""
    tab.text.edit.hovered.emit(CONFIG.index("TYPE_FP32") + 2, QPoint())
    shown = [label.text() for label in tab.text.hover.card.findChildren(QLabel)]
    assert "input › data_type" in shown
    assert "TYPE_FP32: 32-bit float, 4 bytes. FP32 on the wire, float32 in numpy." in shown


def test_a_step_leads_to_its_model(open_tab: Callable[[str], Tab], qtbot: QtBot) -> None:
    """By F12's command and by Ctrl+click; its card tells what it takes and gives."""
    tab = open_tab("pipe")
    _put(tab.text, 'model_name: "n')
    with qtbot.waitSignal(tab.text.model_wanted) as told:
        tab.text.hover.follow()
    assert told.args == ["net"]
    _put(tab.text, "platform")
    place = tab.text.edit.cursor_place(PIPE.index('"net"') + 2).center()
    with qtbot.waitSignal(tab.text.model_wanted):
        QTest.mouseClick(
            tab.text.edit.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place
        )
    tab.text.edit.hovered.emit(PIPE.index('"net"') + 2, QPoint())
    shown = [label.text() for label in tab.text.hover.card.findChildren(QLabel)]
    assert "net: python, a FP32[3] → y FP32[5]. Ctrl+click or F12 opens it." in shown


def test_fixes_at_the_cursor_by_keyboard(tab: Tab, session: Session, qtbot: QtBot) -> None:
    """A menu; Enter applies the first, as one step."""
    wrong = CONFIG.replace('name: "net"', 'name: "nett"')
    tab.model.edit("Wrong", lambda held: held.with_text(wrong))
    wait_until(lambda: any(f.fixes and f.line == 1 for f in session.findings_of("net")))
    _put(tab.text, 'name: "ne')
    found = [(each, fix) for each in tab.text.hover.findings_here() for fix in each.fixes]
    menu = offer_fixes(tab.text, session, found, tab.text.hover.spot())
    assert menu is not None
    assert menu.activeAction() is menu.actions()[0]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert _text(tab) == CONFIG
    tab.model.undo_stack.undo()
    assert _text(tab) == wrong


def test_one_history_over_both_panes(tab: Tab, qtbot: QtBot) -> None:
    """Typing, an edit of the form, lines moved, typing again: undone and made again to the byte."""
    texts = [_text(tab)]
    _end(tab)
    _type(tab, qtbot, "# one")
    texts.append(_text(tab))
    tab.model.edit("Form", lambda held: held.set("max_batch_size", 8))
    texts.append(_text(tab))
    _put(tab.text, 'backend: "py')
    tab.text.rewriting.move_lines(-1)
    texts.append(_text(tab))
    _end(tab)
    _type(tab, qtbot, "\n# two")
    texts.append(_text(tab))
    for wanted in reversed(texts[:-1]):
        QTest.keyClick(tab.text.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert _text(tab) == wanted
    again = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for wanted in texts[1:]:
        QTest.keyClick(tab.text.edit, Qt.Key.Key_Z, again)
        assert _text(tab) == wanted
