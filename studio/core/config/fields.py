"""Every field of a model configuration by its path: found by name or by words, and the value a new one begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from studio.core.config.draft import Draft
from studio.core.config.help import FieldHelp, field_help
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.text.paths import dotted, field_names
from studio.text.tree import Path
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class KnownField:
    """One field: its path without indices, its schema, our help for it."""

    path: Path
    schema: FieldSchema
    help: FieldHelp | None

    @property
    def title(self) -> str:
        """What people call it."""
        return self.help.title if self.help else self.schema.name.replace("_", " ").capitalize()


@cache
def known_fields() -> tuple[KnownField, ...]:
    """All fields, those of messages within messages too, in the order of their declaration."""
    return tuple(_inside(model_config(), ()))


def _inside(message: MessageSchema, above: Path) -> Iterator[KnownField]:
    for name, schema in message.fields.items():
        path = (*above, name)
        yield KnownField(path, schema, field_help(path))
        if schema.message:
            yield from _inside(schema.message, path)


@cache
def _by_path() -> dict[Path, KnownField]:
    return {field.path: field for field in known_fields()}


def known_field(path: Path) -> KnownField | None:
    """The field of a path, whose indices do not matter; None where the schema lacks it."""
    return _by_path().get(field_names(path))


def is_choice(message: MessageSchema, field: FieldSchema) -> bool:
    """Whether a field is one of several that rule one another out."""
    return len(message.oneofs.get(field.oneof, ())) > 1


def message_of(path: Path) -> MessageSchema | None:
    """The message that a path holds; the whole configuration for an empty one, None for what is no message."""
    if not path:
        return model_config()
    field = known_field(path)
    return field.schema.message if field else None


def rivals_of(path: Path) -> tuple[Path, ...]:
    """The fields that a field rules out by being set: the other members of its oneof."""
    field, owner = known_field(path), message_of(path[:-1])
    members = owner.oneofs.get(field.schema.oneof, ()) if field and owner else ()
    return tuple((*path[:-1], name) for name in members if name != path[-1])


def title_of(path: Path) -> str:
    """What people call a field."""
    field = known_field(path)
    last = next((step for step in reversed(path) if isinstance(step, str)), "")
    return field.title if field else last


def search_fields(query: str) -> list[KnownField]:
    """The fields that answer to every word of a query, best first: by name, by title, by words of the help."""
    words = re.findall(r"[a-z0-9]+", query.casefold().replace("_", " "))
    if not words:
        return list(known_fields())
    scored = [(_score(field, places, words), field) for field, places in _searched()]
    return [field for score, field in sorted(scored, key=lambda pair: -pair[0]) if score]


_Places = tuple[tuple[str, float], ...]
"""Texts in which a word is looked for, and what it is worth in each."""


@cache
def _searched() -> list[tuple[KnownField, _Places]]:
    return [(field, _places(field)) for field in known_fields()]


def _places(field: KnownField) -> _Places:
    name, path = field.schema.name.replace("_", " "), dotted(field.path).replace("_", " ")
    help_ = field.help
    told = f"{help_.what} {help_.when} {help_.cost}".casefold() if help_ else ""
    return (name, 40.0), (field.title.casefold(), 30.0), (path, 12.0), (told, 5.0)


def _score(field: KnownField, places: _Places, words: list[str]) -> float:
    """How well a field answers; 0 where a word is nowhere in it. The deeper of two equal ones comes later."""
    parts = [max(_hit(word, text) * weight for text, weight in places) for word in words]
    return sum(parts) - len(field.path) / 10 if all(parts) else 0


def _hit(word: str, text: str) -> float:
    """1 for a whole word, less for the beginning of one, least for a part of one."""
    if word not in text:
        return 0.0
    if re.search(rf"\b{re.escape(word)}\b", text):
        return 1.0
    return 0.8 if re.search(rf"\b{re.escape(word)}", text) else 0.3 if len(word) > 2 else 0.0


def new_value(draft: Draft, path: Path) -> object:
    """What a field begins with when it is added, or the next element of a repeated one.

    None where only a person can say it: a number, a text, a choice, a list of them.
    """
    field = known_field(path)
    if field is None:
        return None
    schema = field.schema
    if schema.message is None:
        return True if schema.kind == "bool" and not schema.repeated else None
    if schema.map:
        return {"key": free_key(draft, path)}
    if schema.repeated and "name" in schema.message.fields:
        return {"name": _free_name(draft, path, schema.name)}
    return {}


def free_key(draft: Draft, path: Path) -> object:
    """A key that a map does not have yet: a number where its keys are numbers."""
    taken = _taken(draft, path, "key")
    entry = message_of(path)
    key = entry.fields["key"] if entry else None
    if key is not None and key.kind in ("int", "uint"):
        return next(number for number in range(1, len(taken) + 2) if number not in taken)
    return next(name for n in range(1, len(taken) + 2) if (name := f"KEY_{n}") not in taken)


def _free_name(draft: Draft, path: Path, noun: str) -> str:
    taken = _taken(draft, path, "name")
    return next(name for n in range(1, len(taken) + 2) if (name := f"{noun}_{n}") not in taken)


def _taken(draft: Draft, path: Path, name: str) -> set[object]:
    held = draft.get(*path)
    items = held if isinstance(held, tuple) else ()
    return {item.get(name) for item in items if isinstance(item, dict)}
