"""What the server's text parser says of one literal where a field of some type stands: `Consume…` in text_format.cc."""

from __future__ import annotations

import re
from collections.abc import Callable

from studio import TYPE_CHECKING
from studio.core.config.schema import FieldSchema
from studio.core.config.values import limits
from studio.named_tuple import NamedTuple
from studio.text import patterns
from studio.text.literals import float_value, int_value, magnitude, string_pieces, string_value
from studio.text.tree import Scalar, Span

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_INTEGER: Final = r"0[xX][0-9a-fA-F]*|[0-9]+"
_SAFE_DIGITS: Final = 9
_INTEGERS: Final = frozenset(("int", "uint"))
_ENDS: Final = frozenset(("", *" \t\r\n,;]}>#"))
"""What plainly stands behind a number; anything else is looked at more closely."""
_TRUE: Final = ("true", "True", "t")
_FALSE: Final = ("false", "False", "f")


class LiteralProblem(NamedTuple):
    """What the parser says, the place where it stands then, and what it is about."""

    message: str
    at: int
    span: Span


class _Token(NamedTuple):
    """The token of a literal at which the parser looks. `kind` is "integer", "float", "string", "word" or "symbol"."""

    kind: str
    text: str
    start: int


_Judge: TypeAlias = Callable[[FieldSchema, Scalar, str], "LiteralProblem | None"]


def judge(field: FieldSchema, scalar: Scalar, text: str) -> LiteralProblem | None:
    """Why the field cannot hold the literal; None if it can. `text` is that of the document."""
    complaint = _JUDGES[field.kind](field, scalar, text) or _glued(scalar, text)
    if complaint is None and scalar.kind == "missing":
        # A word that could be the value, before what should follow a name: the parser takes it, and then sees that.
        at = next_token(text, scalar.start + len(scalar.raw))
        return LiteralProblem(f"Expected identifier, got: {text[at : at + 1]}", at, Span(at, min(at + 1, len(text))))
    return complaint


def plainly_fits(field: FieldSchema, scalar: Scalar, text: str) -> bool:
    """Whether a literal is one of the many that surely fit, which spares a closer look at it."""
    kind, raw, written = field.kind, scalar.raw, scalar.kind
    if written == "string":
        return kind == "string"
    if written == "number":
        # Nine digits fit any integer; a first 0 may make it octal.
        if kind not in _INTEGERS or len(raw) > _SAFE_DIGITS or not (raw.isdecimal() and raw.isascii()):
            return False
        return (raw[0] != "0" or raw == "0") and text[scalar.end : scalar.end + 1] in _ENDS
    if written != "word":
        return False
    return raw in field.enum.values if kind == "enum" and field.enum else kind == "bool" and raw in ("true", "false")


def is_default(field: FieldSchema, scalar: Scalar) -> bool:
    """Whether a sound literal is the zero of its type, which leaves a field without presence as if never set."""
    if field.kind == "string":
        return string_value(scalar) == b""
    if scalar.kind == "number":
        return _is_zero(scalar)
    return scalar.raw in _FALSE or (field.enum is not None and field.enum.values.get(scalar.raw) == 0)


def _glued(scalar: Scalar, text: str) -> LiteralProblem | None:
    """A number without white space before the word behind it, as in `1value`."""
    behind = text[scalar.end : scalar.end + 1]
    if scalar.kind != "number" or not (behind == "_" or (behind.isalpha() and behind.isascii())):
        return None
    return LiteralProblem("Need space between number and identifier.", scalar.end, scalar.span)


def _is_zero(scalar: Scalar) -> bool:
    try:
        return float_value(scalar) == 0
    except (ValueError, OverflowError):
        # The tokenizer has complained of it, or it is too large for a float.
        return False


def first_text(scalar: Scalar) -> str:
    """The first token of a literal."""
    return _first(scalar).text


def next_token(text: str, pos: int) -> int:
    """Where the token after a place starts."""
    match = patterns.TRIVIA.match(text, pos)
    return match.end() if match else pos


def _first(scalar: Scalar) -> _Token:
    return _Token("symbol", "-", scalar.start) if scalar.raw.startswith("-") else _behind_sign(scalar)


