"""What is known of the `parameters` that each backend takes, from `resources/help/parameters.json`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from studio.resources import resource
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key: what it does, what holds without it, and the values it may have (none: any)."""

    key: str
    what: str
    default: str = ""
    values: tuple[str, ...] = ()

    @property
    def start(self) -> str:
        """What a person would set it to first: not the default, which needs no line."""
        other = next((value for value in self.values if value != self.default), "")
        return other or self.default


@cache
def _all() -> Mapping[str, Mapping[str, Parameter]]:
    # Loaded where a configuration has parameters, as the file itself.
    import json

    raw = json.loads(resource("help", "parameters.json").read_text("utf-8"))
    return {
        backend: {
            key: Parameter(key, entry["what"], entry.get("default", ""), tuple(entry.get("values", ())))
            for key, entry in known.items()
        }
        for backend, known in raw.items()
    }


def known_parameters(backend: str) -> Mapping[str, Parameter]:
    """The keys that a backend takes; none for a backend that is not known or takes any."""
    return _all().get(backend, {})
