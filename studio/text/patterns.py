"""Regular expressions of the protobuf text grammar, as the C++ tokenizer has it.

All quantifiers that could backtrack are possessive, so that a hostile text costs linear time. What a pattern here
takes is sound; whatever the tokenizer would complain of is left to `scan`.
"""

from __future__ import annotations

import re
from typing import Final

_TRIVIA = r"(?:\s++|\#[^\n\0]*+)*+"
_ESCAPE = r"\\(?:[abfnrtv\\?'\"0-7]|x[0-9a-fA-F]|u[0-9a-fA-F]{4}|U00[01][0-9a-fA-F]{5})"
_STRING = rf"""(?:"[^"\\\n\0]*+(?:{_ESCAPE}[^"\\\n\0]*+)*+"|'[^'\\\n\0]*+(?:{_ESCAPE}[^'\\\n\0]*+)*+')"""
_STRINGS = rf"{_STRING}(?:{_TRIVIA}{_STRING})*+"
# A sound number is never followed by a dot or a letter, and its "e" never lacks an exponent.
_NUMBER = (
    r"(?:(?!0[0-9xX])(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:(?:[eE][-+]?+[0-9]++)?+[fF]|(?:[eE][-+]?+[0-9]++)?+(?![eE]))"
    r"|0[xX][0-9a-fA-F]++|0[0-7]++(?![0-9]))(?![.A-Za-z_])"
)
_WORD = r"[A-Za-z_]\w*+"
_SIGN = rf"(?:-{_TRIVIA})?+"
# The three kinds of literal, one group each, and the trivia behind. What must not follow: more of a string; what
# makes a word the name of the next field (its value was forgotten); what makes a number or a word another one.
_LITERAL = rf"(?:({_SIGN}{_NUMBER})|({_STRINGS})|({_SIGN}{_WORD})){_TRIVIA}"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_ITEM = rf"(?:{_SIGN}{_NUMBER}|{_STRINGS}|{_SIGN}{_WORD}){_TRIVIA}"
_LIST = rf"\[{_TRIVIA}(?:{_ITEM}(?:,{_TRIVIA}{_ITEM})*+)?+\]"

NUMBER, STRING, WORD, LIST, COLON, OPEN, CLOSE = 2, 3, 4, 5, 6, 7, 8
FIELD: Final = _compile(
    rf"{_TRIVIA}(?:({_WORD}){_TRIVIA}(?::{_TRIVIA}(?:{_LITERAL}(?![:{{<.\"'])|({_LIST}){_TRIVIA})[;,]?+"
    rf"|(:)?+{_TRIVIA}([{{<\[]))|([}}>]){_TRIVIA}[;,]?+)"
)
"""One whole field with a literal or a list of them, or one up to the bracket that opens its value, or the bracket
that closes a message; with the trivia before and a separator behind. `lastindex` says which: the groups above."""

ITEM_OPEN, ITEM_CLOSE = 4, 5
ITEM: Final = _compile(rf"{_TRIVIA}(?:{_LITERAL}[,\]]|([{{<])|(\]))")
"""One literal of a list and what separates it, or the bracket of a message, or of the list's end."""

AFTER_ITEM: Final = _compile(rf"{_TRIVIA}([,\]])")
SEPARATOR: Final = _compile(rf"{_TRIVIA}[;,]?+")
TRIVIA: Final = _compile(_TRIVIA)
TOKEN: Final = _compile(rf"({_WORD})|({_NUMBER})|({_STRING})")
PIECE: Final = _compile(rf"{_TRIVIA}({_STRING}|\"(?:[^\"\\\n]|\\[^\n])*+\"?+|'(?:[^'\\\n]|\\[^\n])*+'?+)")
"""One of adjacent strings, sound or not."""
LINE: Final = _compile(r"[^\n}\]]*+")
"""The rest of a line, up to a bracket that closes what is open."""
CONTROL: Final = _compile(r"[\0-\x08\x0e-\x1f]++")
NOT_ASCII: Final = _compile(r"[^\0-\x7f]++")
BAD_NUMBER: Final = _compile(
    r"0[xX][0-9a-fA-F]*+|0[0-9]++|(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?+[0-9]*+)?+[fF]?+"
)
WORD_BEFORE: Final = _compile(r"(?<!\w)\w+$")
ESCAPE: Final = _compile(_ESCAPE)
PLAIN: Final = {'"': _compile(r'[^"\\\n\0]*+'), "'": _compile(r"[^'\\\n\0]*+")}
EXTENSION: Final = _compile(
    rf"\[{_TRIVIA}{_WORD}{_TRIVIA}(?:[./]{_TRIVIA}{_WORD}{_TRIVIA})*+\]",
)
PLACEHOLDER: Final = _compile(r"\$\{[^{}\n]*+\}\w*+|[^\s,;{}\[\]<>#\"']++")
_FILL = rf"[^{{}}<>\[\]\"'\#]++|{_STRING}|\#[^\n]*+"
_FLAT = rf"\{{(?:{_FILL})*+\}}|\[(?:{_FILL})*+\]|<(?:{_FILL})*+>"
OPENING: Final = _compile(rf"(?:{_FILL}|(?:{_FLAT})|\{{(?:{_FILL}|{_FLAT})*+\}}|[\"'])*+([{{<\[]|[}}>\]])")
"""The next bracket that stays open or closes; whole messages of one or two levels before it are passed over."""
BRACKET: Final = _compile(rf"(?:[^{{}}<>\[\]\"'\#]++|{_STRING}|\#[^\n]*+|[\"'])*+([{{<\[]|[}}>\]])")
