"""A message of a configuration, read by field name, with the path that leads to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.core.config import datatypes
from studio.core.config.model_config import boolean, integer, text
from studio.text.document import values
from studio.text.literals import float_value
from studio.text.tree import Message, Scalar
from studio.text.tree import Path as TextPath

_NOTHING = Message((), 0, 0)


class Node:
    """One message of a configuration that the server could read; what is not written reads as its default."""

    __slots__ = ("message", "names", "path")

    def __init__(self, message: Message, path: TextPath = ()) -> None:
        self.message = message
        self.path = path
        self.names = frozenset(field.name for field in message.fields)

    def has(self, name: str) -> bool:
        """Whether the field is written."""
        return name in self.names

    def child(self, name: str) -> Node:
        """The message of a field; an empty one where it is not written."""
        found = self._first(name)
        return Node(found if isinstance(found, Message) else _NOTHING, (*self.path, name))

    def each(self, name: str) -> Iterator[Node]:
        """The messages of a repeated field."""
        if name in self.names:
            for index, value in enumerate(values(self.message, name)):
                if isinstance(value, Message):
                    yield Node(value, (*self.path, name, index))

    def entries(self, name: str) -> dict[str, Node]:
        """The messages of a map field by their key; the last of a key counts, as for the server."""
        return {_text(entry, "key"): entry.child("value") for entry in self.each(name)}

    def values(self, name: str) -> dict[str, str]:
        """The texts of a map field by their key."""
        return {_text(entry, "key"): entry.text("value") for entry in self.each(name)}

    def text(self, name: str) -> str:
        """The text of a field."""
        return _text(self, name) if name in self.names else ""

    def texts(self, name: str) -> list[str]:
        """The texts of a repeated field."""
        return [text(scalar) or "" for scalar in self._scalars(name)]

    def number(self, name: str) -> int:
        """The integer of a field."""
        found = self._first(name)
        return (integer(found) or 0) if isinstance(found, Scalar) else 0

    def numbers(self, name: str) -> tuple[int, ...]:
        """The integers of a repeated field."""
        return tuple(integer(scalar) or 0 for scalar in self._scalars(name))

    def real(self, name: str) -> float:
        """The number of a field."""
        found = self._first(name)
        try:
            return float_value(found) if isinstance(found, Scalar) else 0.0
        except (ValueError, OverflowError):
            return 0.0

    def flag(self, name: str) -> bool:
        """Whether a field says true."""
        found = self._first(name)
        return isinstance(found, Scalar) and boolean(found)

    def word(self, name: str, names: Sequence[str]) -> str:
        """The value of an enumeration with these names in the order of their numbers; an unknown number as it is."""
        found = self._first(name)
        if not isinstance(found, Scalar):
            return names[0]
        number = integer(found) if found.kind == "number" else None
        if number is None:
            return found.raw
        return names[number] if 0 <= number < len(names) else str(number)

    def count(self, name: str) -> int:
        """How many elements a repeated field has."""
        return len(values(self.message, name)) if name in self.names else 0

    def _first(self, name: str) -> object:
        if name not in self.names:
            return None
        found = values(self.message, name)
        # The server takes a second scalar where the first is the field's default.
        return next((found[-1 if isinstance(each, Scalar) else 0] for each in found), None)

    def _scalars(self, name: str) -> list[Scalar]:
        if name not in self.names:
            return []
        return [each for each in values(self.message, name) if isinstance(each, Scalar)]


def _text(node: Node, name: str) -> str:
    found = node._first(name)
    return (text(found) or "") if isinstance(found, Scalar) else ""


DATA_TYPES = ["TYPE_INVALID", *(kind.config for kind in sorted(datatypes.DATA_TYPES, key=lambda kind: kind.number))]
"""Triton's data types in the order of their numbers."""
SIZES = {kind.config: kind.size for kind in datatypes.DATA_TYPES if kind.size}
"""Bytes of one value; a string has no fixed size."""
