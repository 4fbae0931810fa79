"""Which Docker engine to talk to: the one that Docker's own command line takes, else any that answers here."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.engines.failure import EngineError

USUAL = Path("/var/run/docker.sock")
_PODMAN = Path("/run/podman/podman.sock")
_UNIX = "unix://"
_ATTEMPT = "Look for Docker"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An engine's address, with what docker-py is told of it.

    `is_usual` says that Docker's command line takes it too; `looked_at` are the places where none was found.
    """

    url: str
    settings: dict[str, Any] = field(default_factory=dict)
    is_usual: bool = True
    looked_at: tuple[str, ...] = ()


def find(timeout: float) -> Endpoint:
    """The engine that DOCKER_HOST or the current context names, else the first socket that takes a connection.

    Raises EngineError where the context that is named is not there.
    """
    # Whole before its parts: of two threads that import different ones at once, each sees half of the other's.
    import docker  # noqa: F401

    named = _of_environment() or _of_context()
    if named is not None:
        return named
    places = [USUAL, *_others()]
    for place in places:
        if _takes(place, timeout):
            return Endpoint(f"{_UNIX}{place}", is_usual=place == USUAL)
    return Endpoint(f"{_UNIX}{USUAL}", looked_at=tuple(str(place) for place in places))


def _of_environment() -> Endpoint | None:
    # As everywhere: the package before its modules, which other threads may be loading.
    from docker import utils

    settings = dict(utils.kwargs_from_env())
    return _endpoint(settings) if "base_url" in settings else None


def _of_context() -> Endpoint | None:
    from docker.context import ContextAPI
    from docker.context.config import get_current_context_name

    name = os.environ.get("DOCKER_CONTEXT") or get_current_context_name()
    if name in ("", "default"):
        return None
    try:
        settings = dict(ContextAPI.kwargs_from_context(name))
    except Exception as error:  # docker-py raises no other for a file that it cannot read
        raise EngineError(_ATTEMPT, f"the Docker context “{name}” cannot be read.", _CHOOSE) from error
    if "base_url" not in settings:
        raise EngineError(_ATTEMPT, f"there is no Docker context “{name}”.", _CHOOSE)
    return _endpoint(settings)


_CHOOSE = "Choose one that docker context ls lists: docker context use default."


def _endpoint(settings: dict[str, Any]) -> Endpoint:
    # docker-py reads "http+unix"; only the other spelling is a path that can be tried.
    url = str(settings.pop("base_url")).replace("http+unix://", _UNIX)
    return Endpoint(url, settings)


def _others() -> list[Path]:
    """Rootless Docker, Docker Desktop, Podman: where each keeps its socket."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    desktop = (Path.home() / ".docker" / name / "docker.sock" for name in ("desktop", "run"))
    return [runtime / "docker.sock", *desktop, runtime / "podman" / "podman.sock", _PODMAN]


def _takes(place: Path, timeout: float) -> bool:
    try:
        try_socket(f"{_UNIX}{place}", timeout)
    except PermissionError:
        # It is there: that it is closed to this person is what they have to know.
        return place == USUAL
    except OSError:
        return False
    return True


def try_socket(url: str, timeout: float) -> None:
    """Connect to a Unix socket, and no more; raises OSError. Does nothing for other addresses.

    The library wraps what goes wrong here in words of its own, and leaves the socket open.
    """
    if url.startswith(_UNIX):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(timeout)
            probe.connect(url.removeprefix(_UNIX))