def _behind_sign(scalar: Scalar) -> _Token:
    text, start = magnitude(scalar)
    if scalar.kind == "string":
        return _Token("string", (string_pieces(text) or [text])[0], start)
    if scalar.kind == "number":
        return _Token("integer" if re.fullmatch(_INTEGER, text) else "float", text, start)
    is_word = bool(text) and (text[0].isalpha() or text[0] == "_") and text.isascii()
    return _Token("word" if is_word else _missing_kind(text), text, start)


def _missing_kind(text: str) -> str:
    if text[:1] in ('"', "'"):
        return "string"
    if text[:1].isdigit() and text.isascii():
        return "integer" if re.fullmatch(_INTEGER, text) else "float"
    return "symbol"


def _expected(what: str, token: _Token, text: str = "") -> LiteralProblem:
    span = Span(token.start, token.start + len(token.text))
    return LiteralProblem(f"Expected {what}, got: {text or token.text}", token.start, span)


def _in_range(token: _Token, largest: int) -> LiteralProblem | None:
    if token.kind != "integer":
        return _expected("integer", token)
    if _number(token.text) <= largest:
        return None
    return LiteralProblem(
        f"Integer out of range ({token.text})", token.start, Span(token.start, token.start + len(token.text))
    )


def _number(text: str) -> int:
    """The value of an integer token; beyond any range if its digits do not fit its base, as the parser has it."""
    try:
        return int_value(Scalar("number", text, 0, len(text)))
    except ValueError:
        return 1 << 70


def _signed(field: FieldSchema, scalar: Scalar, _text: str) -> LiteralProblem | None:
    largest = limits(field)[1]
    negative = scalar.raw.startswith("-")
    return _in_range(_behind_sign(scalar), largest + 1 if negative else largest)


def _unsigned(field: FieldSchema, scalar: Scalar, _text: str) -> LiteralProblem | None:
    return _in_range(_first(scalar), limits(field)[1])


def _string(_field: FieldSchema, scalar: Scalar, _text: str) -> LiteralProblem | None:
    token = _first(scalar)
    return None if token.kind == "string" else _expected("string", token)


def _float(_field: FieldSchema, scalar: Scalar, _text: str) -> LiteralProblem | None:
    token = _behind_sign(scalar)
    if token.kind == "word":
        word = token.text.lower()
        return None if word in ("inf", "infinity", "nan") else _expected("double", token, word)
    if token.kind not in ("integer", "float"):
        return _expected("double", token)
    if token.kind == "integer" and len(token.text) > 1 and token.text[0] == "0":
        span = Span(token.start, token.start + len(token.text))
        return LiteralProblem(f"Expect a decimal number, got: {token.text}", token.start, span)
    return None


def _bool(field: FieldSchema, scalar: Scalar, text: str) -> LiteralProblem | None:
    token = _first(scalar)
    if token.kind == "integer":
        return _in_range(token, 1)
    if token.kind != "word":
        return _expected("identifier", token)
    if token.text in (*_TRUE, *_FALSE):
        return None
    message = f'Invalid value for boolean field "{field.name}". Value: "{token.text}".'
    return _behind(message, token, text)


def _enum(field: FieldSchema, scalar: Scalar, text: str) -> LiteralProblem | None:
    token = _first(scalar)
    if token.kind == "word":
        known = field.enum is not None and token.text in field.enum.values
        message = f'Unknown enumeration value of "{token.text}" for field "{field.name}".'
        return None if known else _behind(message, token, text)
    if token.kind == "integer" or token.text == "-":
        return _signed(field, scalar, text)
    return _expected("integer or identifier", token)


def _behind(message: str, token: _Token, text: str) -> LiteralProblem:
    """A complaint about a token that the parser has gone past."""
    end = token.start + len(token.text)
    return LiteralProblem(message, next_token(text, end), Span(token.start, end))


_JUDGES: Final[dict[str, _Judge]] = {
    "int": _signed,
    "uint": _unsigned,
    "float": _float,
    "bool": _bool,
    "string": _string,
    "enum": _enum,
}
