"""The recovering parser: any bytes give a document whose tree holds all that is sound.

The way most text takes is `_fields` and `_items`: one regular expression a field or an item. Whatever that does not
take goes through `recovery`, token by token, which words the problem as the C++ parser would and finds the place where
the sound part goes on.
"""

from __future__ import annotations

from sys import intern

from studio import TYPE_CHECKING
from studio.text import patterns
from studio.text.document import Document, element, elements, find, occurrences
from studio.text.literals import float_value, int_value, magnitude, quote, string_pieces, string_value
from studio.text.parser.recovery import Name, Recovery
from studio.text.tree import Field, ListValue, Message, Problem, Scalar, ScalarKind, Span

if TYPE_CHECKING:
    from typing import Final

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "element",
    "elements",
    "find",
    "float_value",
    "int_value",
    "magnitude",
    "occurrences",
    "parse",
    "quote",
    "render",
    "string_pieces",
    "string_value",
]

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 100
_KINDS: Final[tuple[ScalarKind, ...]] = ("number", "string", "word")
_new = tuple.__new__  # what the constructor of a named tuple calls, at a third of the time


def parse(data: bytes | str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Document:
    """The document of a text. Never raises: a text over the caps gets a problem, and a tree as far as they allow."""
    text = data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
    size = len(text) if isinstance(data, str) else len(data)
    if size > max_bytes:
        message = f"The text has {size:,} bytes, more than the {max_bytes:,} that are read."
        return Document(text, Message((), 0, len(text)), (Problem(message, Span(0, 0), 1, 1),))
    return _Parser(text, max_depth).document()


def render(document: Document) -> bytes:
    """The bytes of a document: exactly those that were parsed."""
    return document.text.encode("utf-8", "surrogateescape")


class _Parser(Recovery):
    """The fast way through sound text."""

    def document(self) -> Document:
        """Parses all of the text."""
        pos = 0
        while pos >= 0:
            pos = self._items(pos) if self.in_list else self._fields(pos)
        return Document(self.text, Message(tuple(self.fields), 0, len(self.text)), self.scanner.problems())

    def _fields(self, pos: int) -> int:
        """Reads fields up to where a list begins or goes on, or the end."""
        text, match_field = self.text, patterns.FIELD.match
        while (match := match_field(text, pos)) is not None:
            kind = match.lastindex or 0
            if kind <= patterns.LIST:
                start, end = match.span(kind)
                value = _scalar(kind, match[kind], start, end) if kind < patterns.LIST else self._list(start, end)
                self.fields.append(_new(Field, (intern(match[1]), match.start(1), value, end, True)))
                pos = match.end()
                continue
            if kind == patterns.OPEN:
                name = Name(intern(match[1]), match.start(1), match[patterns.COLON] is not None)
                pos = self.open(match[kind], match.start(kind), name)
            elif not self.stack or self.stack[-1].closer != match[kind]:
                break
            else:
                pos = self.close(match.start(kind) + 1, match.end())
            if self.in_list or pos < 0:
                return pos
        return self.recover_field(pos)

    def _list(self, start: int, end: int) -> ListValue:
        """A sound list of literals."""
        text, match_item, pos = self.text, patterns.ITEM.match, start + 1
        items: list[Scalar] = []
        while (match := match_item(text, pos)) is not None:
            kind = match.lastindex or 0
            if kind >= patterns.ITEM_OPEN:
                break
            items.append(_scalar(kind + 1, match[kind], *match.span(kind)))
            pos = match.end()
            if pos == end:
                break
        return ListValue(tuple(items), start, end)

    def _items(self, pos: int) -> int:
        """Reads the items of a list up to a message in it or the end of the list."""
        text, match_item, items = self.text, patterns.ITEM.match, self.items
        while (match := match_item(text, pos)) is not None:
            kind = match.lastindex or 0
            pos = match.end()
            if kind < patterns.ITEM_OPEN:
                items.append(_scalar(kind + 1, match[kind], *match.span(kind)))
                if text[pos - 1] == ",":
                    continue
            elif kind == patterns.ITEM_OPEN:
                return self.open(match[kind], pos - 1, None)
            elif items:
                return self.recover_item(pos - 1)
            return self.close_list(pos)
        return self.recover_item(pos)


def _scalar(kind: int, raw: str, start: int, end: int) -> Scalar:
    return _new(Scalar, (_KINDS[kind - patterns.NUMBER], raw, start, end))
