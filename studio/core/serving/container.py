"""The container of a launch, as one value: Docker's API, its command line and a Compose file are all made from it."""

from __future__ import annotations

import getpass
import os
import socket

from studio.core.serving.arguments import served_arguments
from studio.core.serving.gpus import Gpus
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.derived import image_of
from studio.core.serving.launching.record import record
from studio.value_class import dataclass

OWNER = "trireme.owner"
SPEC = "trireme.spec"
MODELS = "/models"
INSIDE = (8000, 8001, 8002)
"""The ports of HTTP, gRPC and metrics inside a container."""
_ALWAYS = (("HOME", "/tmp"), ("PYTHONDONTWRITEBYTECODE", "1"))  # noqa: S108 - within the container


@dataclass(frozen=True, slots=True)
class Container:
    """What a container is created with. `published` pairs a port of this machine with one inside, `bind` is the address
    of this machine on which those are.

    `environment` are variables with their values, `inherited` those that get the value that they have here, `user` is
    "uid:gid", `folder` the model repository, which is mounted at /models and cannot be written. `ipc` is "host" where
    clients share memory with the server, and then it has this machine's. Memory and processors of 0 are not limited.
    """

    image: str
    command: tuple[str, ...]
    folder: str
    published: tuple[tuple[int, int], ...]
    gpus: Gpus
    shared_memory_mb: int
    user: str
    environment: tuple[tuple[str, str], ...]
    inherited: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    bind: str
    ipc: str = ""
    memory_mb: int = 0
    cpus: float = 0.0
    network: str = "bridge"
    drop: str = "ALL"
    security: str = "no-new-privileges:true"


@dataclass(frozen=True, slots=True)
class Place:
    """The Docker engine that has a container: its `host` where Docker's own command line would take another, and the
    `user` of containers where that is not the person's own number.
    """

    host: str = ""
    user: str = ""


def container(spec: LaunchSpec, ports: Ports | None = None, place: Place | None = None) -> Container:
    """The container of a specification, on the ports that it wants or on those that were found for it.

    It runs as the person does: without its capabilities root may read no files of theirs.
    """
    user = spec.limits.user or (place.user if place else "")
    found = ports or spec.ports
    set_here = dict(spec.environment)
    return Container(
        image=image_of(spec.image, spec.limits) or "IMAGE",
        command=("tritonserver", f"--model-repository={MODELS}", *_arguments(spec)),
        folder=str(spec.repository.resolve()) if spec.repository else "",
        published=tuple(zip((found.http, found.grpc, found.metrics), INSIDE, strict=True)),
        gpus=spec.gpus,
        shared_memory_mb=spec.shared_memory_mb,
        user=user or f"{os.getuid()}:{os.getgid()}",
        environment=tuple((dict(_ALWAYS) | set_here).items()),
        inherited=tuple(name for name in spec.inherited if name not in set_here),
        labels=((OWNER, owner()), (SPEC, record(spec))),
        bind=spec.bind,
        ipc="host" if spec.options.client_shared_memory else "",
        memory_mb=spec.limits.memory_mb,
        cpus=spec.limits.cpus,
    )


def owner() -> str:
    """Who our containers belong to: a Docker engine may serve several people."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _arguments(spec: LaunchSpec) -> list[str]:
    cache = [f"--cache-config=local,size={spec.cache_bytes}"] if spec.cache_bytes else []
    return [*served_arguments(spec), *cache, *spec.arguments]
