"""A server's log written to a file of the person's choice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from studio import disk
from studio.app.failure import AppError
from studio.core.serving.launch import LogLine
from studio.core.serving.logs.log_buffer import as_text


def write_lines(path: Path, lines: Iterable[LogLine]) -> None:
    """Writes lines to a file. Raises AppError where that cannot be done."""
    try:
        with path.open("w", encoding="utf-8", errors="replace") as file:
            file.writelines(f"{as_text(line)}\n" for line in lines)
    except OSError as error:
        raise AppError(f"Write {path}", f"{disk.reason(error)}.", "Choose another place.") from error
