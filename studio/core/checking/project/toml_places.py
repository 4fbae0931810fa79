"""The lines on which the keys of a TOML text stand, which the standard library's reader does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_MOST = 200
"""Lines that may be the one which are looked at; each costs a reading of what stands before it."""
_PROBE = "trireme-probe"


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line, from 1, on which the value at a path is written; 0 where it cannot be told."""
    lines = text.splitlines()
    for length in range(len(path), 0, -1):
        *around, name = path[:length]
        if isinstance(name, str):
            found = _line_of_key(lines, tuple(around), name)
            if found:
                return found
    return 0


def _line_of_key(lines: list[str], around: tuple[str | int, ...], name: str) -> int:
    written = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[=.\]]""")
    candidates = [index for index, line in enumerate(lines) if written.match(line)]
    for index in candidates[:_MOST]:
        is_header = lines[index].lstrip().startswith("[")
        if is_header and not around:
            return index + 1
        if not is_header and _table_at(lines[:index]) == around:
            return index + 1
    return 0


def _table_at(lines: list[str]) -> tuple[str | int, ...] | None:
    """The path of the table into which the next line goes; None within a value of several lines."""
    try:
        told = tomllib.loads("\n".join([*lines, f"{_PROBE} = 0"]))
    except (ValueError, RecursionError):
        return None
    return _place(told)


def _place(value: Any) -> tuple[str | int, ...] | None:
    if isinstance(value, dict):
        if _PROBE in value:
            return ()
        items: list[tuple[str | int, Any]] = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
    for key, inner in items:
        found = _place(inner)
        if found is not None:
            return (key, *found)
    return None
