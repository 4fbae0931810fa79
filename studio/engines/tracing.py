"""The files that a server's tracer writes, wherever they are: taken as they come."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from studio.core.serving.address import AddressError
from studio.core.serving.kinds import EngineKind
from studio.core.serving.saved import unsaved
from studio.core.tracing.sources import is_complete, numbered
from studio.engines.failure import EngineError

if TYPE_CHECKING:
    from studio.engines.engine import Server

_ATTEMPT = "Read what the server recorded"
_MOST_BYTES = 64 << 20
"""Of one file, which holds one request."""
_MOST_SHOWN = 200
_MOST_FILES = 500
"""That one call takes."""


class TraceFiles(Protocol):
    """Where one server records to. Blocking calls; one caller at a time."""

    def forget(self) -> None:
        """Leaves out what is there already. Raises EngineError."""

    def take(self) -> list[tuple[str, bytes]]:
        """The files that are complete and were not taken yet, with their names. Raises EngineError."""


def trace_files(server: Server, file: str) -> TraceFiles:
    """Where a server records to, which says that it does so to this file; raises EngineError where it is out of reach.

    A server that runs on this machine shares its files; that of a container is asked for by its name.
    """
    kind, shown = server.spec.kind, file[:_MOST_SHOWN]
    if kind is EngineKind.DOCKER:
        from studio.engines.docker.container import ContainerServer
        from studio.engines.docker.traces import ContainerTraces

        if isinstance(server, ContainerServer):
            return ContainerTraces(str(server.container.id), file)
    if kind is EngineKind.ATTACHED and not _is_here(server):
        reason = f"it writes to {shown} on its own machine, which cannot be reached from here."
        raise EngineError(_ATTEMPT, reason, "Fetch the files from there, and open them.")
    path = Path(file)
    if not path.is_absolute() or not path.parent.is_dir():
        reason = f"it writes to {shown}, and there is no such folder on this machine: it may run in a container."
        raise EngineError(_ATTEMPT, reason, "Fetch the files from there, and open them.")
    return FolderTraces(path, is_ours=_is_ours(server, path))


@dataclass
class FolderTraces:
    """Files in a folder of this machine. What `is_ours` is removed once it was taken."""

    path: Path
    is_ours: bool
    _taken: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """Leaves out what is there already. Raises EngineError."""
        for name in self._names():
            self._let_go(name)

    def take(self) -> list[tuple[str, bytes]]:
        """The files that are complete and were not taken yet, with their names. Raises EngineError."""
        found: list[tuple[str, bytes]] = []
        for name in self._names()[:_MOST_FILES]:
            if sum(len(data) for _, data in found) >= _MOST_BYTES:
                break
            data = _read(self.path.parent / name)
            if data is not None and (is_complete(data) or len(data) >= _MOST_BYTES):
                found.append((name, data))
                self._let_go(name)
        return found

    def _names(self) -> list[str]:
        try:
            names = {each.name: numbered(each.name, self.path.name) for each in self.path.parent.iterdir()}
        except OSError as error:
            raise EngineError(_ATTEMPT, f"its folder {self.path.parent} is gone: the server ended.") from error
        wanted = {name: number for name, number in names.items() if number is not None and name not in self._taken}
        return sorted(wanted, key=lambda name: wanted[name])

    def _let_go(self, name: str) -> None:
        self._taken.add(name)
        if self.is_ours:
            with suppress(OSError):
                (self.path.parent / name).unlink()


def _is_ours(server: Server, path: Path) -> bool:
    """Whether the studio chose the file, in the run's own folder. Any other is a person's, who may keep files there."""
    from studio.engines.embedded import TRACES, EmbeddedServer

    return isinstance(server, EmbeddedServer) and path.parent == server.run / TRACES


def _is_here(server: Server) -> bool:
    try:
        return unsaved(server.addresses).is_here
    except AddressError:
        return False


def _read(path: Path) -> bytes | None:
    """A regular file; nothing else is opened, since another server says what it is called."""
    with suppress(OSError), os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file.read(_MOST_BYTES)
    return None
