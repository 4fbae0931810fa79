"""Makes an image with further Python packages; only ever when a person asked for it.

Docker's builders cannot be left while a step prints nothing. So the one step of the recipe is run as those do it, in a
container whose files become the image, and which can be ended at any moment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from studio.core.serving.launching.derived import derived_name, step
from studio.engines.docker.connection import connected, errors
from studio.engines.docker.container import LogStream
from studio.engines.failure import EngineError

if TYPE_CHECKING:
    from docker import DockerClient

BUILDS = "trireme-build-"
"""What the names of containers begin with in which images are made. A label would go on to the image."""
_ASK_EVERY = 0.2
_STAGES = (("Collecting ", 0.1), ("Downloading ", 0.3), ("Installing collected packages", 0.7), ("Successfully ", 0.9))
_COMMIT_SECONDS = 600
"""Docker answers once it has written the image."""
_LONGEST = 120
_SHOWN = 12


class BuildCancelled(EngineError):
    """The person asked to stop."""


def build(
    image: str, packages: tuple[str, ...], progress: Callable[[float, str], object], cancelled: Callable[[], bool]
) -> str:
    """Make the image that has these packages and give its name. Raises EngineError; BuildCancelled once told to leave.

    The image that it is made from is never pulled: that is asked for by itself.
    """
    attempted = f"Make the image with {', '.join(packages)}"
    name = derived_name(image, packages)
    with errors(attempted), connected() as client:
        base = client.api.inspect_image(image)
        with _container(client, image, packages) as made:
            _follow(made, attempted, progress, cancelled)
            progress(0.95, "Keeping the image")
            repository, _, tag = name.rpartition(":")
            client.api.timeout = _COMMIT_SECONDS
            client.api.commit(made.id, repository, tag, conf=_as_before(base["Config"]))
    return name


def _as_before(config: Mapping[str, Any]) -> dict[str, Any]:
    """The image's own configuration. Where it has no entry point Docker would take the container's, unless told so."""
    return {**config, "Entrypoint": config.get("Entrypoint") or []}


@contextmanager
def _container(client: DockerClient, image: str, packages: tuple[str, ...]) -> Iterator[Any]:
    """The container in which the step runs; gone afterwards, as are those of studios that were killed."""
    from docker.errors import DockerException

    for old in client.containers.list(
        all=True, filters={"name": f"^/?{BUILDS}", "status": "exited"}, ignore_removed=True
    ):
        with suppress(DockerException):
            old.remove()
    name = f"{BUILDS}{os.getpid()}-{time.time_ns():x}"
    # As Docker runs a step: without the image's entry point, which may print, check and start things.
    made = client.containers.create(image, name=name, entrypoint=["/bin/sh", "-c", step(packages)])
    try:
        yield made
    finally:
        made.remove(force=True)


def _follow(made: Any, attempted: str, progress: Callable[[float, str], object], cancelled: Callable[[], bool]) -> None:
    stream = LogStream(made)
    told = ""
    try:
        made.start()
        while not stream.ended:
            if cancelled():
                raise BuildCancelled(attempted, "it was cancelled.")
            stream.wait(_ASK_EVERY)
            if new := stream.read():
                told += new.decode("utf-8", "replace")
                progress(_part(told), _last_line(told))
    finally:
        stream.close()
    code = int(made.wait()["StatusCode"])
    if code:
        raise EngineError(attempted, f"pip ended with {code}:\n{_end_of(told)}", _remedy(told))


def _part(told: str) -> float:
    return max((part for words, part in _STAGES if words in told), default=0.05)


def _lines(told: str) -> list[str]:
    return [line.strip() for line in told.splitlines() if line.strip()]


def _last_line(told: str) -> str:
    lines = _lines(told)
    return lines[-1][:_LONGEST] if lines else "Starting"


def _end_of(told: str) -> str:
    """The lines that say why: those that pip calls errors, else its last ones."""
    lines = _lines(told)
    return "\n".join([line for line in lines if line.startswith("ERROR")][:_SHOWN] or lines[-_SHOWN:])


def _remedy(told: str) -> str:
    if "No module named pip" in told:
        return "This image has no pip: take one of NVIDIA's, or add it."
    if "No matching distribution" in told or "Temporary failure in name resolution" in told:
        return "Look at the names and versions, and whether a container reaches the package index."
    return ""
