"""A container as a Compose file."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from studio.core.serving.container import MODELS, Container
from studio.core.serving.gpus import Gpus

_Value: TypeAlias = "str | bool | float | list[_Value] | dict[str, _Value]"


_NOT_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def compose_file(container: Container) -> str:
    """A `compose.yaml` with one service, `triton`."""
    return "\n".join(_mapping({"services": {"triton": _service(container)}}, 0)) + "\n"


def _service(container: Container) -> dict[str, _Value]:
    folder: dict[str, _Value] = {"type": "bind", "source": container.folder, "target": MODELS, "read_only": True}
    service: dict[str, _Value] = {
        "image": container.image,
        "command": list(container.command),
        "user": container.user,
        "cap_drop": [container.drop],
        "security_opt": [container.security],
        "network_mode": container.network,
        **_memory(container),
        "ports": [f"{container.bind}:{here}:{inside}" for here, inside in container.published],
        "volumes": [folder],
        "environment": [*(f"{name}={value}" for name, value in container.environment), *container.inherited],
        "labels": dict(container.labels),
        "restart": "no",
    }
    return service if container.gpus.none else {**service, "deploy": _gpus(container.gpus)}


def _memory(container: Container) -> dict[str, _Value]:
    found: dict[str, _Value] = (
        {"ipc": container.ipc} if container.ipc else {"shm_size": f"{container.shared_memory_mb}m"}
    )
    if container.memory_mb:
        found["mem_limit"] = f"{container.memory_mb}m"
    if container.cpus:
        found["cpus"] = container.cpus
    return found


def _gpus(gpus: Gpus) -> dict[str, _Value]:
    chosen: dict[str, _Value] = {"count": "all"} if gpus.all else {"device_ids": list(gpus.ids)}
    return {"resources": {"reservations": {"devices": [{"capabilities": ["gpu"], **chosen}]}}}


def _mapping(value: dict[str, _Value], depth: int) -> list[str]:
    lines = []
    for name, inner in value.items():
        lines += _entry(f"{'  ' * depth}{name}:", inner, depth + 1)
    return lines


def _entry(head: str, value: _Value, depth: int) -> list[str]:
    if isinstance(value, dict):
        return [head, *_mapping(value, depth)]
    if isinstance(value, list):
        return [head, *(line for each in value for line in _item(each, depth))]
    return [f"{head} {_scalar(value)}"]


def _item(value: _Value, depth: int) -> list[str]:
    indent = "  " * depth
    if not isinstance(value, dict):
        return [f"{indent}- {_scalar(value)}"]
    first, *rest = _mapping(value, depth + 1)
    return [f"{indent}- {first.lstrip()}", *rest]


def _scalar(value: _Value) -> str:
    """What is no string is the same in JSON, and a string of JSON is one of YAML but for what YAML takes for the end of
    a line or does not take. Compose puts the value of a variable where there is a dollar sign alone.
    """
    told = json.dumps(value.replace("$", "$$") if isinstance(value, str) else value, ensure_ascii=False)
    return _NOT_YAML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", told)
