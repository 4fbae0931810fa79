"""What a path of plain names and indexes leads to: its schema, and its value in a document."""

from __future__ import annotations

from studio.core.config import values
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.failure import CoreError
from studio.named_tuple import NamedTuple
from studio.text.document import Document, elements, find
from studio.text.paths import indexed
from studio.text.tree import Field, ListValue, Message
from studio.text.tree import Path as TextPath


class Target(NamedTuple):
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


def target_of(path: tuple[object, ...]) -> Target:
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
    return Target(steps, owner, found, index)


def value_at(document: Document, target: Target) -> object:
    """The value of a target, or the schema's default; None where a message is missing."""
    if target.place is not None:
        nodes = elements(document, target.field_path)
        value = values.meaning(target.field, nodes[target.place]) if target.place in range(len(nodes)) else None
        return None if target.field.message else _or_zero(value, target.field)
    parent = message_at(document, target.parent)
    value = values.field_value(target.field, parent) if parent else None
    return target.field.default if value is None else value


def message_at(document: Document, path: TextPath) -> Message | None:
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
