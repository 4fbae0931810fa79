"""The descriptor of `model_config.proto` that Triton's client carries, read from its generated module as bytes.

The module is neither run nor is protobuf loaded, which takes longer than to check a model.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec

from studio import TYPE_CHECKING
from studio.core.failure import CoreError
from studio.named_tuple import NamedTuple
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Final, TypeAlias

_MODULE: Final = "tritonclient.grpc.model_config_pb2"
_START: Final = b"\n\x12model_config.proto"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_REPEATED: Final = 3
_Value: TypeAlias = int | bytes
_Parts: TypeAlias = dict[int, list[_Value]]


class Field(NamedTuple):
    """A field: `type` by its number in descriptor.proto, `oneof` the place of its oneof or -1."""

    name: str
    number: int
    type: int
    repeated: bool
    type_name: str
    oneof: int


class Message(NamedTuple):
    """A message type: its fields in the order of their declaration, and the names of its oneofs."""

    fields: tuple[Field, ...]
    oneofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A `.proto` file: the declarations of its types by their names within the package, read when they are asked for.

    A configuration needs a few of the many.
    """

    package: str
    messages: dict[str, _Parts]
    enums: dict[str, _Parts]

    def message(self, name: str) -> Message:
        """A message type."""
        parts = self.messages[name]
        fields = tuple(_field(each, self.package) for each in _each(parts, 2))
        return Message(fields, tuple(_text(oneof, 1) for oneof in _each(parts, 8)))

    def is_map_entry(self, name: str) -> bool:
        """Whether a message type is that of the entries of a map."""
        return any(_number(options, 7) for options in _each(self.messages[name], 7))

    def enum(self, name: str) -> dict[str, int]:
        """The numbers of an enumeration by their names."""
        return {_text(value, 1): _signed(_number(value, 2)) for value in _each(self.enums[name], 2)}


def model_config_file() -> File:
    """The descriptor. Raises CoreError where Triton's client is not installed."""
    parts = _parts(_serialized())
    found = File(_text(parts, 2), {}, {})
    _take(found, parts, 4, 5, "")
    return found


def _serialized() -> bytes:
    """The descriptor as it is written into the generated module, which is compiled but not run."""
    client = next(_specs("tritonclient"), None)
    package = next(_specs("tritonclient.grpc", client), None)
    for spec in _specs(_MODULE, package):
        # PyInstaller's loader compiles a module without running it, and is none of those that importlib knows.
        compiled = getattr(spec.loader, "get_code", None)
        constants = compiled(_MODULE).co_consts if compiled else ()
        found = next((each for each in constants if isinstance(each, bytes) and each.startswith(_START)), b"")
        if found:
            return found
    reason = f"the module {_MODULE} is not installed."
    raise CoreError("Reading the schema of model configurations", reason, "Install tritonclient[grpc].")


def _specs(name: str, package: ModuleSpec | None = None) -> Iterator[ModuleSpec]:
    """Where a module is found, without the run of the package around it that `importlib.util.find_spec` makes."""
    if "." in name and package is None:
        return
    locations = package.submodule_search_locations if package else None
    yield from filter(None, (finder.find_spec(name, locations) for finder in sys.meta_path))


def _take(file: File, parts: _Parts, messages: int, enums: int, outer: str) -> None:
    """Adds the types that a file or a message declares."""
    file.enums.update((f"{outer}{_text(each, 1)}", each) for each in _each(parts, enums))
    for each in _each(parts, messages):
        name = f"{outer}{_text(each, 1)}"
        file.messages[name] = each
        _take(file, each, 3, 4, f"{name}.")


def _field(parts: _Parts, package: str) -> Field:
    return Field(
        name=_text(parts, 1),
        number=_number(parts, 3),
        type=_number(parts, 5),
        repeated=_number(parts, 4) == _REPEATED,
        type_name=_text(parts, 6).removeprefix(f".{package}."),
        oneof=_number(parts, 9, -1),
    )


def _each(parts: _Parts, number: int) -> Iterator[_Parts]:
    return (_parts(value) for value in parts.get(number, ()) if isinstance(value, bytes))


def _text(parts: _Parts, number: int) -> str:
    value = parts.get(number, [b""])[-1]
    return value.decode() if isinstance(value, bytes) else ""


def _number(parts: _Parts, number: int, default: int = 0) -> int:
    value = parts.get(number, [default])[-1]
    return value if isinstance(value, int) else default


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _parts(data: bytes) -> _Parts:
    """The fields of a serialized message by number."""
    found: _Parts = {}
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind = key & 7
        value: _Value
        if kind == _VARINT:
            value, place = _varint(data, place)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}.get(kind, 0)
            if kind == _BYTES:
                length, place = _varint(data, place)
            value, place = data[place : place + length], place + length
        found.setdefault(key >> 3, []).append(value)
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
