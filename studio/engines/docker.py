"""The Docker engine: Triton in a container, with GPUs."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.engines.arguments import served_arguments
from studio.engines.container import ContainerServer
from studio.engines.docker_errors import failure
from studio.engines.failure import EngineError
from studio.engines.ports import Claim, claim, hold

if TYPE_CHECKING:
    from docker import DockerClient

OWNER = "trireme.owner"
_SPEC = "trireme.spec"
_MODELS = "/models"
_TIMEOUT = 30
_INSIDE = (8000, 8001, 8002)


@dataclass(frozen=True, slots=True)
class DockerInfo:
    """The Docker engine of this machine; `problem` is why it cannot be used, empty where it can."""

    version: str = ""
    endpoint: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """An image on this machine that may hold a Triton."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class DockerEngine:
    """Starts servers in containers that carry our label; it touches no others."""

    kind: EngineKind = EngineKind.DOCKER

    def start(self, spec: LaunchSpec) -> ContainerServer:
        """Create a container, follow its log from the first line, start it; returns before it is ready."""
        if spec.repository is None or not spec.repository.is_dir():
            raise EngineError("Start the container", f"there is no folder {spec.repository}.", "Open a repository.")
        if not spec.image:
            raise EngineError("Start the container", "no image was chosen.", "Choose an image of Triton.")
        with _errors():
            client = connect()
            claimed = claim(spec.ports)
            try:
                return _start(client, spec, claimed)
            except BaseException:
                claimed.close()
                client.close()
                raise


def available() -> DockerInfo:
    """Whether there is a Docker engine; answers within seconds, and never raises."""
    endpoint = ""
    try:
        with _errors("Look for Docker"):
            endpoint = str(_settings()["base_url"])
            client = connect(timeout=3)
            try:
                return DockerInfo(str(client.version()["Version"]), endpoint)
            finally:
                client.close()
    except EngineError as error:
        return DockerInfo("", endpoint, error.detail)


def images() -> tuple[Image, ...]:
    """The images on this machine whose name says Triton, by name."""
    with _errors("List the images"):
        client = connect()
        try:
            found = client.images.list()
        finally:
            client.close()
    named = (Image(tag, int(image.attrs.get("Size", 0))) for image in found for tag in image.tags)
    return tuple(sorted((image for image in named if "triton" in image.name), key=lambda image: image.name))


def running() -> tuple[str, ...]:
    """The names of our containers that still run though their studio ended; nothing is opened or followed."""
    with _errors("Look for servers"):
        client = connect(timeout=3)
        try:
            containers = client.containers.list(filters={"label": f"{OWNER}={owner()}"})
        finally:
            client.close()
    return tuple(sorted(str(container.name) for container in containers if not _is_held(container)))


def adopt(name: str) -> ContainerServer:
    """Takes over a container of ours by its name. Raises EngineError where it is gone, not ours or another studio's."""
    attempted = f"Take over {name}"
    with _errors(attempted):
        client = connect()
        try:
            container = client.containers.get(name)
            return _adopt(container, _claimed(container, attempted))
        except BaseException:
            client.close()
            raise


def _claimed(container: Any, attempted: str) -> Claim:
    """The ports of a container that is to be taken over."""
    if container.labels.get(OWNER) != owner():
        raise EngineError(attempted, "the studio did not start this container.", "Attach to it instead.")
    held = hold(_ports(container))
    if held is None:
        raise EngineError(attempted, "another Trireme runs this server.", "Attach to it instead.")
    return held


def _is_held(container: Any) -> bool:
    """Whether a studio that runs has it: the one that started it, or one that took it over."""
    held = hold(_ports(container))
    if held is not None:
        held.close()
    return held is None


def _ports(container: Any) -> list[int]:
    """Its ports on this machine, which whoever runs it holds."""
    bindings = container.attrs["NetworkSettings"]["Ports"]
    return [int(each["HostPort"]) for inside in _INSIDE for each in bindings.get(f"{inside}/tcp") or ()]


