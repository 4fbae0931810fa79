"""Between values and literals: what a literal means for a field of the schema, and how a value is written for one."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio import TYPE_CHECKING
from studio.core.config.model_config import boolean, integer, text
from studio.core.config.schema import FieldSchema, MessageSchema
from studio.core.failure import CoreError
from studio.text.document import occurrences
from studio.text.literals import float_value, quote
from studio.text.tree import Message, Scalar

if TYPE_CHECKING:
    from typing import Final

_INF: Final = {math.inf: "inf", -math.inf: "-inf"}


def meaning(schema: FieldSchema, node: Scalar | Message) -> object:
    """The value of one element: a scalar's, or a dictionary of a message's fields; None where it is unsound."""
    if schema.message:
        return message_value(schema.message, node) if isinstance(node, Message) else None
    return _scalar(schema, node) if isinstance(node, Scalar) and node.kind != "missing" else None


def message_value(schema: MessageSchema, message: Message) -> dict[str, object]:
    """The fields that a message writes, by name; a repeated one as a tuple."""
    return {
        name: value
        for name in dict.fromkeys(field.name for field in message.fields)
        if name in schema.fields and (value := field_value(schema.fields[name], message)) is not None
    }


def field_value(schema: FieldSchema, message: Message) -> object:
    """What a message writes for a field; None where it is not written, or unsound. Unsound elements are left out."""
    nodes = [element.value for element in occurrences(message, schema.name)]
    if schema.repeated:
        values = (meaning(schema, node) for node in nodes)
        return tuple(value for value in values if value is not None) or None
    return meaning(schema, nodes[0]) if nodes else None


def literal(schema: FieldSchema, value: object) -> str:
    """A value as it is written for one element of a field. Raises CoreError if the field cannot hold it."""
    if schema.message:
        return _message(schema, value)
    written = _WRITERS[schema.kind](schema, value)
    if written is None:
        raise CoreError(f"Set {schema.name}", f"{value!r} is no {_NOUNS[schema.kind]}{_range(schema)}.")
    return written


def field_text(schema: FieldSchema, value: object) -> str:
    """A value as it is written for a whole field: for a repeated one, a list."""
    if not schema.repeated:
        return literal(schema, value)
    items = [literal(schema, item) for item in listed(schema, value)]
    return f"[ {', '.join(items)} ]" if items else "[ ]"


def listed(schema: FieldSchema, value: object) -> list[object]:
    """The elements that a value gives a repeated field; a map may be given as a dictionary."""
    if schema.map and isinstance(value, Mapping):
        return [{"key": key, "value": item} for key, item in value.items()]
    if isinstance(value, list | tuple):
        return list(value)
    raise CoreError(f"Set {schema.name}", "it is repeated.", "Give a list.")


def _scalar(schema: FieldSchema, scalar: Scalar) -> object:
    if schema.kind == "string":
        return text(scalar)
    if schema.kind == "enum":
        return _enum_name(schema, scalar)
    if schema.kind == "bool":
        return boolean(scalar) if scalar.kind != "string" else None
    if schema.kind == "float":
        return _float(scalar)
    return integer(scalar)


def _enum_name(schema: FieldSchema, scalar: Scalar) -> str | None:
    number = integer(scalar)
    if number is not None and schema.enum:
        return schema.enum.name_of(number)
    return scalar.raw if scalar.kind == "word" else None


def _float(scalar: Scalar) -> float | None:
    try:
        return float_value(scalar)
    except (ValueError, OverflowError):
        return None


def _message(schema: FieldSchema, value: object) -> str:
    if not isinstance(value, Mapping) or schema.message is None:
        raise CoreError(f"Set {schema.name}", "it is a message.", "Give its fields by name.")
    fields = [_field(schema.message, name, item) for name, item in value.items() if item is not None]
    return "{ " + " ".join(fields) + " }" if fields else "{ }"


def _field(schema: MessageSchema, name: object, value: object) -> str:
    field = schema.fields.get(str(name))
    if field is None:
        raise CoreError(f"Set {name}", f"{schema.name} has no such field.")
    return f"{name}: {field_text(field, value)}"


def _integer(schema: FieldSchema, value: object) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    low, high = limits(schema)
    return str(value) if low <= value <= high else None


def limits(schema: FieldSchema) -> tuple[int, int]:
    """The smallest and the largest integer that a field holds."""
    if schema.kind == "uint":
        return 0, (1 << schema.bits) - 1
    half = 1 << (schema.bits - 1)
    return -half, half - 1


def _floating(_schema: FieldSchema, value: object) -> str | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    if math.isnan(value):
        return "nan"
    return _INF.get(value) or repr(value)


def _boolean(_schema: FieldSchema, value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None


def _string(_schema: FieldSchema, value: object) -> str | None:
    return quote(value) if isinstance(value, str) else None


def _enum(schema: FieldSchema, value: object) -> str | None:
    return value if isinstance(value, str) and schema.enum and value in schema.enum.values else None


def _range(schema: FieldSchema) -> str:
    if schema.kind not in ("int", "uint"):
        return ""
    low, high = limits(schema)
    return f" from {low} to {high}"


_WRITERS: Final = {
    "int": _integer,
    "uint": _integer,
    "float": _floating,
    "bool": _boolean,
    "string": _string,
    "enum": _enum,
}
_NOUNS: Final = {
    "int": "integer",
    "uint": "integer",
    "float": "number",
    "bool": "boolean",
    "string": "text",
    "enum": "value of it",
}
