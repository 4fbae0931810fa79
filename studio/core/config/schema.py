"""The schema of a model configuration: what fields there are, from the descriptor that Triton's client carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from types import MappingProxyType

from studio import TYPE_CHECKING
from studio.core.config import descriptor
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

FieldKind: TypeAlias = 'Literal["int", "uint", "float", "bool", "string", "enum", "message"]'

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


@dataclass(frozen=True, eq=False)
class MessageSchema:
    """A message type. Its fields are read when they are asked for: a configuration has a few of the many types."""

    name: str
    full_name: str
    read: Callable[[], Mapping[str, FieldSchema]] = dict

    @cached_property
    def fields(self) -> Mapping[str, FieldSchema]:
        """The fields by name, in the order of their declaration."""
        return MappingProxyType(self.read())

    @cached_property
    def oneofs(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each oneof."""
        members: dict[str, tuple[str, ...]] = {}
        for name, each in self.fields.items():
            if each.oneof:
                members[each.oneof] = (*members.get(each.oneof, ()), name)
        return MappingProxyType(members)


@cache
def model_config() -> MessageSchema:
    """The schema of `inference.ModelConfig`. Loads neither grpc nor protobuf, which take a second and a tenth."""
    return _Reader(descriptor.model_config_file()).message("ModelConfig")


class _Reader:
    """Turns descriptors into schemas; one schema for each message type."""

    def __init__(self, file: descriptor.File) -> None:
        self._file = file
        self._messages: dict[str, MessageSchema] = {}
        self._enums: dict[str, EnumSchema] = {}

    def message(self, name: str) -> MessageSchema:
        """The schema of a message type and of all that it holds."""
        known = self._messages.get(name)
        if known is None:
            full_name = f"{self._file.package}.{name}"
            known = MessageSchema(name.rpartition(".")[2], full_name, lambda: self._fields(name))
            self._messages[name] = known
        return known

    def _fields(self, name: str) -> dict[str, FieldSchema]:
        given = self._file.message(name)
        return {each.name: self._field(each, given) for each in given.fields}

    def _field(self, given: descriptor.Field, owner: descriptor.Message) -> FieldSchema:
        kind, bits = _TYPES[given.type]
        message = self.message(given.type_name) if kind == "message" else None
        enum = self._enum(given.type_name) if kind == "enum" else None
        oneof = owner.oneofs[given.oneof] if given.oneof >= 0 else ""
        return FieldSchema(
            name=given.name,
            number=given.number,
            kind=kind,
            bits=bits,
            repeated=given.repeated,
            message=message,
            enum=enum,
            oneof=oneof,
            map=message is not None and self._file.is_map_entry(given.type_name),
            presence=not given.repeated and (message is not None or bool(oneof)),
            default=() if given.repeated else enum.name_of(0) if enum else _DEFAULTS.get(given.type, _ZEROS[kind]),
        )

    def _enum(self, name: str) -> EnumSchema:
        known = self._enums.get(name)
        if known is None:
            values = MappingProxyType(self._file.enum(name))
            known = EnumSchema(name.rpartition(".")[2], f"{self._file.package}.{name}", values)
            self._enums[name] = known
        return known


_BYTES: Final = 12
_DEFAULTS: Final[dict[int, object]] = {_BYTES: b""}
_ZEROS: Final[dict[FieldKind, object]] = {
    "int": 0,
    "uint": 0,
    "float": 0.0,
    "bool": False,
    "string": "",
    "message": None,
}