def owner() -> str:
    """Who our containers belong to: a Docker engine may serve several people."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


def connect(timeout: int = _TIMEOUT) -> DockerClient:
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


def create_options(spec: LaunchSpec, claimed: Claim) -> dict[str, Any]:
    """What the container is created with, in docker-py's words."""
    from docker.types import Mount

    source = str(Path(spec.repository or "").resolve())
    published = (claimed.ports.http, claimed.ports.grpc, claimed.ports.metrics)
    return {
        "image": spec.image,
        "command": ["tritonserver", f"--model-repository={_MODELS}", *_arguments(spec)],
        "name": f"trireme-{claimed.ports.http}-{time.time_ns() // 1_000_000:x}",
        "labels": {OWNER: owner(), _SPEC: _spec_label(spec)},
        # A mount rather than a volume: with a volume a missing folder would be made, and belong to root.
        "mounts": [Mount(_MODELS, source, type="bind", read_only=True)],
        "ports": {f"{inside}/tcp": ("127.0.0.1", port) for inside, port in zip(_INSIDE, published, strict=True)},
        "device_requests": _gpus(spec),
        "shm_size": f"{spec.shared_memory_mb}m",
        # Without its capabilities root may read no files of ours; as ourselves it may.
        "user": f"{os.getuid()}:{os.getgid()}",
        "environment": {"HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}  # noqa: S108 - within the container
        | {name: os.environ[name] for name in spec.inherited if name in os.environ}
        | dict(spec.environment),
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "restart_policy": {"Name": "no"},
    }


def _arguments(spec: LaunchSpec) -> list[str]:
    cache = [f"--cache-config=local,size={spec.cache_bytes}"] if spec.cache_bytes else []
    return [*served_arguments(spec), *cache, *spec.arguments]


def _gpus(spec: LaunchSpec) -> list[Any]:
    from docker.types import DeviceRequest

    if spec.gpus.none:
        return []
    if spec.gpus.all:
        return [DeviceRequest(count=-1, capabilities=[["gpu"]])]
    return [DeviceRequest(device_ids=list(spec.gpus.ids), capabilities=[["gpu"]])]


def _start(client: DockerClient, spec: LaunchSpec, claimed: Claim) -> ContainerServer:
    container = client.containers.create(**create_options(spec, claimed))
    server: ContainerServer | None = None
    try:
        server = ContainerServer(spec, claimed.addresses, container, claimed)
        container.start()
    except BaseException:
        if server:
            server.stop_following()
        container.remove(force=True)
        raise
    return server


def _spec_label(spec: LaunchSpec) -> str:
    return json.dumps({"repository": str(spec.repository), "control": spec.control.value, "load": list(spec.load)})


def _adopt(container: Any, held: Claim) -> ContainerServer:
    """A server from a container that runs: what its labels and ports tell."""
    label = json.loads(container.labels.get(_SPEC, "{}"))
    spec = LaunchSpec(
        EngineKind.DOCKER,
        Path(label["repository"]) if "repository" in label else None,
        control=ControlMode(label.get("control", "explicit")),
        load=tuple(label.get("load", ())),
        image=container.attrs["Config"]["Image"],
    )
    bindings = container.attrs["NetworkSettings"]["Ports"]
    texts = [f"{b['HostIp']}:{b['HostPort']}" for b in ((bindings.get(f"{p}/tcp") or [None])[0] for p in _INSIDE) if b]
    return ContainerServer(spec, Addresses(*texts), container, held, adopted=True)


@contextmanager
def _errors(attempted: str = "Start the container") -> Iterator[None]:
    """Docker's errors, and those of the connection to it, as ours."""
    import requests
    from docker.errors import DockerException

    try:
        yield
    except (DockerException, requests.RequestException, OSError) as error:
        raise failure(error, attempted) from error
