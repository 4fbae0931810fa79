"""Colours for protobuf text and other: one pass with one pattern, nothing carried from line to line.

A large text gets them where it is looked at: a pass over all of its lines would be felt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextBlock, QTextCharFormat, QTextDocument

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
        self.lazy = False
        """Whether lines are coloured only when `colour_lines` is told of them, and when they are typed in."""
        self.is_passing = False
        """Whether Qt is to pass over lines that get no colours by that."""
        theme.retint(self._retint)

    def _retint(self) -> None:
        self._formats = {name: self._format(colour) for name, colour in _COLOURS.items()}
        self._formats["comment"].setFontItalic(True)
        self._formats["key"] = self._format("text")
        self._formats["block"] = self._format("text")
        self._formats["block"].setFontWeight(QFont.Weight.Bold)
        for letter in "FIUBS":
            self._formats[letter] = self._format(theme.tokens().family(letter))
        self.is_passing = self.lazy
        self.rehighlight()
        self.is_passing = False

    def put(self, text: str, put: Callable[[str], object], *, lazy: bool) -> None:
        """Has a new text put into the document; Qt passes over a large one in a turn of its own."""
        document, self.lazy = self.document(), lazy
        self.is_passing = lazy
        if lazy:
            self.setDocument(None)
        put(text)
        if lazy:
            # Qt queues its pass now, and the end is queued after it.
            self.setDocument(document)
            QTimer.singleShot(0, self, self._end)

    def _end(self) -> None:
        self.is_passing = False

    def colour_lines(self, blocks: Iterable[QTextBlock]) -> None:
        """Colours those lines that have no colours yet."""
        for block in blocks:
            if not block.layout().formats() and block.text().strip():
                self.rehighlightBlock(block)

    @staticmethod
    def _format(colour: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(theme.colour(colour))
        return made

    def highlightBlock(self, text: str) -> None:
        """Qt asks for one line."""
        if self.is_passing:
            return
        for match in self._pattern.finditer(text):
            kind = str(match.lastgroup)
            if kind == "word" and (found := data_type(match.group())):
                kind = found.family
            self.setFormat(match.start(), match.end() - match.start(), self._formats[kind])
