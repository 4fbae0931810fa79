"""The saved requests of a server that has no folder here, copied to where a person wants them."""

from __future__ import annotations

import os
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.bounds import bounds_of
from studio.core.files.reading import read
from studio.core.files.saving import save
from studio.core.saved_requests.folder import RequestFolder

_MOST_BYTES = 1 << 30


def export(folder: RequestFolder, target: Path) -> int:
    """Copies all of it and tells how many files that were. Raises CoreError where one is there that is another."""
    attempted, bounds = f"Export to {target}", bounds_of(folder.root)
    copies = {target / each.relative_to(folder.root): read(each, _MOST_BYTES, bounds)[0] for each in _files(folder)}
    if not copies:
        raise CoreError(attempted, "there is no saved request.")
    for path, data in copies.items():
        if disk.is_there(path) and read(path, _MOST_BYTES)[0] != data:
            raise CoreError(attempted, f"there is another {path.name} already.", "Choose an empty folder.")
    try:
        for path, data in copies.items():
            if not disk.is_there(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                save(path, data, None)
    except OSError as error:
        raise CoreError(attempted, f"{disk.reason(error)}.", disk.remedy(error)) from error
    return len(copies)


def _files(folder: RequestFolder) -> list[Path]:
    found = []
    for where, _, names in os.walk(folder.root):
        found += [Path(where, name) for name in names]
    return sorted(each for each in found if disk.is_file(each))
