"""Between places of a text and positions of the protocol: lines from 0, characters in units of UTF-16."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from lsprotocol import types as lsp

from studio.text.layout import Edit
from studio.text.tree import Span

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_WIDE: Final = 0xFFFF


class Positions:
    """The places of one text. A position behind the end of a line is its end, one behind the text the text's end."""

    def __init__(self, text: str) -> None:
        self._text = text
        ends = list(_LINE_END.finditer(text))
        self._starts = [0, *(end.end() for end in ends)]
        self._ends = [*(end.start() for end in ends), len(text)]
        self._is_narrow = not text or max(text) <= "\uffff"

    def position(self, offset: int) -> lsp.Position:
        """The position of a place of the text."""
        line = bisect_right(self._starts, offset) - 1
        piece = self._text[self._starts[line] : min(offset, self._ends[line])]
        return lsp.Position(line, len(piece) if self._is_narrow else sum(1 + (ord(c) > _WIDE) for c in piece))

    def offset(self, position: lsp.Position) -> int:
        """The place of a position of the text."""
        if position.line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[position.line], self._ends[position.line]
        if self._is_narrow:
            return min(start + position.character, end)
        left = position.character
        for offset in range(start, end):
            if left <= 0:
                return offset
            left -= 1 + (ord(self._text[offset]) > _WIDE)
        return end

    def range(self, span: Span) -> lsp.Range:
        """The range of a piece of the text."""
        return lsp.Range(self.position(span.start), self.position(span.end))

    def span(self, given: lsp.Range) -> Span:
        """The piece of the text that a range names."""
        start, end = self.offset(given.start), self.offset(given.end)
        return Span(min(start, end), max(start, end))

    def edits(self, given: Sequence[Edit]) -> list[lsp.TextEdit]:
        """Replacements in the text as the protocol writes them."""
        return [lsp.TextEdit(self.range(Span(each.start, each.end)), each.text) for each in given]


def changed(text: str, changes: Sequence[lsp.TextDocumentContentChangeEvent]) -> tuple[str, list[Edit] | None]:
    """A text after changes that an editor told, and the one replacement that made it; None where it is not one."""
    edits: list[Edit] | None = []
    for each in changes:
        if isinstance(each, lsp.TextDocumentContentChangePartial):
            span = Positions(text).span(each.range)
            text = f"{text[: span.start]}{each.text}{text[span.end :]}"
            edits = [Edit(span.start, span.end, each.text)] if len(changes) == 1 else None
        else:
            text, edits = each.text, None
    return text, edits
