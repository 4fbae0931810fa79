"""What an edit gets and gives: a document with the schema, read and changed by path in plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from studio.core.config import values
from studio.core.config.model_config import Config
from studio.core.config.model_config import config as read_config
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.failure import CoreError
from studio.text import edit
from studio.text.document import Document, elements, find
from studio.text.parse import parse
from studio.text.paths import indexed
from studio.text.tree import Field, ListValue, Message, Scalar
from studio.text.tree import Path as TextPath


class _Target(NamedTuple):
    """A path with its schema: the message that holds the field, the field, and the place of an element if given."""

    path: TextPath
    owner: MessageSchema
    field: FieldSchema
    place: int | None

    @property
    def field_path(self) -> TextPath:
        """The path of the field as a whole."""
        return self.path if self.place is None else self.path[:-1]

    @property
    def parent(self) -> TextPath:
        """The path of the message that holds the field."""
        return self.field_path[:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A configuration that can be changed: every change is a new draft that differs in as few bytes as possible.

    A path is field names, with an index behind a repeated one: `("input", 0, "dims")`. The entries of a map are
    addressed by index like the elements of a repeated field. A path that the schema lacks raises CoreError; what
    the text cannot take raises TextError.
    """

    document: Document
    _config: list[Config] = field(default_factory=list, init=False, repr=False)

    @property
    def config(self) -> Config:
        """The typed read view, made when first asked for."""
        if not self._config:
            self._config.append(read_config(self.document))
        return self._config[0]

    def get(self, *path: str | int) -> object:
        """The value at a path, or the schema's default: a scalar, the name of an enumeration's value, a tuple.

        A message is a dictionary of what it writes; None where it is missing.
        """
        target = _target(path)
        if target.place is not None:
            nodes = elements(self.document, target.field_path)
            value = values.meaning(target.field, nodes[target.place]) if target.place in range(len(nodes)) else None
            return None if target.field.message else _or_zero(value, target.field)
        parent = _message(self.document, target.parent)
        value = values.field_value(target.field, parent) if parent else None
        return target.field.default if value is None else value

    def has(self, *path: str | int) -> bool:
        """Whether the text writes something at the path."""
        return find(self.document, path) is not None

    def entry(self, path: TextPath, key: object) -> int | None:
        """The index of a map's entry by its key; the last one counts, as for the server."""
        nodes = elements(self.document, path)
        keys = [self.get(*path, i, "key") if isinstance(node, Message) else None for i, node in enumerate(nodes)]
        return max((i for i, found in enumerate(keys) if found == key), default=None)

    def set(self, *path_and_value: object) -> Draft:
        """Sets what stands at a path, the last argument being the value. None clears it.

        Makes the messages around it that are missing; clears the other members of a oneof. A dictionary given for a
        message becomes what that message writes. A list sets a repeated field as a whole.
        """
        target, value = _target_and_value(path_and_value)
        if value is None:
            return self.clear(*target.path)
        return self._without_rivals(target)._set(target, value)

    def clear(self, *path: str | int) -> Draft:
        """Takes out what stands at a path, if anything does."""
        return self._with(edit.remove(self.document, path)) if self.has(*path) else self

    def append(self, *path_and_value: object) -> Draft:
        """Adds an element to a repeated field: a scalar, or a message as a dictionary."""
        target, value = _target_and_value(path_and_value)
        if not target.field.repeated or target.place is not None:
            raise CoreError(f"Add to {indexed(target.path)}", "it is not repeated.")
        if _message(self.document, target.parent) is None:
            return self.set(*target.path, [value])
        raw = values.literal(target.field, value)
        count = len(elements(self.document, target.path))
        return self._with(
            edit.insert(
                self.document, target.parent, target.field.name, raw, order=tuple(target.owner.fields), index=count
            )
        )

    def move(self, *path: str | int, index: int) -> Draft:
        """Moves an element of a repeated field to another place."""
        return self._with(edit.move(self.document, path, index))

    def with_text(self, text: str) -> Draft:
        """The draft of another text."""
        return self if text == self.document.text else draft(text)

    def _with(self, document: Document) -> Draft:
        return self if document.text == self.document.text else Draft(document)

    def _without_rivals(self, target: _Target) -> Draft:
        """Clears the other members of every oneof on the way to the target."""
        changed, path = self, target.path
        for length in range(1, len(path) + 1):
            if isinstance(path[length - 1], str):
                step = _target(path[:length])
                rivals = step.owner.oneofs.get(step.field.oneof, ())
                for rival in rivals:
                    changed = changed if rival == step.field.name else changed.clear(*step.parent, rival)
        return changed

    def _set(self, target: _Target, value: object) -> Draft:
        if not self.has(*target.path):
            return self._add(target, value)
        if target.field.message:
            return self._set_message(target, value)
        if self.get(*target.path) == _plain(value) and self._is_sound(target.path):
            return self
        raw = values.field_text(target.field, value) if target.place is None else values.literal(target.field, value)
        return self._with(edit.set_value(self.document, target.path, _as_before(self._node(target.path), raw)))

    def _set_message(self, target: _Target, value: object) -> Draft:
        if target.field.repeated and target.place is None:
            return self._set_messages(target, values.listed(target.field, value))
        if not isinstance(value, Mapping) or target.field.message is None:
            raise CoreError(f"Set {indexed(target.path)}", "it is a message.", "Give its fields by name.")
        here = _message(self.document, target.path)
        if here is None:
            return self._with(edit.set_value(self.document, target.path, values.literal(target.field, value)))
        changed = self
        for name in dict.fromkeys(each.name for each in here.fields):
            changed = changed if name in value else changed.clear(*target.path, name)
        for name, item in value.items():
            changed = changed.set(*target.path, name, item)
        return changed

    def _set_messages(self, target: _Target, wanted: list[object]) -> Draft:
        """Sets a repeated message element by element, so that what stays equal stays as it is written."""
        if not wanted:
            return self.clear(*target.path)
        changed = self
        for index in reversed(range(len(wanted), len(elements(self.document, target.path)))):
            changed = changed.clear(*target.path, index)
        for index, item in enumerate(wanted):
            changed = changed.set(*target.path, index, item)
        return changed

    def _add(self, target: _Target, value: object) -> Draft:
        """Adds what is not there, within the nearest message around it that is."""
        path, field_schema, owner = target.field_path, target.field, target.owner
        if target.place is not None:
            if target.place != len(elements(self.document, path)):
                raise CoreError(f"Set {indexed(target.path)}", f"there is no place {target.place}.")
            return self.append(*path, value)
        raw = self._raw_field(field_schema, value)
        if _message(self.document, target.parent) is not None:
            order = tuple(owner.fields)
            return self._with(edit.insert(self.document, target.parent, field_schema.name, raw, order=order))
        around = _target(target.parent)
        given = {field_schema.name: value}
        if around.field.repeated and around.place is None:
            return self.append(*around.path, given)
        return self._set_around(around, given)

    def _set_around(self, around: _Target, given: dict[str, object]) -> Draft:
        """Gives the message around its first field; what stands there unsound is replaced."""
        if self.has(*around.path):
            raw = values.literal(around.field, given)
            return self._with(edit.set_value(self.document, around.path, raw))
        return self._add(around, given)

    def _raw_field(self, schema: FieldSchema, value: object) -> str:
        """A field as a whole; a single message in a repeated field goes without a list."""
        if schema.repeated and schema.message:
            items = values.listed(schema, value)
            return values.literal(schema, items[0]) if len(items) == 1 else values.field_text(schema, value)
        return values.field_text(schema, value)

    def _node(self, path: TextPath) -> Field | Scalar | Message | None:
        return find(self.document, path)

    def _is_sound(self, path: TextPath) -> bool:
        """Whether what stands there can be read, so that an equal value needs no change."""
        node = self._node(path)
        value = node.value if isinstance(node, Field) else node
        items = value.items if isinstance(value, ListValue) else (value,)
        return all(isinstance(item, Scalar) and item.kind != "missing" for item in items)


