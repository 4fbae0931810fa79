"""What a configuration says, whatever its layout and comments: for comparing."""

from __future__ import annotations

from studio.core.config.draft import Draft
from studio.text.document import occurrences
from studio.text.literals import string_value
from studio.text.tree import Message, Scalar


def content(given: Draft) -> object:
    """All that a configuration says, by field."""
    return value_of(given.document.root)


def different_fields(one: Draft, other: Draft) -> tuple[str, ...]:
    """The fields at the top of a configuration of which two of them say different things."""
    left, right = one.document.root, other.document.root
    names = dict.fromkeys(field.name for root in (left, right) for field in root.fields)
    return tuple(name for name in names if values_of(left, name) != values_of(right, name))


def value_of(node: Scalar | Message) -> object:
    """What a part of a text says: a literal, or the values of each field by name."""
    if isinstance(node, Message):
        found: dict[str, list[object]] = {}
        for name in dict.fromkeys(field.name for field in node.fields):
            found[name] = values_of(node, name)
        return found
    return literal(node)


def literal(scalar: Scalar) -> object:
    """What a literal says: the bytes of a string, else its text without blanks."""
    try:
        return string_value(scalar) if scalar.kind == "string" else "".join(scalar.raw.split())
    except ValueError:
        return scalar.raw


def values_of(message: Message, name: str) -> list[object]:
    """What each element of a field says."""
    return [value_of(element.value) for element in occurrences(message, name)]
