"""The connection to a Docker engine, and its errors as ours."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.engines.docker.errors import failure
from studio.engines.failure import EngineError

if TYPE_CHECKING:
    from docker import DockerClient

TIMEOUT = 30
QUICK = 3
"""Seconds that a question may take whose answer somebody waits for."""


@dataclass(frozen=True, slots=True)
class DockerInfo:
    """The Docker engine of this machine; `problem` is why it cannot be used, empty where it can."""

    version: str = ""
    endpoint: str = ""
    problem: str = ""


def available() -> DockerInfo:
    """Whether there is a Docker engine; answers within seconds, and never raises."""
    endpoint = ""
    try:
        with errors("Look for Docker"):
            endpoint = str(_settings()["base_url"])
            with connected(QUICK) as client:
                return DockerInfo(str(client.version()["Version"]), endpoint)
    except EngineError as error:
        return DockerInfo("", endpoint, error.detail)


def connect(timeout: int = TIMEOUT) -> DockerClient:
    """A client of the Docker engine that the person's environment or Docker context names."""
    from docker import DockerClient

    settings = _settings()
    endpoint = str(settings.get("base_url", ""))
    if endpoint.startswith("unix://"):
        # The library wraps what goes wrong here in words of its own, and leaves the socket open.
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(timeout)
            probe.connect(endpoint.removeprefix("unix://"))
    return DockerClient(timeout=timeout, **settings)


@contextmanager
def connected(timeout: int = TIMEOUT) -> Iterator[DockerClient]:
    """A client that is closed afterwards."""
    client = connect(timeout)
    try:
        yield client
    finally:
        client.close()


def _settings() -> dict[str, Any]:
    """Which Docker to talk to: what the environment says, else the Docker context, else the usual socket."""
    from docker.context import ContextAPI
    from docker.utils import kwargs_from_env

    settings = dict(kwargs_from_env())
    if "base_url" not in settings:
        settings = dict(ContextAPI.kwargs_from_context(environment=os.environ)) | settings
    settings.setdefault("base_url", "unix:///var/run/docker.sock")
    # Both read "http+unix"; only the other spelling is a path that can be tried.
    settings["base_url"] = str(settings["base_url"]).replace("http+unix://", "unix://")
    return settings


@contextmanager
def errors(attempted: str) -> Iterator[None]:
    """Docker's errors, and those of the connection to it, as ours."""
    import requests
    from docker.errors import DockerException

    try:
        yield
    except (DockerException, requests.RequestException, OSError) as error:
        raise failure(error, attempted) from error
