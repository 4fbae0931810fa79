"""The processes of a server on this machine, as Linux's /proc tells them; none elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def of_group(leader: int) -> frozenset[int]:
    """The processes of a group."""
    return _where("stat", lambda text: _group(text) == leader)


def of_container(identity: str) -> frozenset[int]:
    """The processes of a container by its whole id, which its control group is named after.

    Empty where the container runs in another machine, as in Docker Desktop's.
    """
    return _where("cgroup", lambda text: identity in text) if identity else frozenset()


def _where(file: str, is_wanted: Callable[[str], bool]) -> frozenset[int]:
    found = set()
    for folder in _PROC.glob("[0-9]*"):
        # It may end while it is looked at.
        with suppress(OSError):
            if is_wanted((folder / file).read_text("utf-8", "replace")):
                found.add(int(folder.name))
    return frozenset(found)


def _group(stat: str) -> int:
    """The fifth field; the second is a name in brackets that may hold anything."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[2]) if len(fields) > 2 else -1
