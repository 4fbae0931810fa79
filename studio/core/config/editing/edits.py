"""Edits of a configuration's document by path, in plain Python values: what a draft does, from document to document."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.config import values
from studio.core.config.editing.targets import Target, message_at, target_of, value_at
from studio.core.config.schema import FieldSchema
from studio.core.failure import CoreError
from studio.text import edit
from studio.text.document import Document, elements, find
from studio.text.paths import indexed
from studio.text.tree import Field, ListValue, Message, Scalar
from studio.text.tree import Path as TextPath


def set_at(document: Document, path: tuple[object, ...], value: object) -> Document:
    """Sets what stands at a path. None clears it; missing messages around it are made, rivals of a oneof cleared."""
    target = target_of(path)
    if value is None:
        return clear_at(document, target.path)
    return _set(_without_rivals(document, target), target, value)


def clear_at(document: Document, path: TextPath) -> Document:
    """Takes out what stands at a path, if anything does."""
    return edit.remove(document, path) if _has(document, path) else document


def append_to(document: Document, path: tuple[object, ...], value: object) -> Document:
    """Adds an element to a repeated field: a scalar, or a message as a dictionary."""
    target = target_of(path)
    if not target.field.repeated or target.place is not None:
        raise CoreError(f"Add to {indexed(target.path)}", "it is not repeated.")
    if message_at(document, target.parent) is None:
        return set_at(document, target.path, [value])
    raw = values.literal(target.field, value)
    count = len(elements(document, target.path))
    order = tuple(target.owner.fields)
    return edit.insert(document, target.parent, target.field.name, raw, order=order, index=count)


def move_to(document: Document, path: TextPath, index: int) -> Document:
    """Moves an element of a repeated field to another place."""
    return edit.move(document, path, index)


def _has(document: Document, path: TextPath) -> bool:
    return find(document, path) is not None


def _without_rivals(document: Document, target: Target) -> Document:
    """Clears the other members of every oneof on the way to the target."""
    changed, path = document, target.path
    for length in range(1, len(path) + 1):
        if isinstance(path[length - 1], str):
            step = target_of(path[:length])
            rivals = step.owner.oneofs.get(step.field.oneof, ())
            for rival in rivals:
                changed = changed if rival == step.field.name else clear_at(changed, (*step.parent, rival))
    return changed


def _set(document: Document, target: Target, value: object) -> Document:
    if not _has(document, target.path):
        return _add(document, target, value)
    if target.field.message:
        return _set_message(document, target, value)
    if value_at(document, target) == _plain(value) and _is_sound(document, target.path):
        return document
    raw = values.field_text(target.field, value) if target.place is None else values.literal(target.field, value)
    return edit.set_value(document, target.path, _as_before(find(document, target.path), raw))


def _set_message(document: Document, target: Target, value: object) -> Document:
    if target.field.repeated and target.place is None:
        return _set_messages(document, target, values.listed(target.field, value))
    if not isinstance(value, Mapping) or target.field.message is None:
        raise CoreError(f"Set {indexed(target.path)}", "it is a message.", "Give its fields by name.")
    here = message_at(document, target.path)
    if here is None:
        return edit.set_value(document, target.path, values.literal(target.field, value))
    changed = document
    for name in dict.fromkeys(each.name for each in here.fields):
        changed = changed if name in value else clear_at(changed, (*target.path, name))
    for name, item in value.items():
        changed = set_at(changed, (*target.path, name), item)
    return changed


def _set_messages(document: Document, target: Target, wanted: list[object]) -> Document:
    """Sets a repeated message element by element, so that what stays equal stays as it is written."""
    if not wanted:
        return clear_at(document, target.path)
    changed = document
    for index in reversed(range(len(wanted), len(elements(document, target.path)))):
        changed = clear_at(changed, (*target.path, index))
    for index, item in enumerate(wanted):
        changed = set_at(changed, (*target.path, index), item)
    return changed


def _add(document: Document, target: Target, value: object) -> Document:
    """Adds what is not there, within the nearest message around it that is."""
    path, schema, owner = target.field_path, target.field, target.owner
    if target.place is not None:
        if target.place != len(elements(document, path)):
            raise CoreError(f"Set {indexed(target.path)}", f"there is no place {target.place}.")
        return append_to(document, path, value)
    raw = _raw_field(schema, value)
    if message_at(document, target.parent) is not None:
        return edit.insert(document, target.parent, schema.name, raw, order=tuple(owner.fields))
    around = target_of(target.parent)
    given = {schema.name: value}
    if around.field.repeated and around.place is None:
        return append_to(document, around.path, given)
    return _set_around(document, around, given)


def _set_around(document: Document, around: Target, given: dict[str, object]) -> Document:
    """Gives the message around its first field; what stands there unsound is replaced."""
    if _has(document, around.path):
        return edit.set_value(document, around.path, values.literal(around.field, given))
    return _add(document, around, given)


def _raw_field(schema: FieldSchema, value: object) -> str:
    """A field as a whole; a single message in a repeated field goes without a list."""
    if schema.repeated and schema.message:
        items = values.listed(schema, value)
        return values.literal(schema, items[0]) if len(items) == 1 else values.field_text(schema, value)
    return values.field_text(schema, value)


def _is_sound(document: Document, path: TextPath) -> bool:
    """Whether what stands there can be read, so that an equal value needs no change."""
    node = find(document, path)
    value = node.value if isinstance(node, Field) else node
    items = value.items if isinstance(value, ListValue) else (value,)
    return all(isinstance(item, Scalar) and item.kind != "missing" for item in items)


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
