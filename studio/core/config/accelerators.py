"""What is known of the execution accelerators of each backend, from `resources/help/accelerators.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from studio.core.config.parameters import Parameter
from studio.resources import resource
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One accelerator: what it does, and its own parameters by key."""

    name: str
    what: str
    parameters: Mapping[str, Parameter]


@cache
def _all() -> Mapping[tuple[str, str], Mapping[str, Accelerator]]:
    raw = json.loads(resource("help", "accelerators.json").read_text("utf-8"))
    return {
        (backend, device): {
            name: Accelerator(name, entry["what"], _parameters(entry["parameters"])) for name, entry in known.items()
        }
        for backend, devices in raw.items()
        for device, known in devices.items()
    }


def _parameters(raw: Mapping[str, Mapping[str, str]]) -> Mapping[str, Parameter]:
    return {
        key: Parameter(key, entry["what"], entry.get("default", ""), tuple(entry.get("values", ())))
        for key, entry in raw.items()
    }


def known_accelerators(backend: str, device: str) -> Mapping[str, Accelerator]:
    """The accelerators that a backend takes on a device, "gpu" or "cpu", by name; none for one that takes none."""
    return _all().get((backend, device), {})
