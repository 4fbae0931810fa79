"""Looks before a container is started whether it can be, at everything at once."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.core.files.sizes import size_text
from studio.core.serving import doctor
from studio.core.serving.devices import suitable
from studio.core.serving.devices.suitable import GpuMachine
from studio.core.serving.doctor import Diagnosis, Needs
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.derived import image_of
from studio.engines.docker.connection import QUICK, connected, errors
from studio.engines.failure import EngineError
from studio.engines.ports import is_free

if TYPE_CHECKING:
    from docker import DockerClient

_MOST_FILES = 20_000


def examine(spec: LaunchSpec, asked: Needs, machine: GpuMachine, own: Ports | None = None) -> tuple[Diagnosis, ...]:
    """Everything that is found, the worst first; `machine` has the GPUs.

    `own` are ports that will be free by then. Never raises: that Docker does not answer is a finding.
    """
    wanted = set(_numbers(spec.ports)) - set(_numbers(own))
    found = [
        doctor.ports(spec.ports, [port for port in wanted if not is_free(port, spec.bind)], spec.bind),
        *_shared_memory(spec, asked),
        *doctor.backends(asked, spec.image),
        *doctor.findings(asked, spec.image),
    ]
    try:
        with errors("Look before the start"), connected(QUICK) as client:
            found += _of_docker(client, spec, asked, machine)
    except EngineError as error:
        found.append(Diagnosis("error", _sentence(error.reason), error.remedy))
    order = {"error": 0, "warning": 1, "ok": 2}
    return tuple(sorted(found, key=lambda each: order[each.level]))


def _shared_memory(spec: LaunchSpec, asked: Needs) -> list[Diagnosis]:
    """One that shares this machine's memory has all of it."""
    if spec.options.client_shared_memory:
        return [Diagnosis("warning", "The container has all shared memory of this machine, as its clients need it.")]
    return [doctor.shared_memory(asked, spec.shared_memory_mb, spec.image)]


def _of_docker(client: DockerClient, spec: LaunchSpec, asked: Needs, machine: GpuMachine) -> list[Diagnosis]:
    told, name = client.info(), engine_name(client.version())
    named = image_of(spec.image, spec.limits)
    image = _inspected(client, named)
    found = [
        Diagnosis("ok", f"{name} {told.get('ServerVersion', '')} answers at {client.endpoint}."),
        _image(image, named, str(told.get("Architecture", "")), is_made=bool(spec.limits.packages)),
        *_disk(str(told.get("DockerRootDir", ""))),
        *suitable.examine(spec.gpus, machine, asked, _can_pass(told), name),
    ]
    if not spec.gpus.none:
        environment = ((image or {}).get("Config") or {}).get("Env") or ()
        suits = suitable.driver(machine, spec.image, environment)
        found += [suits] if suits else []
    if spec.repository is not None:
        found.append(_mount(spec.repository, *_user_of(spec)))
    return found


def _inspected(client: DockerClient, name: str) -> Mapping[str, Any] | None:
    """What Docker says of an image; None where it has none of that name."""
    from docker.errors import ImageNotFound

    try:
        return dict(client.api.inspect_image(name)) if name else None
    except ImageNotFound:
        return None


def _image(image: Mapping[str, Any] | None, name: str, machine: str, *, is_made: bool) -> Diagnosis:
    if not name:
        return Diagnosis("error", "No image was chosen.", "Choose an image of Triton.")
    if image is None and is_made:
        told = f"The image with the Python packages was not made yet: {name}."
        return Diagnosis("error", told, "Make it, at the Python packages of the container.")
    if image is None:
        return Diagnosis("error", f"The image {name} is not on this machine.", "Pull it.")
    wrong = doctor.processor(str(image.get("Architecture", "")), machine)
    size = size_text(int(image.get("Size", 0)))
    return wrong or Diagnosis("ok", f"The image {name} is here, {size}.")


def _disk(place_: str) -> list[Diagnosis]:
    """Docker's own disk, where it is one of this machine's."""
    try:
        return [doctor.disk(shutil.disk_usage(place_).free, place_)] if place_ else []
    except OSError:
        return []


def engine_name(version: Mapping[str, Any]) -> str:
    """What answers as Docker does: Podman says so among its components."""
    named = (str(each.get("Name", "")) for each in version.get("Components") or ())
    return "Podman" if any("podman" in each.lower() for each in named) else "Docker"


def _can_pass(told: Mapping[str, Any]) -> bool:
    """Whether Docker has what passes GPUs: a runtime, a description for CDI, or the hook that older ones call."""
    runtimes = told.get("Runtimes") or {}
    devices = told.get("DiscoveredDevices") or ()
    return "nvidia" in runtimes or bool(devices) or shutil.which("nvidia-container-runtime-hook") is not None


def _user_of(spec: LaunchSpec) -> tuple[int, int]:
    """The numbers of the container's user and group; those of a name, which only the image knows, are nobody's."""
    user, _, group = spec.limits.user.partition(":")
    if not user:
        return os.getuid(), os.getgid()
    return int(user) if user.isdecimal() else -1, int(group) if group.isdecimal() else 0 if user == "0" else -1


def _mount(folder: Path, number: int, group: int) -> Diagnosis:
    """Whether the container's user may read the repository. It has no other groups, and no rights of root's."""
    user = f"{number}:{group}"
    for path in _below(folder):
        try:
            status = path.stat()
        except OSError:
            continue
        wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else 0)
        shift = 6 if status.st_uid == number else 3 if status.st_gid == group else 0
        if (status.st_mode >> shift) & wanted != wanted:
            remedy = f"Give it: chmod {'u' if shift == 6 else 'g' if shift == 3 else 'o'}+rX {path}"
            return Diagnosis("error", f"The user {user} of the container may not read {path}.", remedy)
    return Diagnosis("ok", f"The user {user} of the container may read {folder}.")


def _below(folder: Path) -> Iterator[Path]:
    """A folder and what is in it, as far as a look is short."""
    yield folder
    seen = 0
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            seen += 1
            if seen > _MOST_FILES:
                return
            yield Path(root, name)


def _numbers(ports: Ports | None) -> tuple[int, ...]:
    return tuple(port for port in (ports.http, ports.grpc, ports.metrics) if port) if ports else ()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
