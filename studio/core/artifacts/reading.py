"""What all readers share: bounded reads of plain files, and one clear error for whatever is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from studio import TYPE_CHECKING, disk
from studio.core.failure import CoreError
from studio.core.files.bounds import EVERYWHERE, Bounds, bounds_of
from studio.core.files.untrusted import open_plain

if TYPE_CHECKING:
    from typing import Any

_AGAIN = "Export or copy the model again."


class Malformed(ValueError):
    """The bytes are not what their format promises, or nothing that an honest program would write."""

    def __init__(self, reason: str, remedy: str = _AGAIN) -> None:
        super().__init__(reason)
        self.remedy = remedy


@contextmanager
def reading(path: Path, kind: str, called: str = "") -> Iterator[None]:
    """Turns what goes wrong inside into a CoreError: `kind` is what is read, `called` the kind of file it should be."""
    attempted = f"Read the {kind} {path}"
    try:
        yield
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.") from error
    except Malformed as error:
        reason = f"this is not a sound {called or kind} file: {error}."
        raise CoreError(attempted, reason, error.remedy) from error


def inside(folder: Path, name: str) -> Path:
    """A file of a model that is a folder. Raises Malformed where a link leads out of that folder."""
    file = folder / name
    if bounds_of(folder).outside(file) is not None:
        raise Malformed(f"“{name}” is a link that leads out of the folder", "Copy the file itself into the folder.")
    return file


def read_whole(path: Path, limit: int, bounds: Bounds = EVERYWHERE) -> bytes:
    """All of a file. Raises Malformed where it is larger than any honest one, or empty."""
    with open_plain(path, bounds) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise Malformed(f"it has {size:,} bytes, more than the {limit:,} that are read")
        # A file that grows meanwhile is cut, not followed.
        data = file.read(limit)
    if not data:
        raise Malformed("it is empty")
    return data


def ends(path: Path, count: int) -> tuple[bytes, bytes]:
    """The first and the last bytes of a file, at most `count` each; the last ones overlap the first in a short file."""
    with open_plain(path) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(count)
        file.seek(max(0, size - count))
        tail = file.read(count)
    if not head:
        raise Malformed("it is empty")
    return head, tail


def parsed_json(data: bytes) -> dict[str, Any]:
    """The object that a JSON text is. Raises Malformed for any other text."""
    # Few formats are, and every check loads this module.
    import json

    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Malformed(f"it is not JSON{where}") from error
    if not isinstance(value, dict):
        raise Malformed("it is JSON, but no object")
    return value


def shown(facts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Facts as text, without those that are not known."""
    return tuple((name, str(value)) for name, value in facts.items() if value not in (None, ""))
