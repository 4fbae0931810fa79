"""The text pane against the model: every byte, whatever the file holds; undo, problems, large files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.config.draft import draft
from studio.core.files.repository import ModelFolder
from studio.text.parse import render
from studio.text.tree import Span
from studio.ui.editor.text.changed_lines import changed_lines
from studio.ui.editor.text.text_pane import TextPane
from studio.ui.widgets.text.offsets import offsets, pieces
from tests.fixtures.examples import examples
from tests.fixtures.waiting import wait_for_turns, wait_until

ODD = ("é", "🚢", "\u2028", "\u00a0", "\ufdd0", "\ufffe")
PARTS = [
    b"name: ",
    b'"x"',
    b"\r\n",
    b"\n",
    b"\r",
    b"\t",
    b"\xff",
    b"\xc3",
    b"\0",
    b"\xef\xbb\xbf",
    b"#",
    b" ",
    b"{",
    b"}",
    b"dims: [ 1 ]",
]
BYTES = st.lists(st.sampled_from([*PARTS, *(sign.encode() for sign in ODD)]), max_size=30).map(b"".join)
TYPED = st.text(st.sampled_from("ab:\n\t🚢é{}\u00a0\ufffd "), max_size=6)
EDITS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), TYPED), max_size=8)


def _model(data: bytes) -> OpenModel:
    folder = ModelFolder("net", Path("/nowhere/net"))
    return OpenModel(folder, draft(data))


def _shown(pane: TextPane) -> str:
    return pane.edit.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\ufffd")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _replace(pane: TextPane, held: list[tuple[str, str]], start: int, count: int, typed: str) -> str:
    """Replaces pieces as a person would, by what is shown; gives the text that must come of it."""
    at = _units("".join(shown for _, shown in held[:start]))
    length = _units("".join(shown for _, shown in held[start : start + count]))
    cursor = QTextCursor(pane.edit.document())
    cursor.setPosition(at)
    cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
    text = "".join(piece for piece, _ in held)
    line_end = offsets(text).line_end
    before = "".join(piece for piece, _ in held[:start])
    after = "".join(piece for piece, _ in held[start + count :])
    cursor.insertText(typed)
    return before + typed.replace("\n", line_end) + after


def test_a_byte_order_mark_moves_nothing_that_is_typed(session: Session) -> None:
    model = _model('\ufeffbackend: "identity"\n'.encode())
    pane = TextPane(session, model)
    at = _shown(pane).index(":")
    cursor = QTextCursor(pane.edit.document())
    cursor.setPosition(at)
    cursor.insertText("_")
    assert model.draft.document.text == '\ufeffbackend_: "identity"\n'
    pane.deleteLater()
    model.deleteLater()


def test_a_jump_leaves_the_start_of_its_line_in_sight(session: Session, qtbot: QtBot) -> None:
    """However long what it selects; what lies far to the right of a long line is shown all the same."""
    long = f"input [ {'x ' * 400} ] # end"
    model = _model(f'backend: "identity"\n{long}\n'.encode())
    pane = TextPane(session, model)
    qtbot.addWidget(pane)
    pane.resize(400, 300)
    pane.show()
    bar = pane.edit.horizontalScrollBar()
    start = pane.shown_text().index("input")
    pane.reveal(Span(start + 8, start + len(long)))
    assert pane.edit.textCursor().selectedText() == long[8:]
    assert bar.value() == 0
    pane.reveal(Span(start + len(long) - 5, start + len(long)))
    assert bar.value() > 0
    assert pane.edit.viewport().rect().intersects(pane.edit.cursorRect())
    pane.reveal(Span(start, start + 5))
    assert bar.value() == 0
    model.deleteLater()


@settings(max_examples=examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=BYTES, edits=EDITS)
def test_what_is_typed_changes_those_bytes_only(
    session: Session, data: bytes, edits: list[tuple[int, int, str]]
) -> None:
    """Line ends, tabs, signs beyond 16 bits and bytes that are no UTF-8 stay what they are."""
    model = _model(data)
    pane = TextPane(session, model)
    try:
        for place, count, typed in edits:
            held = pieces(model.draft.document.text)
            start = place % (len(held) + 1)
            removed = held[start : start + count]
            line_end = offsets(model.draft.document.text).line_end
            wanted = _replace(pane, held, start, count, typed)
            if [shown for _, shown in removed] == list(typed):
                continue  # the same signs: Qt and the pane see no change
            QApplication.processEvents()
            found = model.draft.document.text
            if _may_keep(removed, typed, line_end):
                assert _as_shown(found) == _as_shown(wanted)
            else:
                assert found == wanted
            assert _shown(pane) == offsets(found).shown
        while model.undo_stack.canUndo():
            model.undo_stack.undo()
        assert render(model.draft.document) == data
        assert _shown(pane) == offsets(model.draft.document.text).shown
    finally:
        pane.deleteLater()
        model.deleteLater()


def _may_keep(removed: list[tuple[str, str]], typed: str, line_end: str) -> bool:
    """Whether a stand-in or another line end was replaced by the same sign, which cannot be told from leaving it."""
    return any(piece != shown.replace("\n", line_end) and shown in typed for piece, shown in removed)


def _as_shown(text: str) -> str:
    return "".join(shown for _, shown in pieces(text))


@pytest.fixture
def pane(session: Session, qtbot: QtBot) -> TextPane:
    """A small configuration in the pane, shown."""
    made = TextPane(session, _model(b'name: "net"\nmax_batch_size: 8\n'))
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.edit.setFocus()
    return made


def _text(pane: TextPane) -> str:
    return pane.model.draft.document.text


KEYS = st.lists(
    st.sampled_from(
        [
            *"ab{}[]\"'#: ",
            Qt.Key.Key_Return,
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Tab,
            Qt.Key.Key_Backtab,
            Qt.Key.Key_Left,
            Qt.Key.Key_Up,
            Qt.Key.Key_Delete,
        ]
    ),
    max_size=25,
)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.sampled_from([b"", b'a {\r\n  b: "x"\r\n}\r\n', b"# \xf0\x9f\x9a\xa2\nc: [ 1 ]\n"]), keys=KEYS)
def test_any_keys_leave_editor_and_model_the_same(session: Session, data: bytes, keys: list[str | Qt.Key]) -> None:
    """Pairs, indents and all; undone to the byte."""
    model = _model(data)
    pane = TextPane(session, model)
    try:
        pane.edit.moveCursor(QTextCursor.MoveOperation.End)
        for key in keys:
            if isinstance(key, str):
                QTest.keyClicks(pane.edit, key)
            else:
                QTest.keyClick(pane.edit, key)
            pane.completion.dismiss()
        QApplication.processEvents()
        assert _shown(pane) == offsets(model.draft.document.text).shown
        while model.undo_stack.canUndo():
            model.undo_stack.undo()
        assert render(model.draft.document) == data
        assert _shown(pane) == offsets(model.draft.document.text).shown
    finally:
        pane.deleteLater()
        model.deleteLater()


def test_undo_by_key_is_the_models_and_the_cursor_goes_there(pane: TextPane, qtbot: QtBot) -> None:
    """A burst of typing is one step."""
    pane.edit.moveCursor(QTextCursor.MoveOperation.EndOfLine)
    QTest.keyClicks(pane.edit, "  # ours")
    assert _text(pane).startswith('name: "net"  # ours\n')
    pane.edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(pane.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _text(pane) == 'name: "net"\nmax_batch_size: 8\n'
    assert pane.edit.textCursor().position() == 11
    QTest.keyClick(pane.edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert pane.edit.textCursor().position() == 19


def test_edit_of_another_view_leaves_cursor_and_scroll(pane: TextPane) -> None:
    """Only the span that changed is touched."""
    pane.edit.moveCursor(QTextCursor.MoveOperation.End)
    pane.edit.clearFocus()
    pane.model.edit("Set", lambda held: held.set("name", "longer"))
    assert pane.edit.toPlainText() == 'name: "longer"\nmax_batch_size: 8\n'
    assert pane.edit.textCursor().atEnd()


def test_enter_keeps_the_indent_and_tab_writes_blanks(pane: TextPane, qtbot: QtBot) -> None:
    """As code editors do."""
    pane.edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(pane.edit, "dynamic_batching {")
    QTest.keyClick(pane.edit, Qt.Key.Key_Return)
    QTest.keyClicks(pane.edit, "x")
    QTest.keyClick(pane.edit, Qt.Key.Key_Tab)
    assert _text(pane).endswith("dynamic_batching {\n  x  \n}")


def test_large_text_is_parsed_beside_the_window(session: Session, qtbot: QtBot) -> None:
    """A key in 300 kB is not felt; it becomes an edit when typing pauses or the pane is left."""
    one = '  {\n    name: "input_%d"\n    data_type: TYPE_FP32\n    dims: [ 3, 224, 224 ]\n  }'
    text = 'name: "net"\ninput [\n' + ",\n".join(one % i for i in range(3_600)) + "\n]\n"
    assert len(text) > 290_000
    model = _model(text.encode())
    pane = TextPane(session, model)
    qtbot.addWidget(pane)
    pane.show()
    pane.edit.setFocus()
    pane.edit.moveCursor(QTextCursor.MoveOperation.EndOfLine)
    QTest.keyClicks(pane.edit, "  # big")
    assert model.draft.document.text == text, "it was parsed at a key"
    wait_until(lambda: model.is_unsaved and tasks.busy() == 0)
    assert model.draft.document.text == text.replace('"net"', '"net"  # big')
    QTest.keyClicks(pane.edit, "ger")
    pane.edit.editingFinished.emit()
    assert model.draft.document.text == text.replace('"net"', '"net"  # bigger')
    model.undo_stack.undo()
    pane.hide()


def test_large_text_is_coloured_where_it_is_looked_at(session: Session, qtbot: QtBot) -> None:
    """What comes into sight gets its colours, and what is typed at once."""
    text = "".join(f'# line {i}\nname_{i}: "x"\n' for i in range(3_000))
    pane = TextPane(session, _model(text.encode()))
    qtbot.addWidget(pane)
    pane.resize(500, 300)
    with qtbot.waitExposed(pane):
        pane.show()

    def is_coloured(line: int) -> bool:
        return bool(pane.edit.document().findBlockByNumber(line).layout().formats())

    wait_until(lambda: is_coloured(0))
    assert not is_coloured(5_000)
    pane.edit.verticalScrollBar().setValue(5_000)
    wait_until(lambda: is_coloured(5_000))
    pane.edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(pane.edit, "x: 1")
    assert is_coloured(6_000)
    pane.flush()
    pane.hide()


def _large(session: Session, qtbot: QtBot) -> tuple[str, TextPane]:
    text = "".join(f'name_{i}: "x"\n' for i in range(12_000))
    pane = TextPane(session, _model(text.encode()))
    qtbot.addWidget(pane)
    return text, pane


def test_large_text_comes_piece_by_piece_and_a_place_in_it_once_it_is_there(session: Session, qtbot: QtBot) -> None:
    text, pane = _large(session, qtbot)
    assert 0 < len(pane.edit.toPlainText()) < len(text)
    place = text.index("name_11000")
    pane.reveal(Span(place, place + 10))
    wait_for_turns(pane)
    assert pane.edit.toPlainText() == text
    assert not pane.model.is_unsaved
    assert pane.edit.textCursor().selectedText() == "name_11000"


def test_whoever_types_in_a_large_text_that_is_still_coming_has_all_of_it(session: Session, qtbot: QtBot) -> None:
    text, pane = _large(session, qtbot)
    assert 0 < len(pane.edit.toPlainText()) < len(text)
    QTest.keyClicks(pane.edit, "# ")
    assert pane.edit.toPlainText() == f"# {text}"
    pane.flush()
    assert _text(pane) == f"# {text}"


def test_another_view_changes_a_large_text_that_is_still_coming(session: Session, qtbot: QtBot) -> None:
    text, pane = _large(session, qtbot)
    assert 0 < len(pane.edit.toPlainText()) < len(text)
    pane.model.edit("Change it", lambda held: held.with_text(text.replace("name_9000", "other")))
    assert pane.edit.toPlainText() == text.replace("name_9000", "other")
    pane.model.edit("Take half", lambda held: held.with_text(text[: len(text) // 2]))
    assert pane.edit.toPlainText() == text[: len(text) // 2]


def test_what_is_copied_are_the_characters_that_are_selected(session: Session, qtbot: QtBot) -> None:
    text = '# one\u00a0two\nname: "net"\n'
    pane = TextPane(session, _model(text.encode()))
    qtbot.addWidget(pane)
    pane.edit.selectAll()
    pane.edit.copy()
    copied = QApplication.clipboard().mimeData()
    assert copied.text() == text
    assert copied.formats() == ["text/plain"]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nB\nc", {1}),
        ("a\nb\nc", "a\nb\nx\nc", {2}),
        ("a\nb\nc", "a\nc", set()),
        ("", "a", {0}),
        ("a\x0cb\nc", "a\x0cb\nd", {1}),
        ("\n".join("abcd" * 500), "x\n" + "\n".join("abcd" * 500), {0}),
    ],
)
def test_changed_lines(before: str, after: str, lines: set[int]) -> None:
    """Counted as the editor counts them: only a line feed ends a line."""
    assert changed_lines(before, after) == lines


def test_many_changed_lines_are_not_compared_one_by_one() -> None:
    """What would take hours is marked as a whole."""
    before = "\n".join(["same", *(f"a{i}" for i in range(500_000)), "end"])
    after = "\n".join(["same", *(f"b{i}" for i in range(500_000)), "end"])
    assert changed_lines(before, after) == frozenset(range(1, 500_001))
