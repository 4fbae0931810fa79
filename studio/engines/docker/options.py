"""A container in docker-py's words."""

from __future__ import annotations

import os
from typing import Any

from studio.core.serving.container import MODELS, Container
from studio.core.serving.gpus import Gpus

STUDIO = "trireme.studio"
"""A label of what a studio started itself, with its process id; what was started by hand lacks it."""
_NANO = 1_000_000_000


def create_options(container: Container, name: str) -> dict[str, Any]:
    """What a container of ours is created with."""
    from docker.types import Mount

    here = {name: os.environ[name] for name in container.inherited if name in os.environ}
    return {
        "image": container.image,
        "command": list(container.command),
        "name": name,
        "detach": True,
        "labels": dict(container.labels) | {STUDIO: str(os.getpid())},
        # A mount rather than a volume: with a volume a missing folder would be made, and belong to root.
        "mounts": [Mount(MODELS, container.folder, type="bind", read_only=True)],
        "ports": {f"{inside}/tcp": (container.bind, port) for port, inside in container.published},
        "device_requests": _gpus(container.gpus),
        **_memory(container),
        "network_mode": container.network,
        "user": container.user,
        "environment": dict(container.environment) | here,
        "cap_drop": [container.drop],
        "security_opt": [container.security],
        "restart_policy": {"Name": "no"},
    }


def _memory(container: Container) -> dict[str, Any]:
    found: dict[str, Any] = (
        {"ipc_mode": container.ipc} if container.ipc else {"shm_size": f"{container.shared_memory_mb}m"}
    )
    if container.memory_mb:
        found["mem_limit"] = f"{container.memory_mb}m"
    if container.cpus:
        found["nano_cpus"] = round(container.cpus * _NANO)
    return found


def _gpus(gpus: Gpus) -> list[Any]:
    from docker.types import DeviceRequest

    if gpus.none:
        return []
    if gpus.all:
        return [DeviceRequest(count=-1, capabilities=[["gpu"]])]
    return [DeviceRequest(device_ids=list(gpus.ids), capabilities=[["gpu"]])]
