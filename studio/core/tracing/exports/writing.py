"""Writing a trace for other viewers: Perfetto's own format, or Chrome's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from studio import TYPE_CHECKING, disk, temporary
from studio.core.failure import CoreError
from studio.core.progress import Progress
from studio.core.tracing.exports.bars import Bar, bars
from studio.core.tracing.exports.chrome import chrome_json
from studio.core.tracing.exports.perfetto import perfetto
from studio.core.tracing.trace import Trace

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

Kind: TypeAlias = 'Literal["perfetto", "chrome"]'
KINDS: dict[Kind, tuple[str, str]] = {
    "perfetto": ("Perfetto", ".pftrace"),
    "chrome": ("Chrome JSON", ".json"),
}
"""What people call each, and how its files end."""
_PACK: dict[Kind, Callable[[Iterable[Bar]], Iterator[bytes]]] = {"perfetto": perfetto, "chrome": chrome_json}


def write_trace(trace: Trace, rows: Iterable[int], path: Path, kind: Kind, progress: Progress) -> None:
    """Writes some requests of a trace, the whole file or what was there stays. Raises CoreError.

    What `progress` raises leaves it.
    """
    try:
        if any(same.exists() and path.exists() and path.samefile(same) for same in trace.files):
            reason = "it is the trace itself, which could not be had back."
            raise CoreError(f"Write {path.name}", reason, "Choose another name.")
        with temporary.replacing(path) as file:
            for part in _PACK[kind](bars(trace, rows, progress)):
                file.write(part)
    except OSError as error:
        raise CoreError(f"Write {path.name}", f"{disk.reason(error)}.", disk.remedy(error)) from error
