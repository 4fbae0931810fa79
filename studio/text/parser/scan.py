"""The tokenizer for what is not sound: the words and the positions of the C++ one, token by token."""

from __future__ import annotations

import re

from studio import TYPE_CHECKING
from studio.named_tuple import NamedTuple
from studio.text import patterns
from studio.text.tree import Problem, ProblemKind, Span

if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

TokenKind: TypeAlias = 'Literal["identifier", "number", "string", "symbol", "end"]'
MAX_PROBLEMS: Final = 1000
_KINDS: Final[tuple[TokenKind, ...]] = ("identifier", "number", "string")
_TAB_WIDTH: Final = 8
_LONGEST_NAME: Final = 256  # looked back at, so that a hostile text stays linear


class Token(NamedTuple):
    """One token as written."""

    kind: TokenKind
    text: str
    start: int
    end: int


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column from 1 as protobuf's tokenizer counts them: in bytes, tabs to the next multiple of eight."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:offset].encode("utf-8", "surrogateescape")
    if b"\t" in line:
        line = line.replace(b"\r", b" ").expandtabs(_TAB_WIDTH)
    return text.count("\n", 0, start) + 1, len(line) + 1


class Scanner:
    """Reads tokens at any place of a text and keeps the problems found, each once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._problems: list[Problem] = []
        self._scanned = -1

    @property
    def full(self) -> bool:
        """Whether there are so many problems that looking further is no use."""
        return len(self._problems) >= MAX_PROBLEMS

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order in which the C++ parser would meet them."""
        return tuple(sorted(self._problems, key=lambda p: (p.span.start, p.kind != "lexical")))

    def say(self, message: str, span: Span, kind: ProblemKind = "syntax", at: int | None = None) -> None:
        """Notes a problem; `at` is where the parser would report it, if not at the start of the span."""
        if len(self._problems) < MAX_PROBLEMS:
            line, column = line_column(self.text, span.start if at is None else at)
            self._problems.append(Problem(message, span, line, column, kind))

    def token(self, pos: int) -> Token:
        """The token at or after `pos`."""
        pos = self._skip(pos)
        if pos >= len(self.text):
            return Token("end", "", pos, pos)
        match = patterns.TOKEN.match(self.text, pos)
        if match and match.lastindex and not (match[0][0] == "." and self._after_word(pos)):
            return Token(_KINDS[match.lastindex - 1], match[0], pos, match.end())
        token, complaints = self._unsound(pos)
        if pos > self._scanned:
            self._scanned = pos
            for message, at in complaints:
                self.say(message, Span(pos, token.end), "lexical", at)
        return token

    def _skip(self, pos: int) -> int:
        trivia, control = patterns.TRIVIA.match, patterns.CONTROL.match
        pos = _end(trivia(self.text, pos), pos)
        while match := control(self.text, pos):
            if pos > self._scanned:
                self._scanned = pos
                self.say("Invalid control characters encountered in text.", Span(pos, match.end()), "lexical")
            pos = _end(trivia(self.text, match.end()), pos)
        return pos

    def _unsound(self, pos: int) -> tuple[Token, list[tuple[str, int]]]:
        char = self.text[pos]
        if char in "\"'":
            return self._string(pos)
        if match := patterns.BAD_NUMBER.match(self.text, pos):
            return self._number(pos, match.end())
        if match := patterns.NOT_ASCII.match(self.text, pos):
            first = char.encode("utf-8", "surrogateescape")[0]
            return Token("symbol", "\ufffd", pos, match.end()), [(f"Interpreting non ascii codepoint {first}.", pos)]
        return Token("symbol", char, pos, pos + 1), []

    def _after_word(self, pos: int) -> bool:
        """Whether an identifier ends right at `pos`."""
        word = patterns.WORD_BEFORE.search(self.text, max(0, pos - _LONGEST_NAME), pos)
        return word is not None and not word[0][0].isdigit()

    def _number(self, pos: int, end: int) -> tuple[Token, list[tuple[str, int]]]:
        raw = self.text[pos:end]
        said: list[tuple[str, int]] = []
        is_float = False
        if raw[0] == "." and self._after_word(pos):
            said.append(("Need space between identifier and decimal point.", pos))
        if raw[:2] in ("0x", "0X"):
            if len(raw) == len("0x"):
                said.append(('"0x" must be followed by hex digits.', end))
        elif len(raw) > 1 and raw.isdigit() and raw[0] == "0":
            bad = len(raw) - len(raw.lstrip("01234567"))
            if bad < len(raw):
                said.append(("Numbers starting with leading zero must be in octal.", pos + bad))
        else:
            is_float = not raw.isdigit()
            if raw.rstrip("fF")[-1] in "eE+-":
                said.append(('"e" must be followed by exponent.', pos + len(raw.rstrip("fF"))))
        if self.text[end : end + 1].isascii() and self.text[end : end + 1].replace("_", "a").isalpha():
            said.append(("Need space between number and identifier.", end))
        elif self.text[end : end + 1] == ".":
            dot = "Already saw decimal point or exponent; can't have another one."
            said.append((dot if is_float else "Hex and octal numbers must be integers.", end))
        return Token("number", raw, pos, end), said

    def _string(self, pos: int) -> tuple[Token, list[tuple[str, int]]]:
        text, quote = self.text, self.text[pos]
        said: list[tuple[str, int]] = []
        end = pos + 1
        while True:
            end = _end(patterns.PLAIN[quote].match(text, end), end)
            char = text[end : end + 1]
            if char == quote:
                end += 1
                break
            if char != "\\":
                across = "String literals cannot cross line boundaries."
                said.append((across if char == "\n" else "Unexpected end of string.", end))
                break
            if match := patterns.ESCAPE.match(text, end):
                end = match.end()
            else:
                end += 1
                said.append(_bad_escape(text, end))
        return Token("string", text[pos:end], pos, end), said


def _end(match: re.Match[str] | None, pos: int) -> int:
    return match.end() if match else pos


def _bad_escape(text: str, pos: int) -> tuple[str, int]:
    """What is wrong with the escape whose backslash stands before `pos`, and where the tokenizer would stop."""
    if text.startswith("x", pos):
        return "Expected hex digits for escape sequence.", pos + 1
    if text.startswith("u", pos):
        return "Expected four hex digits for \\u escape sequence.", _hex_end(text, pos + 1, 4)
    if text.startswith("U", pos):
        return "Expected eight hex digits up to 10ffff for \\U escape sequence", _hex_end(text, pos + 1, 8)
    return "Invalid escape sequence in string literal.", pos


def _hex_end(text: str, pos: int, count: int) -> int:
    end = pos
    while end < pos + count and text[end : end + 1] in set("0123456789abcdefABCDEF"):
        end += 1
    return end
