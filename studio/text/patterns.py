"""Regular expressions of the protobuf text grammar, as the C++ tokenizer has it.

All quantifiers that could backtrack are possessive, so that a hostile text costs linear time. Where a repeated group
can fail half-way, an atomic group around it says so: Python before 3.11.5 (Debian 12 has 3.11.2) does not go back to
where such a repetition began (CPython #106052), and would take a comment behind a string for a part of the string.
What a pattern here takes is sound; whatever the tokenizer would complain of is left to `scan`. Each pattern is
compiled when it is first asked for: a sound text needs three of them, and to compile all takes as long as to check a
model.
"""

from __future__ import annotations

import re

from studio import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

_TRIVIA = r"(?:\s++|\#[^\n\0]*+)*+"
_ESCAPE = r"\\(?:[abfnrtv\\?'\"0-7]|x[0-9a-fA-F]|u[0-9a-fA-F]{4}|U00[01][0-9a-fA-F]{5})"
_STRING = rf"""(?:"[^"\\\n\0]*+(?>(?:{_ESCAPE}[^"\\\n\0]*+)*)"|'[^'\\\n\0]*+(?>(?:{_ESCAPE}[^'\\\n\0]*+)*)')"""
_STRINGS = rf"{_STRING}(?>(?:{_TRIVIA}{_STRING})*)"
# A sound number is never followed by a dot or a letter, and its "e" never lacks an exponent.
_NUMBER = (
    r"(?:(?!0[0-9xX])(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:(?>(?:[eE][-+]?+[0-9]++)?)[fF]|(?>(?:[eE][-+]?+[0-9]++)?)(?![eE]))"
    r"|0[xX][0-9a-fA-F]++|0[0-7]++(?![0-9]))(?![.A-Za-z_])"
)
_WORD = r"[A-Za-z_]\w*+"
_SIGN = rf"(?:-{_TRIVIA})?+"
# The three kinds of literal, one group each, and the trivia behind. What must not follow: more of a string; what
# makes a word the name of the next field (its value was forgotten); what makes a number or a word another one.
_LITERAL = rf"(?:({_SIGN}{_NUMBER})|({_STRINGS})|({_SIGN}{_WORD})){_TRIVIA}"


_ITEM = rf"(?:{_SIGN}{_NUMBER}|{_STRINGS}|{_SIGN}{_WORD}){_TRIVIA}"
_LIST = rf"\[{_TRIVIA}(?>(?:{_ITEM}(?:,{_TRIVIA}(?!\])|(?=\])))*)\]"

NUMBER, STRING, WORD, LIST, COLON, OPEN, CLOSE = 2, 3, 4, 5, 6, 7, 8
_FILL = rf"[^{{}}<>\[\]\"'\#]++|{_STRING}|\#[^\n]*+"
_FLAT = rf"\{{(?>(?:{_FILL})*)\}}|\[(?>(?:{_FILL})*)\]|<(?>(?:{_FILL})*)>"
ITEM_OPEN, ITEM_CLOSE = 4, 5
_SOURCES: Final[dict[str, str]] = {
    "FIELD": rf"{_TRIVIA}(?:({_WORD}){_TRIVIA}(?::{_TRIVIA}(?:{_LITERAL}(?![:{{<.\"'])|({_LIST}){_TRIVIA})[;,]?+"
    rf"|(:)?+{_TRIVIA}([{{<\[]))|([}}>]){_TRIVIA}[;,]?+)",
    "ITEM": rf"{_TRIVIA}(?:{_LITERAL}[,\]]|([{{<])|(\]))",
    "AFTER_ITEM": rf"{_TRIVIA}([,\]])",
    "SEPARATOR": rf"{_TRIVIA}[;,]?+",
    "TRIVIA": _TRIVIA,
    "TOKEN": rf"({_WORD})|({_NUMBER})|({_STRING})",
    "PIECE": rf"{_TRIVIA}({_STRING}|\"(?>(?:[^\"\\\n]|\\[^\n])*)\"?+|'(?>(?:[^'\\\n]|\\[^\n])*)'?+)",
    "LINE": r"[^\n}\]]*+",
    "CONTROL": r"[\0-\x08\x0e-\x1f]++",
    "NOT_ASCII": r"[^\0-\x7f]++",
    "BAD_NUMBER": r"0[xX][0-9a-fA-F]*+|0[0-9]++|(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?>(?:[eE][-+]?+[0-9]*+)?)[fF]?+",
    "WORD_BEFORE": r"(?<!\w)\w+$",
    "ESCAPE": _ESCAPE,
    "EXTENSION": rf"\[{_TRIVIA}{_WORD}{_TRIVIA}(?>(?:[./]{_TRIVIA}{_WORD}{_TRIVIA})*)\]",
    "PLACEHOLDER": r"\$\{[^{}\n]*+\}\w*+|[^\s,;{}\[\]<>#\"']++",
    "OPENING": rf"(?>(?:{_FILL}|(?:{_FLAT})|\{{(?>(?:{_FILL}|{_FLAT})*)\}}|[\"'])*)([{{<\[]|[}}>\]])",
    "BRACKET": rf"(?>(?:[^{{}}<>\[\]\"'\#]++|{_STRING}|\#[^\n]*+|[\"'])*)([{{<\[]|[}}>\]])",
}

PLAIN: Final = {'"': re.compile(r'[^"\\\n\0]*+', re.ASCII), "'": re.compile(r"[^'\\\n\0]*+", re.ASCII)}

FIELD: re.Pattern[str]
"""One whole field with a literal or a list of them, or one up to the bracket that opens its value, or the bracket
that closes a message; with the trivia before and a separator behind. `lastindex` says which: the groups above."""
ITEM: re.Pattern[str]
"""One literal of a list and what separates it, or the bracket of a message, or of the list's end."""
AFTER_ITEM: re.Pattern[str]
SEPARATOR: re.Pattern[str]
TRIVIA: re.Pattern[str]
TOKEN: re.Pattern[str]
PIECE: re.Pattern[str]
"""One of adjacent strings, sound or not."""
LINE: re.Pattern[str]
"""The rest of a line, up to a bracket that closes what is open."""
CONTROL: re.Pattern[str]
NOT_ASCII: re.Pattern[str]
BAD_NUMBER: re.Pattern[str]
WORD_BEFORE: re.Pattern[str]
ESCAPE: re.Pattern[str]
EXTENSION: re.Pattern[str]
PLACEHOLDER: re.Pattern[str]
OPENING: re.Pattern[str]
"""The next bracket that stays open or closes; whole messages of one or two levels before it are passed over."""
BRACKET: re.Pattern[str]


def __getattr__(name: str) -> re.Pattern[str]:
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # From now on the module has it, and this is not called again.
    found = globals()[name] = re.compile(_SOURCES[name], re.ASCII)
    return found
