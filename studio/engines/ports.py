"""Picks TCP ports of this machine and holds them for a server that has yet to bind them."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from studio import private
from studio.core.serving.launch import Addresses, Ports
from studio.core.serving.launching.bind import LOOPBACK, asked_at
from studio.engines.failure import EngineError
from studio.locking import try_lock
from studio.paths import state_dir

SHARED = Path("/tmp")  # noqa: S108 - ports are the machine's: TMPDIR may differ from one terminal to the next
"""Where all studios of this machine look for each other's claims."""
_STEP = 3  # A server takes three ports in a row, so the next server's are three further.
_TRIES = 200
_MOST_WORDS = 400


@dataclass
class Claim:
    """Ports that nobody listens on, each with a locked file that keeps other studios' servers off it.

    A server binds seconds after it was started, so that a port is free says little. The locks live as long as any
    process has their `descriptors`.
    """

    ports: Ports = field(default_factory=Ports)
    descriptors: list[int] = field(default_factory=list)
    bind: str = LOOPBACK
    numbers: list[int] = field(default_factory=list)

    def asker(self) -> str:
        """Who asks that the server on these ports be handed over, in words; empty where nobody does."""
        for port in self.numbers[:1]:
            with suppress(OSError):
                return _request(port).read_text("utf-8")[:_MOST_WORDS]
        return ""

    def close(self) -> None:
        """Let go of our hold; a child that was passed the descriptors keeps its own."""
        while self.descriptors:
            os.close(self.descriptors.pop())

    @property
    def addresses(self) -> Addresses:
        """Where a server on these ports answers."""
        host, ports = asked_at(self.bind), self.ports
        return Addresses(f"{host}:{ports.http}", f"{host}:{ports.grpc}", f"{host}:{ports.metrics}")


def claim(wanted: Ports, bind: str = LOOPBACK) -> Claim:
    """Claim the wanted ports on an address, or the nearest free ones; 0 means any."""
    taken = Claim(bind=bind)
    try:
        taken.ports = Ports(*(_one(port, taken) for port in (wanted.http, wanted.grpc, wanted.metrics)))
    except BaseException:
        taken.close()
        raise
    return taken


def hold(ports: Iterable[int]) -> Claim | None:
    """A claim on ports that a server has bound already; None where another studio has one, which runs that server."""
    taken = Claim()
    for port in ports:
        descriptor = _lock(port)
        if descriptor is None:
            taken.close()
            return None
        taken.descriptors.append(descriptor)
        taken.numbers.append(port)
    return taken


def holder(ports: Iterable[int]) -> int:
    """The process of the studio that has a server on these ports; 0 where none does, or it does not say."""
    for port in ports:
        with suppress(OSError, ValueError):
            return int((_locks() / str(port)).read_text("ascii"))
    return 0


@contextmanager
def asking(ports: Iterable[int], asker: str) -> Iterator[None]:
    """Ask the studio that has a server on these ports to hand it over, for as long as this lasts."""
    requests = [_request(port) for port in ports]
    try:
        for request in requests:
            private.write(request, asker.encode())
        yield
    finally:
        for request in requests:
            request.unlink(missing_ok=True)


def _one(wanted: int, taken: Claim) -> int:
    for port in _candidates(wanted):
        descriptor = _lock(port)
        if descriptor is None:
            continue
        if is_free(port, taken.bind):
            taken.descriptors.append(descriptor)
            taken.numbers.append(port)
            return port
        os.close(descriptor)
    raise EngineError("Start the server", f"no free port was found near {wanted}.", "Choose another port.")


def _candidates(wanted: int) -> Iterator[int]:
    if wanted:
        yield from range(wanted, min(wanted + _STEP * _TRIES, 65536), _STEP)
    for _ in range(_TRIES):
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        yield port


def is_free(port: int, bind: str = LOOPBACK) -> bool:
    """Whether a server could listen on a port now."""
    with socket.socket() as probe:
        # As servers do, so that connections that have just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def _lock(port: int) -> int | None:
    try:
        descriptor = os.open(_locks() / str(port), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        # Somebody put something else in its place: another port will do.
        return None
    if try_lock(descriptor):
        # Whoever wants the server of these ports is told who has it.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        _request(port).unlink(missing_ok=True)
        return descriptor
    os.close(descriptor)
    return None


def _request(port: int) -> Path:
    return _locks() / f"{port}.asked"


def _locks() -> Path:
    """The folder of the locks: the same for all studios of a person, whatever their homes, since ports are too."""
    shared = SHARED / f"trireme-ports-{os.getuid()}"
    with suppress(OSError):
        shared.mkdir(mode=0o700)
    with suppress(OSError):
        status = shared.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
            return shared
    # Anybody may write where temporary files lie, and somebody took the name.
    return private.folder(state_dir() / "ports")