def draft(data: bytes | str) -> Draft:
    """The draft of a text."""
    return Draft(parse(data))


def read_draft(data: bytes | str) -> Draft:
    """The draft of a text with its typed view made: for another thread than the one that will ask for it."""
    found = draft(data)
    _ = found.config
    return found


def _target(path: tuple[object, ...]) -> _Target:
    """The schema of a path. Raises CoreError where the schema has no such field."""
    owner, found, index = model_config(), None, None
    for step in path:
        if isinstance(step, int):
            if found is None or index is not None or not found.repeated:
                raise CoreError(f"Look up {indexed(path)}", f"{step} follows what is not repeated.")
            index = step
            continue
        if found is not None:
            owner = found.message or MessageSchema("", "")
        found, index = owner.fields.get(str(step)), None
        if found is None:
            raise CoreError(f"Look up {indexed(path)}", f"{owner.name or 'it'} has no field “{step}”.")
    if found is None:
        raise CoreError("Look up a field", "the path is empty.")
    steps = tuple(step for step in path if isinstance(step, str | int))
    return _Target(steps, owner, found, index)


def _target_and_value(given: tuple[object, ...]) -> tuple[_Target, object]:
    return _target(given[:-1]), given[-1]


def _message(document: Document, path: TextPath) -> Message | None:
    """The message at a path; of a repeated field without index, the first."""
    if not path:
        return document.root
    here = find(document, path)
    if isinstance(here, Field):
        value = here.value
        here = value.items[0] if isinstance(value, ListValue) and value.items else None
        return value if isinstance(value, Message) else here if isinstance(here, Message) else None
    return here if isinstance(here, Message) else None


def _or_zero(value: object, schema: FieldSchema) -> object:
    """An element's value, or the zero of its type where it is missing or unsound."""
    zeros: dict[str, object] = {"string": "", "bool": False, "float": 0.0, "int": 0, "uint": 0}
    first = next(iter(schema.enum.values), "") if schema.enum else None
    return value if value is not None else zeros.get(schema.kind, first)


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _as_before(node: Field | Scalar | Message | None, raw: str) -> str:
    """A literal in the way the one before it is written: single quotes, or a capital letter for a boolean."""
    value = node.value if isinstance(node, Field) else node
    if not isinstance(value, Scalar):
        return raw
    if value.raw.startswith("'") and raw.startswith('"') and not {"'", "\\"} & set(raw):
        return f"'{raw[1:-1]}'"
    return raw.capitalize() if value.raw in ("True", "False") and raw in ("true", "false") else raw
