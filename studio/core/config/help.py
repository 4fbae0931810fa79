"""Our own help for the fields of a model configuration, from `resources/help/fields.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

from studio.core.config.schema import MessageSchema, model_config
from studio.resources import resource
from studio.text.paths import field_names
from studio.text.tree import Path
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """What a field does, when to touch it, what it costs, and its neighbours. Empty where nothing is to be said."""

    title: str
    what: str
    default: str = ""
    when: str = ""
    cost: str = ""
    see: tuple[str, ...] = ()


@cache
def _all() -> Mapping[str, FieldHelp]:
    raw = json.loads(resource("help", "fields.json").read_text("utf-8"))
    return {
        path: FieldHelp(
            entry["title"],
            entry["what"],
            entry.get("default", ""),
            entry.get("when", ""),
            entry.get("cost", ""),
            tuple(entry.get("see", ())),
        )
        for path, entry in raw.items()
    }


def field_help(path: Path) -> FieldHelp | None:
    """The help of a path, whose indices do not matter; failing that of the field in the message it belongs to."""
    known = _all()
    return next((known[key] for key in _keys(field_names(path)) if key in known), None)


def _keys(steps: tuple[str, ...]) -> Iterator[str]:
    """What a path may be filed under: itself, then each message on its way with the rest, the innermost first."""
    yield ".".join(steps)
    message: MessageSchema | None = model_config()
    under: list[str] = []
    for place, step in enumerate(steps):
        field = message.fields.get(step) if message else None
        message = field.message if field else None
        if message:
            under.append(".".join((message.name, *steps[place + 1 :])))
    yield from (key for key in reversed(under) if "." in key)
