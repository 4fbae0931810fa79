"""Colours for protobuf text and other: one pass with one pattern, nothing carried from line to line.

A large text gets them where it is looked at. Qt is kept from it then: it would ask for each line in turn, and each time
a worker that computes may go first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from studio.core.config.datatypes import data_type
from studio.ui.look import theme

_PATTERN = re.compile(
    r"""(?P<comment>\#.*)
    |(?P<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)
    |(?P<block>[A-Za-z_]\w*(?=\s*:?\s*[{<\[](?!\s*[\d"'\-\]])))
    |(?P<key>[A-Za-z_]\w*(?=\s*:))
    |(?P<number>[-+]?(?:0[xX][\da-fA-F]+|\d[\d.]*(?:[eE][-+]?\d+)?[fF]?))
    |(?P<word>[A-Za-z_]\w*)
    |(?P<mark>[{}<>\[\]:;,])""",
    re.VERBOSE,
)
_COLOURS = {"comment": "faint", "string": "string_type", "number": "accent", "word": "accent", "mark": "dim"}


class Highlighter(QSyntaxHighlighter):
    """Keys stand plain, keys of blocks bold, values in the colour of what they are."""

    def __init__(self, document: QTextDocument, pattern: re.Pattern[str] | None = None) -> None:
        """`pattern` has a group for each kind of what gets a colour; that of protobuf text where none is given."""
        super().__init__(document)
        self._pattern = pattern or _PATTERN
        self._formats: dict[str, QTextCharFormat] = {}
        self._text = document
        self._state = 0
        """The state of a line that has its colours, where Qt is kept from the text; another after each new look."""
        theme.retint(self._retint)

    @property
    def lazy(self) -> bool:
        """Whether lines are coloured only when `colour_lines` is told of them, and when they are typed in."""
        return self.document() is None

    def _retint(self) -> None:
        self._formats = {name: self._format(colour) for name, colour in _COLOURS.items()}
        self._formats["comment"].setFontItalic(True)
        self._formats["key"] = self._format("text")
        self._formats["block"] = self._format("text")
        self._formats["block"].setFontWeight(QFont.Weight.Bold)
        for letter in "FIUBS":
            self._formats[letter] = self._format(theme.tokens().family(letter))
        self._state += 1
        self.rehighlight()

    def put(self, text: str, put: Callable[[str], object], *, lazy: bool) -> None:
        """Has a new text put into the document; a large one gets no colours by that."""
        if self.lazy:
            self._text.contentsChange.disconnect(self._colour_typed)
        # Of what was there before no line counts as coloured.
        self._state += 1
        if lazy:
            self.setDocument(None)
            put(text)
            self._text.contentsChange.connect(self._colour_typed)
        else:
            if self.lazy:
                self.setDocument(self._text)
            put(text)

    def colour_lines(self, blocks: Iterable[QTextBlock]) -> None:
        """Colours those lines that have no colours yet."""
        for block in blocks:
            if block.userState() != self._state:
                self._colour(block)

    def _colour_typed(self, position: int, _removed: int, added: int) -> None:
        """Lines between the first and the last that changed are new, and have no colours yet."""
        first, last = self._text.findBlock(position), self._text.findBlock(position + added)
        for block in (first, last) if first != last else (first,):
            if block.isValid():
                self._colour(block)

    def _colour(self, block: QTextBlock) -> None:
        ranges = []
        for start, length, colours in self._found(block.text()):
            each = QTextLayout.FormatRange()
            each.start, each.length, each.format = start, length, colours
            ranges.append(each)
        block.setUserState(self._state)
        block.layout().setFormats(ranges)
        self._text.markContentsDirty(block.position(), block.length())

    @staticmethod
    def _format(colour: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(theme.colour(colour))
        return made

    def highlightBlock(self, text: str) -> None:
        """Qt asks for one line."""
        for start, length, colours in self._found(text):
            self.setFormat(start, length, colours)

    def _found(self, text: str) -> Iterator[tuple[int, int, QTextCharFormat]]:
        """Where in a line something gets a colour, how long it is, and which."""
        for match in self._pattern.finditer(text):
            kind = str(match.lastgroup)
            if kind == "word" and (found := data_type(match.group())):
                kind = found.family
            yield match.start(), match.end() - match.start(), self._formats[kind]
