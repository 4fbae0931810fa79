"""The processes of a server's Python models on this machine, from Linux's /proc; none where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.core.serving.launch import Addresses

_PROC = Path("/proc")
_STUB = b"triton_python_backend_stub"
_PATH, _SERVER, _INSTANCE = 1, 5, 8
"""Places in a stub's arguments: its model's file, the server's process, its instance (2.51)."""


@dataclass(frozen=True, slots=True)
class ModelProcess:
    """One process: the instance that it is, and the memory that it holds in bytes."""

    model: str
    instance: str
    resident: int
    pid: int = 0


def model_processes(addresses: Addresses, proc: Path = _PROC) -> tuple[ModelProcess, ...]:
    """The processes of the server that answers at these addresses, where it runs on this machine. Blocks for a bit."""
    servers: dict[bytes, bool] = {}
    found = []
    for folder, words in _stubs(proc):
        server = words[_SERVER]
        if server not in servers:
            servers[server] = _answers_at(proc / server.decode("ascii", "replace"), addresses)
        if servers[server]:
            path, instance = (words[place].decode("utf-8", "replace") for place in (_PATH, _INSTANCE))
            name, pid = Path(path).parent.parent.name, int(folder.name)
            found.append(ModelProcess(name, instance, _resident(folder), pid))
    return tuple(found)


def _stubs(proc: Path) -> Iterator[tuple[Path, list[bytes]]]:
    for folder in proc.glob("[0-9]*"):
        words = _words(folder)
        if _STUB in words[0] and len(words) > _INSTANCE:
            yield folder, words


def _words(folder: Path) -> list[bytes]:
    try:
        return (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        # It has ended since it was listed.
        return [b""]


def _answers_at(folder: Path, addresses: Addresses) -> bool:
    """Whether a server listens where it is asked, by its own arguments."""
    words = set(_words(folder))
    ports = (("http", addresses.http), ("grpc", addresses.grpc))
    wanted = {f"--{name}-port={address.rpartition(':')[2]}".encode() for name, address in ports if address}
    return bool(wanted) and wanted <= words


def _resident(folder: Path) -> int:
    try:
        return int((folder / "statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def is_stopped(pid: int, proc: Path = _PROC) -> bool:
    """Whether a process is frozen, as by SIGSTOP."""
    try:
        # Behind the name, which is in parentheses and may hold any sign.
        return (proc / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0] in (b"T", b"t")
    except (OSError, IndexError):
        return False
