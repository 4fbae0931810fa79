"""A text with a line that no editor can lay out at once is not put into one, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.app.notices import Notice
from studio.text.tree import Span
from studio.ui.editor import names
from studio.ui.editor.model_tab import ModelTab
from studio.ui.editor.text.long_lines import LONGEST, MOST, unshown
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenTab

LINE = 'backend: "python" ' + 'input { name: "x" data_type: TYPE_FP32 dims: 3 } ' * 600


def _tab(tmp_path: Path, text: str, open_session: OpenSession, open_tab: OpenTab) -> ModelTab:
    folder = tmp_path / "models" / "net"
    folder.mkdir(parents=True)
    (folder / "config.pbtxt").write_text(text)
    return open_tab(open_session(tmp_path / "models"))


def _note(tab: ModelTab) -> QWidget:
    found = tab.findChild(QWidget, names.Text.LONG_LINE)
    assert found is not None
    return found


def test_the_line_is_named_and_the_text_laid_out_when_asked(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab, qtbot: QtBot
) -> None:
    tab = _tab(tmp_path, f"# one\n{LINE}", open_session, open_tab)
    pane = tab.text
    assert not pane.edit.isVisible()
    assert pane.edit.toPlainText() == ""
    assert pane.shown_text() == f"# one\n{LINE}"
    note = _note(tab)
    assert note.isVisible()
    words = [label.text() for label in note.findChildren(QLabel)]
    assert "Line 2 is too long to be shown" in words
    assert any(f"{len(LINE):,} characters" in each for each in words)
    pane.reveal(Span(9, 20))
    pane.rewriting.toggle_comment()
    pane.rewriting.move_lines(1)
    assert not tab.model.is_unsaved, "a text that is not shown was edited"
    qtbot.mouseClick(note.findChild(QAbstractButton, names.Text.LAY_OUT), Qt.MouseButton.LeftButton)
    wait_until(lambda: pane.edit.isVisible())
    assert not note.isVisible()
    assert pane.edit.toPlainText() == tab.model.draft.document.text
    assert max(map(len, pane.edit.toPlainText().split("\n"))) < LONGEST
    tab.model.undo_stack.undo()
    assert note.isVisible()
    assert not pane.edit.isVisible()
    assert pane.shown_text() == f"# one\n{LINE}"


def test_the_field_that_gets_the_keyboard_as_the_note_goes_is_found_in_the_text(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab, qtbot: QtBot
) -> None:
    tab = _tab(tmp_path, f"# one\n{LINE}", open_session, open_tab)
    table = tab.form.reveal(("input",))
    assert table is not None
    pane, button = tab.text, _note(tab).findChild(QAbstractButton, names.Text.LAY_OUT)
    assert button is not None
    QWidget.setTabOrder(button, table)
    button.setFocus()
    with qtbot.waitSignal(tab.field_focused) as focused:
        qtbot.keyClick(button, Qt.Key.Key_Space)
    wait_until(lambda: pane.edit.isVisible())
    assert focused.args == ["net", ("input", 0)]
    assert pane.edit.toPlainText()[pane.edit.textCursor().position() :].startswith('{ name: "x"')


def test_a_broken_text_says_what_is_wrong_where_it_cannot_be_laid_out(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab, qtbot: QtBot, posted: list[Notice]
) -> None:
    text = 'backend: "python\n' + "\"'" * 30_000
    tab = _tab(tmp_path, text, open_session, open_tab)
    button = _note(tab).findChild(QAbstractButton, names.Text.LAY_OUT)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_until(lambda: bool(posted))
    assert "is not sound" in posted[0].detail
    assert tab.text.shown_text() == text


def test_a_field_of_the_form_that_makes_the_line_short_brings_the_text_back(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab
) -> None:
    tab = _tab(tmp_path, f'name: "net"\nbackend: "{"x" * 30_000}"\n', open_session, open_tab)
    assert not tab.text.edit.isVisible()
    tab.model.edit("Set the backend", lambda draft: draft.set("backend", "python"))
    assert tab.text.edit.isVisible()
    assert tab.text.edit.toPlainText() == 'name: "net"\nbackend: "python"\n'
    tab.model.undo_stack.undo()
    assert not tab.text.edit.isVisible()


def test_too_many_lines_are_counted_and_laid_out_when_asked(
    tmp_path: Path, open_session: OpenSession, open_tab: OpenTab, qtbot: QtBot
) -> None:
    tab = _tab(tmp_path, 'backend: "python"' + "\n" * MOST, open_session, open_tab)
    note = _note(tab)
    assert not tab.text.edit.isVisible()
    assert any(f"{MOST + 1:,}" in label.text() for label in note.findChildren(QLabel))
    qtbot.mouseClick(note.findChild(QAbstractButton, names.Text.LAY_OUT), Qt.MouseButton.LeftButton)
    wait_until(lambda: tab.text.edit.isVisible())
    assert tab.text.edit.toPlainText() == 'backend: "python"\n'


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1])
def test_the_longest_line_is_as_long_as_it_is_said_to_be(length: int) -> None:
    found = unshown("a\n" + "b" * length + "\nc")
    assert (found is not None) == (length > LONGEST)
    assert found is None or "Line 2" in found.title


@pytest.mark.parametrize("lines", [MOST, MOST + 1])
def test_so_many_lines_are_shown_as_it_is_said(lines: int) -> None:
    assert (unshown("\n" * (lines - 1)) is not None) == (lines > MOST)
