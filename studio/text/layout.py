"""Where things stand on their lines: indents, line ends, and which comments belong to what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studio.named_tuple import NamedTuple
from studio.text import patterns
from studio.text.document import Document
from studio.text.tree import Field, ListValue, Message, Scalar

_TAIL: Final = re.compile(r"[ \t]*+(?>(?:#[^\r\n]*+(?>(?:\r(?!\n)[^\r\n]*+)*))?)")
_LINE_END: Final = re.compile(r"\r?\n|\Z")
_SEPARATOR: Final = re.compile(r"[ \t]*+[;,]")
_BLANK: Final = re.compile(r"[ \t\r]*+(?:\n|\Z)")
_INDENT: Final = re.compile(r"\ufeff?[ \t]*+")


class Edit(NamedTuple):
    """One replacement in a text."""

    start: int
    end: int
    text: str


def newline(text: str) -> str:
    """The line end that the text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def line_start(text: str, pos: int) -> int:
    """Where the line of `pos` begins."""
    return text.rfind("\n", 0, pos) + 1


def indent(text: str, pos: int) -> str:
    """The white space that the line of `pos` begins with."""
    match = _INDENT.match(text, line_start(text, pos))
    return match[0].lstrip("\ufeff") if match else ""


def begins_line(text: str, pos: int) -> bool:
    """Whether only white space stands before `pos` on its line."""
    # Step by step: the line may be as long as the text, and this is asked of each message in it.
    while pos and text[pos - 1] in " \t\ufeff":
        pos -= 1
    return not pos or text[pos - 1] == "\n"


def tail(text: str, pos: int) -> int:
    """The end of the comment that trails on the line of `pos`, if nothing stands before it; else `pos`."""
    match = _TAIL.match(text, pos)
    end = match.end() if match else pos
    return end if _LINE_END.match(text, end) else pos


def ends_line(text: str, pos: int) -> bool:
    """Whether nothing but white space and a comment follows on the line."""
    return bool(_LINE_END.match(text, tail(text, pos)))


def after_line(text: str, pos: int) -> int:
    """The start of the next line, for a `pos` at the end of one."""
    match = _LINE_END.match(text, pos)
    return match.end() if match else pos


def separator_end(text: str, pos: int) -> int:
    """Behind the separator that follows on the same line, or `pos` itself."""
    match = _SEPARATOR.match(text, pos)
    return match.end() if match else pos


def comma(text: str, pos: int) -> int:
    """Where the comma stands that follows an item of a list."""
    match = patterns.AFTER_ITEM.match(text, pos)
    return match.end() - 1 if match else pos


def is_blank(text: str, pos: int) -> bool:
    """Whether the line that begins at `pos` is empty; the end of the text is not a line."""
    return pos < len(text) and bool(_BLANK.match(text, pos))


def lead(text: str, pos: int) -> int:
    """The start of the line where what stands at `pos` begins with the comments directly above it.

    Comments that begin with the file's first line belong to the file.
    """
    own = here = line_start(text, pos)
    while here > 0:
        above = line_start(text, here - 1)
        if not text[above:here].lstrip(" \t\ufeff").startswith("#"):
            return here
        here = above
    return own


def has_header(text: str, pos: int) -> bool:
    """Whether the comments directly above `pos` are those that the file begins with."""
    start = line_start(text, pos)
    return lead(text, pos) == start > 0 and text[line_start(text, start - 1) :].lstrip(" \t\ufeff")[:1] == "#"


def messages(message: Message) -> Iterator[tuple[Field, Message]]:
    """All messages below one, each with the field it stands in, outer ones first."""
    for field in message.fields:
        values = field.value.items if isinstance(field.value, ListValue) else (field.value,)
        for value in values:
            if isinstance(value, Message):
                yield field, value
                yield from messages(value)


def lists(message: Message) -> Iterator[tuple[Field, ListValue]]:
    """All lists in a message, with their fields."""
    for field in message.fields:
        if isinstance(field.value, ListValue):
            yield field, field.value
    for _, inner in messages(message):
        for field in inner.fields:
            if isinstance(field.value, ListValue):
                yield field, field.value


def text_of(document: Document, node: Field | Scalar | Message | ListValue) -> str:
    """A node as written."""
    return document.text[node.start : node.end]
