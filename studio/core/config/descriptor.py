"""The descriptor of `model_config.proto` that Triton's client carries, read from its generated module as bytes.

The module is neither run nor is protobuf loaded, which takes longer than to check a model.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

from studio.core.failure import CoreError
from studio.value_class import dataclass

_MODULE: Final = "tritonclient.grpc.model_config_pb2"
_START: Final = b"\n\x12model_config.proto"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_REPEATED: Final = 3
_Value: TypeAlias = int | bytes
_Parts: TypeAlias = dict[int, list[_Value]]


@runtime_checkable
class _GivesCode(Protocol):
    """A loader that compiles a module without running it. PyInstaller's is one and no `InspectLoader`."""

    def get_code(self, fullname: str, /) -> CodeType | None: ...


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
    is_map_entry: bool


@dataclass(frozen=True, slots=True)
class File:
    """A `.proto` file: its message types and enumerations by their names within the package."""

    package: str
    messages: dict[str, Message]
    enums: dict[str, list[tuple[str, int]]]


def model_config_file() -> File:
    """The descriptor. Raises CoreError where Triton's client is not installed."""
    parts = _parts(_serialized())
    package = _text(parts, 2)
    found = File(package, {}, {})
    _take(found, parts, 4, 5, "")
    return found


def _serialized() -> bytes:
    """The descriptor as it is written into the generated module, which is compiled but not run."""
    package = importlib.util.find_spec("tritonclient.grpc")
    locations = package.submodule_search_locations if package else None
    for finder in sys.meta_path:
        spec = finder.find_spec(_MODULE, locations) if locations else None
        if spec and isinstance(spec.loader, _GivesCode):
            code = spec.loader.get_code(_MODULE)
            constants = code.co_consts if code else ()
            found = next((each for each in constants if isinstance(each, bytes) and each.startswith(_START)), b"")
            if found:
                return found
    reason = f"the module {_MODULE} is not installed."
    raise CoreError("Reading the schema of model configurations", reason, "Install tritonclient[grpc].")


def _take(file: File, parts: _Parts, messages: int, enums: int, outer: str) -> None:
    """Adds the types that a file or a message declares."""
    for each in _each(parts, enums):
        values = ((_text(value, 1), _signed(_number(value, 2))) for value in _each(each, 2))
        file.enums[f"{outer}{_text(each, 1)}"] = list(values)
    for each in _each(parts, messages):
        name = f"{outer}{_text(each, 1)}"
        fields = tuple(_field(field, file.package) for field in _each(each, 2))
        is_map = any(_number(options, 7) for options in _each(each, 7))
        file.messages[name] = Message(fields, tuple(_text(oneof, 1) for oneof in _each(each, 8)), is_map)
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
