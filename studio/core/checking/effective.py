"""What a server makes of a configuration, value by value: what is written, what is filled in, what one reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from studio import TYPE_CHECKING
from studio.core.checking.completion import Effective
from studio.core.config.draft import Draft
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.config.typed import shown
from studio.core.config.values import message_value
from studio.named_tuple import NamedTuple
from studio.text.tree import Path
from studio.value_class import dataclass

if TYPE_CHECKING:
    from typing import Any, Literal, TypeAlias

Origin: TypeAlias = 'Literal["written", "model file", "backend", "server", "reported"]'
_ORIGINS: dict[str, Origin] = {"file": "model file", "backend": "backend", "server": "server"}
_SET = "set"

Ident = tuple[str, ...]
"""The same value on both sides: as a path, but with the key of a map's entry in place of its index."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One value in force: its path, where it comes from, why, and what a running server says of it.

    `reported` is None where no server tells, and empty where it has no such value. `fills` is the path that was
    filled in as a whole around it.
    """

    path: Path
    value: str
    origin: Origin
    reason: str = ""
    reported: str | None = None
    fills: Path = ()

    @property
    def differs(self) -> bool:
        """Whether the running server holds another value."""
        return self.reported is not None and self.reported != self.value


class Leaf(NamedTuple):
    """One value of a configuration, as it is read, and whether it is the schema's default."""

    path: Path
    value: str
    is_default: bool


def outcomes(found: Effective, reported: Mapping[str, Any] | None = None) -> tuple[Outcome, ...]:
    """Every value of a configuration as the server will hold it, in the order of the schema."""
    will_be = leaves(found.draft)
    told = told_leaves(reported) if reported is not None else None
    result = [_outcome(found, ident, leaf, told) for ident, leaf in will_be.items()]
    for ident, leaf in (told or {}).items():
        if ident not in will_be and not leaf.is_default:
            result.append(Outcome(leaf.path, "", "reported", "only the running server has it", leaf.value))
    return tuple(result)


def _outcome(found: Effective, ident: Ident, leaf: Leaf, told: dict[Ident, Leaf] | None) -> Outcome:
    filled = found.origin(leaf.path)
    origin = _ORIGINS[filled.source] if filled else "written"
    says: str | None = None
    if told is not None:
        says = told[ident].value if ident in told else ""
    return Outcome(leaf.path, leaf.value, origin, filled.reason if filled else "", says, filled.path if filled else ())


def told_leaves(reported: Mapping[str, Any]) -> dict[Ident, Leaf]:
    """The values that a server tells."""
    return dict(_told(model_config(), reported, (), ()))


def leaves(draft: Draft) -> dict[Ident, Leaf]:
    """The values that a configuration writes."""
    return dict(_told(model_config(), message_value(model_config(), draft.document.root), (), ()))


def _told(
    schema: MessageSchema, value: Mapping[str, Any] | None, path: Path, ident: Ident
) -> Iterator[tuple[Ident, Leaf]]:
    """The values in a message, of a draft or as a server tells it: both name them in the same way."""
    for name, field in schema.fields.items():
        item = (value or {}).get(name)
        if item is not None:
            yield from _field(field, item, (*path, name), (*ident, name))


def _field(field: FieldSchema, item: Any, path: Path, ident: Ident) -> Iterator[tuple[Ident, Leaf]]:
    if field.message is None:
        text = ", ".join(map(shown, item)) if isinstance(item, list | tuple) else shown(item)
        default = "" if field.repeated else shown(field.default)
        yield ident, Leaf(path, text, text == default)
    elif not field.repeated:
        yield from _message(field.message, item, path, ident)
    else:
        for place, (key, element) in enumerate(_elements(item)):
            yield from _message(field.message, element, (*path, place), (*ident, key))


def _elements(item: Any) -> list[tuple[str, Any]]:
    """The elements of a list by place, those of a map by key: a server tells maps as objects."""
    if isinstance(item, Mapping):
        return [(str(key), {"key": key, "value": value}) for key, value in item.items()]
    return [
        (shown(each["key"]) if isinstance(each, Mapping) and "key" in each else str(place), each)
        for place, each in enumerate(item)
    ]


def _message(schema: MessageSchema, item: Any, path: Path, ident: Ident) -> Iterator[tuple[Ident, Leaf]]:
    found = list(_told(schema, item if isinstance(item, Mapping) else {}, path, ident))
    yield from found
    if all(leaf.is_default for _, leaf in found):
        yield (*ident, ""), Leaf(path, _SET, True)


def with_filled(draft: Draft, found: Effective, outcome: Outcome) -> Draft:
    """The draft with a value that the server would fill in written out, with the block that it was filled in with."""
    entry = next((each for each in found.filled if each.path == outcome.fills), None)
    return draft.set(*entry.path, entry.value) if entry else draft
