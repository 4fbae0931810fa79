"""What keys do while a person types configuration: pairs of brackets and quotes, indents, lines moved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from studio.core.assist.cursor import in_line
from studio.ui.editor.text.brackets import left_open, matching

UNIT = "  "
_PAIRS = {"{": "}", "[": "]", '"': '"', "'": "'"}
_CLOSERS = frozenset("}]>")
_BEFORE_PAIR = frozenset(" \t\u2029\n}],;")
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def take_key(edit: QPlainTextEdit, event: QKeyEvent) -> bool:
    """Does what a key means in a configuration; False where the editor is to take it as it does any text."""
    if event.modifiers() & _HELD or edit.isReadOnly():
        return False
    key = Qt.Key(event.key())
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
        _enter(edit)
    elif key == Qt.Key.Key_Tab:
        _indent(edit)
    elif key == Qt.Key.Key_Backtab:
        _outdent(edit)
    elif key == Qt.Key.Key_Backspace and not event.modifiers():
        return _backspace(edit)
    else:
        return _type(edit, event.text())
    return True


def _state(cursor: QTextCursor) -> str:
    return in_line(cursor.block().text()[: cursor.positionInBlock()])[0]


def _beside(cursor: QTextCursor) -> tuple[str, str]:
    """The characters before and behind the cursor; "" at the ends of its line."""
    line, at = cursor.block().text(), cursor.positionInBlock()
    return line[at - 1 : at] if at else "", line[at : at + 1]


def _type(edit: QPlainTextEdit, typed: str) -> bool:
    cursor = edit.textCursor()
    state = _state(cursor)
    if typed in _PAIRS and cursor.hasSelection() and state == "":
        _surround(edit, cursor, typed)
        return True
    if cursor.hasSelection():
        return False
    before, behind = _beside(cursor)
    if typed and typed == behind and _is_written(edit, cursor, typed, state):
        cursor.movePosition(QTextCursor.MoveOperation.Right)
    elif typed in _CLOSERS and state == "" and not cursor.block().text()[: cursor.positionInBlock()].strip():
        _close(edit, cursor, typed)
        return True
    elif typed in _PAIRS and state == "" and (not behind or behind in _BEFORE_PAIR) and not _glued(typed, before):
        cursor.insertText(typed + _PAIRS[typed])
        cursor.movePosition(QTextCursor.MoveOperation.Left)
    else:
        return False
    edit.setTextCursor(cursor)
    return True


def _glued(typed: str, before: str) -> bool:
    """Whether a quote is more likely the end of something than its beginning."""
    return typed in "\"'" and (before.isalnum() or before in ("_", typed))


def _is_written(edit: QPlainTextEdit, cursor: QTextCursor, typed: str, state: str) -> bool:
    """Whether the bracket or quote behind the cursor is the one that is being typed."""
    if typed in "\"'":
        return state == "string"
    return typed in _CLOSERS and state == "" and bool(matching(edit.document(), cursor.position() + 1))


def _surround(edit: QPlainTextEdit, cursor: QTextCursor, typed: str) -> None:
    text = cursor.selectedText().replace("\u2029", "\n")
    start = cursor.selectionStart()
    cursor.insertText(typed + text + _PAIRS[typed])
    cursor.setPosition(start + 1)
    cursor.setPosition(start + 1 + len(text.encode("utf-16-le")) // 2, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)


def _close(edit: QPlainTextEdit, cursor: QTextCursor, typed: str) -> None:
    """A closing bracket on an empty line goes under the line that opens it."""
    cursor.insertText(typed)
    pair = matching(edit.document(), cursor.position())
    if pair:
        opener = edit.document().findBlock(min(pair)).text()
        line = QTextCursor(cursor.block())
        line.setPosition(cursor.position() - 1, QTextCursor.MoveMode.KeepAnchor)
        line.insertText(opener[: len(opener) - len(opener.lstrip())])
    edit.setTextCursor(cursor)


def _enter(edit: QPlainTextEdit) -> None:
    cursor = edit.textCursor()
    line = cursor.block().text()[: cursor.positionInBlock()]
    indent = line[: len(line) - len(line.lstrip())]
    opens = bool(left_open(line)) and line.rstrip().endswith(("{", "[", "<"))
    _, behind = _beside(cursor)
    if opens and behind in _CLOSERS and not cursor.hasSelection():
        cursor.insertText(f"\n{indent}{UNIT}\n{indent}")
        cursor.movePosition(QTextCursor.MoveOperation.Up)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfLine)
    else:
        cursor.insertText(f"\n{indent}{UNIT if opens else ''}")
    edit.setTextCursor(cursor)


def _backspace(edit: QPlainTextEdit) -> bool:
    cursor = edit.textCursor()
    before, behind = _beside(cursor)
    if cursor.hasSelection():
        return False
    if before and _PAIRS.get(before) == behind and _state(cursor) in ("", "string"):
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, 2)
        cursor.removeSelectedText()
        return True
    at = cursor.positionInBlock()
    if at > 1 and not cursor.block().text()[:at].strip(" "):
        over = at % len(UNIT) or len(UNIT)
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, over)
        cursor.removeSelectedText()
        return True
    return False


def _indent(edit: QPlainTextEdit) -> None:
    cursor = edit.textCursor()
    if not cursor.hasSelection() or "\u2029" not in cursor.selectedText():
        cursor.insertText(UNIT)
        edit.setTextCursor(cursor)
        return
    _each_line(edit, lambda line: UNIT + line if line.strip() else line)


def _outdent(edit: QPlainTextEdit) -> None:
    _each_line(edit, lambda line: line[min(len(UNIT), _blanks(line)) :])


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _each_line(edit: QPlainTextEdit, change: Callable[[str], str]) -> None:
    """Changes the lines of the selection, which then are selected."""
    cursor = edit.textCursor()
    document = edit.document()
    first, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
    cursor.setPosition(first.position())
    cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    lines = cursor.selectedText().split("\u2029")
    new = "\n".join(change(line) for line in lines)
    if new != "\n".join(lines):
        start = first.position()
        cursor.insertText(new)
        if len(lines) > 1:
            end = cursor.position()
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        edit.setTextCursor(cursor)
