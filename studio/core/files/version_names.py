"""The names of version folders, as Triton reads them."""

from __future__ import annotations

import re
from enum import Enum

_INTEGER = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)")
_INT64 = range(-(1 << 63), 1 << 63)


class VersionFault(Enum):
    """Why Triton does not take a folder for a version."""

    LEADING_ZERO = "leading zero"
    NOT_A_NUMBER = "not a number"
    OUT_OF_RANGE = "out of range"


def version_number(name: str) -> int | VersionFault:
    """The version that Triton reads from a folder's name, as C++ `stoll` does: a numeric prefix is enough."""
    if len(name) > 1 and name.startswith("0"):
        return VersionFault.LEADING_ZERO
    found = _INTEGER.match(name)
    if not found:
        return VersionFault.NOT_A_NUMBER
    number = int(found[1])
    return number if number in _INT64 else VersionFault.OUT_OF_RANGE
