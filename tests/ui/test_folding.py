"""Folding of a text in an editor: what folds, and that one pass over the text finds what a walk by lines finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from studio.ui.editor.text.brackets import closing_block, closing_lines
from studio.ui.editor.text.folding import Folding

_LINES = ('a: "x{"', "b {", "c: [", "  # } no bracket", "  d: { e: 1 }", "}", "]", "f: 'it''s ['", "", "g: [ {", "} ]")


@st.composite
def _sound(draw: st.DrawFn) -> str:
    """A text whose brackets are balanced, over many lines and with some in strings and comments."""
    lines: list[str] = []
    opened: list[str] = []
    for each in draw(st.lists(st.sampled_from(_LINES), max_size=30)):
        closers = [bracket for bracket in each if bracket in "}]"] if each in ("}", "]", "} ]") else []
        if closers != list(reversed(opened))[: len(closers)]:
            continue
        del opened[len(opened) - len(closers) :]
        opened += {"b {": ["}"], "c: [": ["]"], "g: [ {": ["]", "}"]}.get(each, [])
        lines.append(each)
    return "\n".join([*lines, *reversed(opened)])


@given(_sound())
def test_one_pass_finds_the_lines_that_a_walk_finds(text: str) -> None:
    document = QTextDocument(text)
    walked: dict[int, int] = {}
    block = document.firstBlock()
    while block.isValid():
        end = closing_block(block)
        if end is not None:
            walked[block.blockNumber()] = end.blockNumber()
        block = block.next()
    assert closing_lines(text) == walked


def _visible(edit: QPlainTextEdit) -> list[str]:
    document = edit.document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    return [block.text() for block in blocks if block.isVisible()]


def test_folds_hide_their_lines_until_they_are_shown_again(qtbot: QtBot) -> None:
    edit = QPlainTextEdit()
    qtbot.addWidget(edit)
    edit.setPlainText("a {\n  b {\n    c: 1\n  }\n}\nd: 2\ne [\n  1\n]\nf {\n}")
    folding = Folding(edit)
    folding.fold_all()
    assert _visible(edit) == ["a {", "}", "d: 2", "e [", "]", "f {", "}"]
    folding.toggle(edit.document().findBlockByNumber(0))
    assert _visible(edit) == ["a {", "  b {", "    c: 1", "  }", "}", "d: 2", "e [", "]", "f {", "}"]
    folding.toggle(edit.document().findBlockByNumber(1))
    assert _visible(edit) == ["a {", "  b {", "  }", "}", "d: 2", "e [", "]", "f {", "}"]
    folding.unfold_all()
    assert len(_visible(edit)) == edit.blockCount()


def test_a_separator_inside_a_line_does_not_move_folds(qtbot: QtBot) -> None:
    edit = QPlainTextEdit()
    qtbot.addWidget(edit)
    edit.setPlainText("x: 1")
    edit.textCursor().insertText("# one\u2028two\n")
    edit.appendPlainText("a {\n  b: 1\n}")
    assert edit.blockCount() == 5
    Folding(edit).fold_all()
    assert _visible(edit)[-2:] == ["a {", "}"]
