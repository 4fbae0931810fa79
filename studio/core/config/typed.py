"""Between a value and what a person reads and types for it."""

from __future__ import annotations

import math
import re

from studio.core.config.schema import FieldSchema
from studio.core.config.values import limits

_LARGEST_FLOAT = 3.4028235e38
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def shown(value: object) -> str:
    """A scalar as a person reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return "" if value is None else str(value)


def typed(schema: FieldSchema, text: str) -> object:
    """The value of what was typed for one element of a field; raises ValueError, whose text says why it is none."""
    readers = {"int": _integer, "uint": _integer, "float": _float, "bool": _bool, "enum": _enum}
    reader = readers.get(schema.kind)
    return reader(schema, text.strip()) if reader else text


def _integer(schema: FieldSchema, text: str) -> int:
    if not re.fullmatch(r"[+-]?\d[\d_]*|[+-]?0[xX][0-9a-fA-F]+", text):
        raise ValueError(f"{text or 'nothing'} is not a whole number.")
    number = int(text, 16 if "x" in text.lower() else 10)
    low, high = limits(schema)
    if not low <= number <= high:
        raise ValueError(f"it is a whole number from {low} to {high}.")
    return number


def _float(schema: FieldSchema, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text or 'nothing'} is not a number.") from None
    if schema.bits == 32 and math.isfinite(number) and abs(number) > _LARGEST_FLOAT:
        raise ValueError(f"{text} is too large for 32 bits.")
    return number


def _bool(_schema: FieldSchema, text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE + _FALSE:
        raise ValueError("it is true or false.")
    return word in _TRUE


def _enum(schema: FieldSchema, text: str) -> str:
    known = schema.enum.values if schema.enum else {}
    found = next((name for name in known if name.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(f"{text or 'nothing'} is none of {', '.join(known)}.")
    return found
