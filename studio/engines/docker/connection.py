"""The connection to a Docker engine, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.core.serving.container import Place
from studio.engines.docker.endpoints import Endpoint, find, try_socket
from studio.engines.docker.errors import failure
from studio.engines.failure import EngineError

if TYPE_CHECKING:
    from docker import DockerClient

TIMEOUT = 30
QUICK = 3
"""Seconds that a question may take whose answer somebody waits for."""

_GREETING = 10


@dataclass(frozen=True, slots=True)
class DockerInfo:
    """The Docker engine of this machine; `problem` is why it cannot be used, empty where it can, `looked_at` the places
    where none was found.
    """

    version: str = ""
    endpoint: str = ""
    problem: str = ""
    place: Place = field(default_factory=Place)
    looked_at: tuple[str, ...] = ()


def available() -> DockerInfo:
    """Whether there is a Docker engine; answers within seconds, and never raises."""
    found = Endpoint("")
    try:
        with errors("Look for Docker"):
            found = find(QUICK)
            with _connected(found, QUICK) as client:
                return DockerInfo(str(client.info()["ServerVersion"]), found.url, place=_place(found, client))
    except EngineError as error:
        return DockerInfo("", found.url, error.detail, looked_at=found.looked_at)


def connect(timeout: int = TIMEOUT) -> DockerClient:
    """A client of the Docker engine that was found."""
    return _client(find(QUICK), timeout)


@contextmanager
def connected(timeout: int = TIMEOUT) -> Iterator[DockerClient]:
    """A client that is closed afterwards."""
    with _connected(find(QUICK), timeout) as client:
        yield client


@contextmanager
def _connected(endpoint: Endpoint, timeout: int) -> Iterator[DockerClient]:
    client = _client(endpoint, timeout)
    try:
        yield client
    finally:
        client.close()


def _client(endpoint: Endpoint, timeout: int) -> DockerClient:
    from docker import DockerClient

    patience = min(timeout, _GREETING)
    try_socket(endpoint.url, patience)
    # It asks for the version at once: an engine that hangs is known before anything long is begun.
    client = DockerClient(base_url=endpoint.url, timeout=patience, **endpoint.settings)
    client.api.timeout = timeout
    # For whoever has to see whether it is still there.
    client.endpoint = endpoint.url
    return client


def place(client: DockerClient) -> Place:
    """As whom a container runs on the engine of a client."""
    return _place(find(QUICK), client)


def _place(endpoint: Endpoint, client: DockerClient) -> Place:
    """In a rootless engine root is the person who runs it, and any other number is somebody else."""
    options = client.info().get("SecurityOptions") or []
    is_rootless = any("rootless" in option for option in options)
    return Place("" if endpoint.is_usual else endpoint.url, "0:0" if is_rootless else "")


@contextmanager
def errors(attempted: str) -> Iterator[None]:
    """Docker's errors, and those of the connection to it, as ours."""
    # The package before any module of it: two threads that begin with different modules find each other's half loaded.
    import docker
    import requests

    try:
        yield
    except (docker.errors.DockerException, requests.RequestException, OSError) as error:
        raise failure(error, attempted) from error
