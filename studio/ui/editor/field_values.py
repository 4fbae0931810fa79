"""Where the value of a field comes from, in words: here, the file on disk, the server, the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from studio.core.checking.unsound.likeliest import likeliest, refused
from studio.core.config.draft import Draft
from studio.core.config.schema import model_config
from studio.core.failure import CoreError
from studio.text.document import elements
from studio.text.tree import Path
from studio.ui.editor.form.part import NOT_READABLE

Source = Literal["here", "disk", "filled", "server", "default"]
_MOST = 26
_MANY = 1_000
"""Elements of a field that are counted and not read."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One source of a value: which, its title, the value in words."""

    source: Source
    title: str
    text: str


def values(
    path: Path,
    here: Draft,
    disk: Draft,
    server: Mapping[str, Any] | None,
    known: str = "",
    filled: tuple[str, str] = ("", ""),
) -> list[FieldValue]:
    """The sources that say something of a field, the one in force first. `known` is the default in words, `filled`
    what will be filled in and by whom.
    """
    told = in_words(path, _look_up(server, path)) if server is not None else ""
    found: list[FieldValue] = []
    mine, theirs = _text_of(path, here), _text_of(path, disk)
    if mine != theirs:
        found.append(FieldValue("here", "Here, unsaved", mine or "not set"))
    if theirs:
        found.append(FieldValue("disk", "On disk", theirs))
    value, filler = filled
    if value and not mine:
        found.append(FieldValue("filled", f"{filler.capitalize()} fills in", _shortened(value)))
    if told:
        found.append(FieldValue("server", "Server", told))
    default = known if known and len(known) <= _MOST else _schema_default(path) or _shortened(known)
    return [*found, FieldValue("default", "Default", default)] if default else found


def _text_of(path: Path, draft: Draft) -> str:
    """What a text writes at a path, as far as it can be read; empty where it writes nothing."""
    if not draft.document.ok:
        read = likeliest(draft)
        if read is None or path in read[1]:
            return NOT_READABLE
        draft = read[0]
    elif path in refused(draft):
        return NOT_READABLE
    if (count := len(elements(draft.document, path))) > _MANY:
        return f"{count:,} set"
    try:
        return in_words(path, draft.get(*path)) if draft.has(*path) else ""
    except CoreError:
        return ""


def in_words(path: Path, value: object) -> str:
    """A value as a short text with its unit; a message only as what it is."""
    if value is None or value == "" or value == () or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "set"
    if isinstance(value, list | tuple):
        plain = not any(isinstance(each, Mapping) for each in value)
        return _shortened(", ".join(str(each) for each in value)) if plain else f"{len(value)} set"
    text = str(value)
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if name.endswith("_microseconds") and text.lstrip("-").isdecimal():
        return f"{int(text):,} µs".replace(",", "\u202f")
    return _shortened(text)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _schema_default(path: Path) -> str:
    """The default that the schema gives a number or a switch; what else is empty has none."""
    schema = model_config()
    names = [step for step in path if isinstance(step, str)]
    for name in names[:-1]:
        inner = schema.fields.get(name)
        if inner is None or inner.message is None:
            return ""
        schema = inner.message
    field = schema.fields.get(names[-1]) if names else None
    if field is None or field.repeated or field.message or field.kind == "string":
        return ""
    return in_words(path, field.default)


def _look_up(config: Mapping[str, Any] | None, path: Path) -> object:
    here: Any = config
    for step in path:
        if isinstance(here, Mapping) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here):
            here = here[step]
        else:
            return None
    return here
