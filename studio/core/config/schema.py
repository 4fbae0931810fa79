"""The schema of a model configuration: what fields there are, from the descriptor that Triton's client carries."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from studio.core.failure import CoreError

FieldKind: TypeAlias = Literal["int", "uint", "float", "bool", "string", "enum", "message"]

_MODULE: Final = "tritonclient.grpc.model_config_pb2"
# The numbers of FieldDescriptor.Type: double 1, float 2, int64 3, uint64 4, int32 5, fixed64 6, fixed32 7, bool 8,
# string 9, group 10, message 11, bytes 12, uint32 13, enum 14, sfixed32 15, sfixed64 16, sint32 17, sint64 18.
_TYPES: Final[dict[int, tuple[FieldKind, int]]] = {
    1: ("float", 64),
    2: ("float", 32),
    3: ("int", 64),
    4: ("uint", 64),
    5: ("int", 32),
    6: ("uint", 64),
    7: ("uint", 32),
    8: ("bool", 1),
    9: ("string", 0),
    11: ("message", 0),
    12: ("string", 0),
    13: ("uint", 32),
    14: ("enum", 32),
    15: ("int", 32),
    16: ("int", 64),
    17: ("int", 32),
    18: ("int", 64),
}


@dataclass(frozen=True, slots=True)
class EnumSchema:
    """An enumeration: its values by name, in the order in which they are declared."""

    name: str
    full_name: str
    values: Mapping[str, int]

    def name_of(self, number: int) -> str:
        """The first name of a number; the number itself where it has none, since the server keeps such values."""
        return next((name for name, value in self.values.items() if value == number), str(number))


@dataclass(frozen=True, slots=True, eq=False)
class FieldSchema:
    """One field. `bits` is the width of a number; `presence` whether a default that is written counts as set.

    `map` is true for a repeated message that is an entry with `key` and `value`. `default` is None for a message,
    an empty tuple for a repeated field, and for an enumeration the name of its first value.
    """

    name: str
    number: int
    kind: FieldKind
    bits: int
    repeated: bool
    message: MessageSchema | None
    enum: EnumSchema | None
    oneof: str
    map: bool
    presence: bool
    default: object


@dataclass(frozen=True, slots=True, eq=False)
class MessageSchema:
    """A message type: its fields by name in the order of their declaration, and the members of each oneof."""

    name: str
    full_name: str
    fields: Mapping[str, FieldSchema] = field(default_factory=dict)
    oneofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def model_config() -> MessageSchema:
    """The schema of `inference.ModelConfig`. Loads neither grpc nor `tritonclient.grpc`, which take a second."""
    return _Reader().message(_descriptors().message_types_by_name["ModelConfig"])


def _descriptors() -> Any:
    """The file descriptor of `model_config.proto`, from its generated module run outside its package."""
    package = importlib.util.find_spec("tritonclient.grpc")
    locations = package.submodule_search_locations if package else None
    for finder in sys.meta_path:
        spec = finder.find_spec(_MODULE, locations) if locations else None
        if spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.DESCRIPTOR
    reason = f"the module {_MODULE} is not installed."
    raise CoreError("Reading the schema of model configurations", reason, "Install tritonclient[grpc].")


class _Reader:
    """Turns descriptors into schemas; one schema for each message type."""

    def __init__(self) -> None:
        self._messages: dict[str, MessageSchema] = {}

    def message(self, given: Any) -> MessageSchema:
        """The schema of a message type and of all that it holds."""
        known = self._messages.get(given.full_name)
        if known:
            return known
        fields: dict[str, FieldSchema] = {}
        oneofs = {oneof.name: tuple(member.name for member in oneof.fields) for oneof in given.oneofs}
        schema = MessageSchema(given.name, given.full_name, MappingProxyType(fields), MappingProxyType(oneofs))
        self._messages[given.full_name] = schema
        fields.update((one.name, self._field(one)) for one in given.fields)
        return schema

    def _field(self, given: Any) -> FieldSchema:
        kind, bits = _TYPES[given.type]
        repeated = _is_repeated(given)
        enum = _enum(given.enum_type) if given.enum_type else None
        message = self.message(given.message_type) if given.message_type else None
        return FieldSchema(
            name=given.name,
            number=given.number,
            kind=kind,
            bits=bits,
            repeated=repeated,
            message=message,
            enum=enum,
            oneof=given.containing_oneof.name if given.containing_oneof else "",
            map=bool(given.message_type and given.message_type.GetOptions().map_entry),
            presence=bool(given.has_presence),
            default=_default(given, repeated, enum),
        )


def _is_repeated(given: Any) -> bool:
    """Newer releases of protobuf warn of `label`, older ones lack `is_repeated`."""
    if hasattr(given, "is_repeated"):
        return bool(given.is_repeated)
    return bool(given.label == given.LABEL_REPEATED)


def _enum(given: Any) -> EnumSchema:
    values = {value.name: value.number for value in given.values}
    return EnumSchema(given.name, given.full_name, MappingProxyType(values))


def _default(given: Any, repeated: bool, enum: EnumSchema | None) -> object:
    if repeated:
        return ()
    if given.message_type:
        return None
    return enum.name_of(given.default_value) if enum else given.default_value
