"""What literals mean: strings unescaped, numbers read, text quoted."""

from __future__ import annotations

import re
from functools import lru_cache

from studio import TYPE_CHECKING
from studio.text import patterns
from studio.text.tree import Scalar

if TYPE_CHECKING:
    from typing import Final

_ESCAPED: Final = rb"\\(?:([abfnrtv\\?'\"])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
_LONG: Final = 4096
"""Characters from which a string is taken apart once, not by every view that shows it."""
_SIMPLE: Final = dict(zip(b"abfnrtv\\?'\"", b"\a\b\f\n\r\t\v\\?'\"", strict=True))


def string_value(scalar: Scalar) -> bytes:
    """The bytes that a string literal stands for, adjacent strings joined. Raises ValueError if it is no string.

    An escape that the tokenizer refuses stays as it is written, so that a broken text still shows something.
    """
    if scalar.kind != "string":
        raise ValueError(scalar.raw)
    return _joined(scalar.raw) if len(scalar.raw) < _LONG else _joined_once(scalar.raw)


def _joined(raw: str) -> bytes:
    return b"".join(_unescape(piece) for piece in string_pieces(raw))


_joined_once = lru_cache(maxsize=16)(_joined)


def string_pieces(raw: str) -> list[str]:
    """The adjacent literals of a string as written, each with its quotes."""
    pieces = []
    pos = 0
    while pos < len(raw):
        match = patterns.PIECE.match(raw, pos)
        if match is None:
            break
        pieces.append(match[1])
        pos = match.end()
    return pieces


def _unescape(piece: str) -> bytes:
    body = piece[1:-1] if len(piece) > 1 and piece[-1] == piece[0] else piece[1:]
    data = body.encode("utf-8", "surrogateescape")
    return re.sub(_ESCAPED, _character, data) if b"\\" in data else data


def _character(match: re.Match[bytes]) -> bytes:
    simple, octal, byte, short, long = match.groups()
    if simple:
        return bytes((_SIMPLE[simple[0]],))
    if octal or byte:
        return bytes(((int(octal, 8) if octal else int(byte, 16)) & 0xFF,))
    code = int(short or long, 16)
    return chr(code).encode("utf-8", "surrogatepass") if code <= 0x10FFFF else match[0]


def magnitude(scalar: Scalar) -> tuple[str, int]:
    """A literal without its minus sign, and where that starts: what the server's parser names in its messages."""
    raw = scalar.raw
    if not raw.startswith("-"):
        return raw, scalar.start
    match = patterns.TRIVIA.match(raw, 1)
    end = match.end() if match else 1
    return raw[end:], scalar.start + end


def int_value(scalar: Scalar) -> int:
    """The integer that a literal stands for: decimal, hex, or octal with a leading zero. Raises ValueError."""
    raw = scalar.raw
    if scalar.kind != "number":
        raise ValueError(raw)
    if raw.isdecimal() and raw[0] != "0":
        return int(raw)
    text, start = magnitude(scalar)
    if text[:2] in ("0x", "0X"):
        number = int(text, 16)
    elif text.isdigit() and text[0] == "0":
        number = int(text, 8)
    else:
        number = int(text)
    return -number if start > scalar.start else number


def float_value(scalar: Scalar) -> float:
    """The number that a literal stands for, `inf`, `infinity` and `nan` among them. Raises ValueError."""
    text, start = magnitude(scalar)
    if scalar.kind == "word" and text.lower() in ("inf", "infinity", "nan"):
        number = float(text)
    elif scalar.kind == "number":
        whole = text.isdigit() or text[:2] in ("0x", "0X")
        number = float(int_value(Scalar("number", text, 0, 0))) if whole else float(text.rstrip("fF"))
    else:
        raise ValueError(scalar.raw)
    return -number if start > scalar.start else number


def quote(text: str) -> str:
    """A string literal for a text, in double quotes. What is not ASCII stays as it is; stray bytes are escaped."""
    return '"' + "".join(_quoted(c) for c in text) + '"'


def _quoted(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[char]
    if char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff":
        data = char.encode("utf-8", "surrogateescape" if char >= "\udc80" else "surrogatepass")
        return "".join(f"\\{byte:03o}" for byte in data)
    return char
