"""A walk over a protobuf file that reads what is asked for and seeks over the rest.

So the interface of a model of many gigabytes costs a few reads, and no weight is ever in memory. The file is read,
not mapped: a mapped file that another program cuts short would kill the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from studio.core.artifacts.reading import Malformed
from studio.value_class import dataclass

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIELDS = 2_000_000
_VALUE = 1 << 20
_TOTAL = 64 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One field: its number, and its value for an integer or its place in the file for bytes."""

    number: int
    value: int
    start: int
    end: int


def signed(value: int) -> int:
    """An int64 field's value from its varint."""
    return value - (1 << 64) if value >= 1 << 63 else value


class Wire:
    """A protobuf file under a walk. Only as many fields are read in all as `fields` allows."""

    def __init__(self, file: BinaryIO, size: int, fields: int = _FIELDS) -> None:
        self._file = file
        self._left = fields
        self._bytes = _TOTAL
        self.whole = Part(0, 0, 0, size)

    def parts(self, within: Part) -> Iterator[Part]:
        """The fields of a message in file order. Others may be walked before the next one is taken."""
        place = within.start
        while place < within.end:
            part, place = self._part(place, within.end)
            yield part

    def content(self, part: Part) -> bytes:
        """The bytes of a field. Raises Malformed where they are more than any name or type needs."""
        if part.end - part.start > _VALUE:
            raise Malformed(f"a field of {part.end - part.start:,} bytes where a name or a type belongs")
        self._bytes -= part.end - part.start
        if self._bytes < 0:
            raise Malformed("its names and types alone fill many megabytes")
        self._file.seek(part.start)
        return self._read(part.end - part.start)

    def text(self, part: Part) -> str:
        """The text of a field."""
        return self.content(part).decode("utf-8", "replace")

    def string(self, part: Part, number: int) -> str:
        """The text of the first field of that number in a message, empty where there is none."""
        return next((self.text(each) for each in self.parts(part) if each.number == number), "")

    def entry(self, part: Part) -> tuple[str, Part | None]:
        """Key and value of an entry of a map whose keys are texts."""
        key, value = "", None
        for each in self.parts(part):
            if each.number == 1:
                key = self.text(each)
            elif each.number == 2:
                value = each
        return key, value

    def _part(self, place: int, end: int) -> tuple[Part, int]:
        self._left -= 1
        if self._left < 0:
            raise Malformed("it has too many parts")
        self._file.seek(place)
        key = self._varint()
        number, kind = key >> 3, key & 7
        value = self._varint() if kind in (_VARINT, _BYTES) else 0
        start = self._file.tell()
        length = {_VARINT: 0, _FIXED64: 8, _BYTES: value, _FIXED32: 4}.get(kind)
        if length is None or number == 0 or start + length > end:
            raise Malformed(f"it is damaged or cut short at byte {place:,}")
        return Part(number, value, start, start + length), start + length

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._read(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise Malformed("it holds a number that is too long")

    def _read(self, count: int) -> bytes:
        data = self._file.read(count)
        if len(data) < count:
            raise Malformed("it is cut short")
        return data
