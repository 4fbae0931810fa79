"""What of a server is there: its processes and its shared memory."""

from __future__ import annotations

import time
from pathlib import Path


def with_prefix(prefix: str) -> list[int]:
    """Every process that was started with this shared memory prefix: supervisor, server and stubs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if prefix.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def segments(prefix: str) -> list[str]:
    """The shared memory segments with this prefix."""
    return [path.name for path in Path("/dev/shm").glob(f"{prefix}*")]


def gone(prefix: str, seconds: float = 60.0) -> bool:
    """Whether all of it is gone within a time."""
    deadline = time.monotonic() + seconds
    while with_prefix(prefix) or segments(prefix):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
