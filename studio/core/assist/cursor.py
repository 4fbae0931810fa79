"""What is being written at a place of a text, which may be broken: the field or value, and the messages around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.named_tuple import NamedTuple
from studio.text import layout, patterns
from studio.text.document import Document
from studio.text.parse import parse
from studio.text.tree import Field, Message

_NAME: Final = re.compile(r"([A-Za-z_]\w*)\s*:?\s*$", re.ASCII)
_PIECE: Final = re.compile(r"#.*|\"(?:[^\"\\\n]|\\.)*(?P<end1>\"?)|'(?:[^'\\\n]|\\.)*(?P<end2>'?)")
_TOKEN: Final = re.compile(r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[\w.+-]+|[^\s\w]")
_WORD_BEFORE: Final = re.compile(r"[\w.-]*\Z", re.ASCII)
_WORD_AFTER: Final = re.compile(r"[\w.-]*", re.ASCII)
_CLOSERS: Final = {"}": "{", "]": "[", ">": "<"}
_NEAR: Final = 2_000
_BODY: Final = 60_000
_LONGEST_NAME: Final = 200

Kind = Literal["field", "value", "none"]


class Cursor(NamedTuple):
    """What is written at a place: a field's name, a value of `field`, or nothing that can be helped with.

    `path` names the messages around it, `opening` is where the innermost begins (0 for the whole text), `start` and
    `end` the word or the string's content at the place, `quote` the quote of the string, "" outside of one.
    """

    kind: Kind
    path: tuple[str, ...]
    opening: int
    field: str
    start: int
    end: int
    quote: str
    listed: bool


class _Open(NamedTuple):
    bracket: str
    position: int
    since: int


def cursor(text: str, offset: int) -> Cursor:
    """What is written at a place."""
    line = layout.line_start(text, offset)
    state, string = in_line(text[line:offset])
    stack = _stack(text, line + string if state == "string" else offset)
    path, names = _path(text, stack)
    opening = next((each.position for each in reversed(stack) if each.bracket in "{<"), 0)
    start, end, quote = _word(text, offset, line + string if state == "string" else -1)
    inner = stack[-1].position + 1 if stack else 0
    listed = bool(stack) and stack[-1].bracket == "["
    kind, field = _role(text[max(inner, start - _NEAR) : start - len(quote)], listed)
    if state == "comment":
        kind = "none"
    return Cursor(kind, path, opening, names if listed else field, start, end, quote, listed)


def in_line(line: str) -> tuple[str, int]:
    """Whether the end of a line lies in a string or a comment, and where that begins."""
    for match in _PIECE.finditer(line):
        if match.end() == len(line):
            if match[0].startswith("#"):
                return "comment", match.start()
            if not match["end1"] and not match["end2"]:
                return "string", match.start()
    return "", 0


def _stack(text: str, end: int) -> list[_Open]:
    """The brackets that are open before a place. Runs at keys, so most of the text is passed over in big steps."""
    stack: list[_Open] = []
    pos = 0
    match_bracket = patterns.OPENING.match
    while (match := match_bracket(text, pos, end)) is not None:
        since, pos = pos, match.end()
        bracket = match[1]
        opener = _CLOSERS.get(bracket)
        if opener is None:
            stack.append(_Open(bracket, pos - 1, since))
        elif any(each.bracket == opener for each in stack):
            while stack.pop().bracket != opener:
                pass
    return stack


def _path(text: str, stack: list[_Open]) -> tuple[tuple[str, ...], str]:
    """The names of the messages that are open, and of the list if one is open in the innermost."""
    path: list[str] = []
    waiting = ""
    for each in stack:
        named = _NAME.search(text[max(each.since, each.position - _LONGEST_NAME) : each.position])
        name = named[1] if named else waiting
        if each.bracket == "[":
            waiting = name
        else:
            path.append(name)
            waiting = ""
    return tuple(path), waiting


def _word(text: str, offset: int, string: int) -> tuple[int, int, str]:
    """The word or the content of the string around a place, and the quote of the string."""
    if string >= 0:
        quote = text[string]
        rest = text[offset : text.find("\n", offset) if "\n" in text[offset:] else len(text)]
        closed = rest.find(quote)
        return string + 1, offset + (closed if closed >= 0 else 0), quote
    before = _WORD_BEFORE.search(text, max(0, offset - _LONGEST_NAME), offset)
    after = _WORD_AFTER.match(text, offset)
    return before.start() if before else offset, after.end() if after else offset, ""


def _role(before: str, listed: bool) -> tuple[Kind, str]:
    """What may stand behind a piece of text, and the name of the field whose value that is."""
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(before) if not match[0].startswith("#")]
    last = tokens[-1][0] if tokens else ""
    if listed:
        return ("value" if last in ("", ",", "[") else "none"), ""
    if last == ":":
        name = tokens[-2][0] if len(tokens) > 1 else ""
        return "value", name
    is_name = bool(re.fullmatch(r"[A-Za-z_]\w*", last)) and (len(tokens) < 2 or tokens[-2][0] != ":")
    if is_name and "\n" not in before[tokens[-1][1] :]:
        return "none", ""
    return "field", ""


def schema_at(path: tuple[str, ...]) -> MessageSchema | None:
    """The message type at a path of names; None where the schema has no such message."""
    here: MessageSchema | None = model_config()
    for name in path:
        found = here.fields.get(name) if here else None
        here = found.message if found else None
    return here


def field_at(path: tuple[str, ...], name: str) -> FieldSchema | None:
    """The schema of a field of the message at a path."""
    owner = schema_at(path)
    return owner.fields.get(name) if owner else None


def names_in(text: str, at: Cursor, document: Document | None) -> list[str]:
    """The fields that the message around a cursor sets, that under the cursor left out.

    `document` may be of a text a few keys ago: it serves for the outermost message alone, which may be large.
    """
    if at.opening == 0 and not at.path and len(text) > _BODY:
        fields = document.root.fields if document else ()
        return [f.name for f in fields]
    return [f.name for f in _body(text, at) if f.name]


def body(text: str, at: Cursor) -> Message:
    """The message around a cursor, read without the word under it."""
    return Message(tuple(_body(text, at)), 0, 0)


def _body(text: str, at: Cursor) -> Iterator[Field]:
    first = at.opening + 1 if at.path else 0
    left = at.start - len(at.quote)
    right = at.end + (at.quote != "" and text.startswith(at.quote, at.end))
    cut = text[first:left][-_BODY:] + " " * (right - left) + text[right : right + _BODY]
    depth = 0
    for match in re.finditer(r"#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[{}<>]", cut):
        depth += (match[0] in "{<") - (match[0] in "}>")
        if depth < 0:
            cut = cut[: match.start()]
            break
    yield from parse(cut).root.fields
