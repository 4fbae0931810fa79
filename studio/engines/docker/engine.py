"""The Docker engine: Triton in a container, with GPUs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.core.serving.container import container
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.derived import image_of
from studio.engines.docker.connection import connect, connected, errors, place
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.options import create_options
from studio.engines.failure import EngineError
from studio.engines.ports import Claim, claim

if TYPE_CHECKING:
    from docker import DockerClient

_START = "Start the container"
_TAKEN = ("port is already allocated", "address already in use")
_TRIES = 3


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
            raise EngineError(_START, f"there is no folder {spec.repository}.", "Open a repository.")
        if not spec.image:
            raise EngineError(_START, "no image was chosen.", "Choose an image of Triton.")
        with errors(_START):
            client = connect()
            try:
                _require_made(client, spec)
                return _started(client, spec)
            except BaseException:
                client.close()
                raise


def _require_made(client: DockerClient, spec: LaunchSpec) -> None:
    """An image with packages is made when it is asked for, never by a start."""
    from docker.errors import ImageNotFound

    if not spec.limits.packages:
        return
    try:
        client.api.inspect_image(image_of(spec.image, spec.limits))
    except ImageNotFound as error:
        reason = f"the image with {', '.join(spec.limits.packages)} was not made yet."
        remedy = "Make it, at the Python packages of the container, or by trireme serve with --make-image."
        raise EngineError(_START, reason, remedy) from error


def images() -> tuple[Image, ...]:
    """The images on this machine whose name says Triton, by name."""
    with errors("List the images"), connected() as client:
        found = client.api.images()
    named = (Image(tag, int(image.get("Size", 0))) for image in found for tag in image.get("RepoTags") or ())
    return tuple(sorted((image for image in named if "triton" in image.name), key=lambda image: image.name))


def image_names() -> frozenset[str]:
    """The names of all images on this machine, with their tags, and with the digests that registries gave them."""
    with errors("List the images"), connected() as client:
        found = client.api.images()
    named = (name for image in found for key in ("RepoTags", "RepoDigests") for name in image.get(key) or ())
    return frozenset(str(name) for name in named)


def _started(client: DockerClient, spec: LaunchSpec) -> ContainerServer:
    """A server on ports that are free. What is no studio, as another person's Docker, may take one all the same."""
    from docker.errors import APIError

    for tries_left in reversed(range(_TRIES)):
        claimed = claim(spec.ports, spec.bind)
        try:
            return _start(client, spec, claimed)
        except BaseException as error:
            claimed.close()
            lost = isinstance(error, APIError) and any(words in str(error) for words in _TAKEN)
            if not (lost and tries_left):
                raise
    raise AssertionError("it returns or raises")


def _start(client: DockerClient, spec: LaunchSpec, claimed: Claim) -> ContainerServer:
    name = f"trireme-{claimed.ports.http}-{time.time_ns() // 1_000_000:x}"
    made = client.containers.create(**create_options(container(spec, claimed.ports, place(client)), name))
    server: ContainerServer | None = None
    try:
        server = ContainerServer(spec, claimed.addresses, made, claimed)
        made.start()
    except BaseException:
        if server:
            server.stop_following()
        made.remove(force=True)
        raise
    return server
