"""What a server that stops still waits for, as its log says each second (2.51)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from studio.core.serving.launch import LogLine

_WAITS = re.compile(
    r"^Timeout \d+: Found (\d+) (live models|model versions that have in-flight|HTTP service connections)"
)
_LIVE = "live models"


def models_left(lines: Iterable[LogLine]) -> int | None:
    """How many models the latest line says are still to be unloaded; None where none speaks of that."""
    return next((count for count, what in reversed(_told(lines)) if what == _LIVE), None)


def waits_for(lines: Iterable[LogLine]) -> str:
    """What the latest line says is waited for, in words; "" where none does."""
    count, what = next(reversed(_told(lines)), (0, ""))
    if not count:
        return ""
    thing = "connection" if what.startswith("HTTP") else "model"
    return f"{count} {thing}{'' if count == 1 else 's'}{' with requests' if what.startswith('model versions') else ''}"


def _told(lines: Iterable[LogLine]) -> list[tuple[int, str]]:
    found = (_WAITS.match(line.text) for line in lines)
    return [(int(match[1]), match[2]) for match in found if match is not None]
