"""A parsed protobuf text document, and finding things in it by path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio import TYPE_CHECKING
from studio.named_tuple import NamedTuple
from studio.text.parser import scan
from studio.text.tree import Field, ListValue, Message, Path, Problem, Scalar
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import TypeAlias

_MANY = 64
_latest: list[tuple[Message, str, list[Scalar | Message]] | None] = [None]
_KEPT = 2
_Named: TypeAlias = dict[str, list[Field]]
_by_name: list[tuple[Message, _Named]] = []
"""Those of the messages of many fields that were asked about last: a form asks about hundreds of paths in one."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text, its tree, and what is wrong with its syntax, in the order in which the server would meet it.

    `text` is the file decoded as UTF-8 with surrogateescape, a byte order mark kept as "\\ufeff". Only the first
    problem is what the server prints; the others are found by recovering from it.
    """

    text: str
    root: Message
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the syntax is sound; a schema may still refuse it."""
        return not self.problems

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column from 1 as protobuf's tokenizer counts them: in bytes, tabs to the next multiple of 8."""
        return scan.line_column(self.text, offset)


class Element(NamedTuple):
    """One value of a field that may be repeated: the field it stands in, and its place in that field's list."""

    field: Field
    place: int | None
    value: Scalar | Message


def occurrences(message: Message, name: str) -> Iterator[Element]:
    """The elements of all fields of this name, lists flattened."""
    for field in named(message, name):
        if isinstance(field.value, ListValue):
            for index, item in enumerate(field.value.items):
                yield Element(field, index, item)
        else:
            yield Element(field, None, field.value)


def values(message: Message, name: str) -> list[Scalar | Message]:
    """The values of all fields of this name, lists flattened: what `occurrences` gives without their places."""
    found: list[Scalar | Message] = []
    for field in named(message, name):
        value = field.value
        if isinstance(value, ListValue):
            found += value.items
        else:
            found.append(value)
    return found


def named(message: Message, name: str) -> Sequence[Field]:
    """The fields of this name, in their order."""
    if len(message.fields) <= _MANY:
        return [field for field in message.fields if field.name == name]
    return _names_of(message).get(name, ())


def _names_of(message: Message) -> _Named:
    for kept, names in tuple(_by_name):
        if kept is message:
            return names
    made: _Named = {}
    for field in message.fields:
        made.setdefault(field.name, []).append(field)
    # Threads may ask at once: the list is replaced as a whole.
    _by_name[:] = [(message, made), *_by_name[: _KEPT - 1]]
    return made


def find(document: Document, path: Path) -> Field | Scalar | Message | None:
    """What stands at a path: the first field of a name, the element at an index, or the root for an empty path.

    A name that follows a name means its first element.
    """
    here: Field | Scalar | Message | None = document.root
    position = 0
    while position < len(path):
        message = _message(here)
        name = path[position]
        if message is None or not isinstance(name, str):
            return None
        step = path[position + 1] if position + 1 < len(path) else None
        if isinstance(step, int):
            here = element(message, name, step)
            position += 2
        else:
            here = next(iter(named(message, name)), None)
            position += 1
    return here


def element(message: Message, name: str, index: int) -> Scalar | Message | None:
    """The element at an index over all fields of a name; None where there is none."""
    if index < 0:
        return None
    found = _kept_values(message, name) if len(message.fields) > _MANY else values(message, name)
    return found[index] if index < len(found) else None


def _kept_values(message: Message, name: str) -> list[Scalar | Message]:
    """The values of a message of thousands of fields, kept while the same is asked of: places are looked up in rows."""
    latest = _latest[0]
    if latest is None or latest[0] is not message or latest[1] != name:
        latest = _latest[0] = (message, name, values(message, name))
    return latest[2]


def elements(document: Document, path: Path) -> list[Scalar | Message]:
    """All elements of the field that a path names, over its occurrences, lists flattened."""
    parent = _message(find(document, path[:-1]))
    name = path[-1] if path else None
    if parent is None or not isinstance(name, str):
        return []
    return values(parent, name)


def _message(here: Field | Scalar | Message | None) -> Message | None:
    if isinstance(here, Field):
        value = here.value
        if isinstance(value, ListValue):
            value = value.items[0] if value.items else Scalar("missing", "", here.end, here.end)
        return value if isinstance(value, Message) else None
    return here if isinstance(here, Message) else None
