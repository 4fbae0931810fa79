"""Whether the files of an embedded engine are those that were installed: pip keeps a size and a hash of each."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from studio.engines.files import EngineFiles


def damaged(files: EngineFiles, *, hashes: bool = False) -> Iterator[tuple[str, Path]]:
    """The packages and files that are gone or of another size; with `hashes` also those of another content."""
    site = str(files.site)
    for record in sorted(files.site.glob("*.dist-info/RECORD")):
        package = record.parent.name.partition("-")[0].lower().replace("_", "-")
        for name, expected, size in _rows(record):
            # There are thousands of them, and this is asked whenever an engine is shown: a `Path` of each costs more.
            path = os.path.join(site, name)  # noqa: PTH118
            if not _is_whole(path, expected if hashes else "", size):
                yield package, Path(path)


def _rows(record: Path) -> Iterator[tuple[str, str, int]]:
    with record.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            # Python writes compiled modules anew, and what has no hash is pip's own.
            if len(row) == 3 and row[1] and row[2].isdigit() and not row[0].endswith(".pyc"):
                yield row[0], row[1], int(row[2])


def _is_whole(path: str, expected: str, size: int) -> bool:
    try:
        if os.stat(path).st_size != size:  # noqa: PTH116
            return False
        if not expected:
            return True
        method, _, digest = expected.partition("=")
        with Path(path).open("rb") as file:
            found = hashlib.file_digest(file, method).digest()
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode("ascii") == digest
