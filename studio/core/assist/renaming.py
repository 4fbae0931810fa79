"""Where a name stands in many configurations, and the edits that give it another text in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from studio.core.assist.names import Name, Symbol, TensorSymbol, names, symbol_name
from studio.core.config.draft import Draft
from studio.text.layout import Edit
from studio.text.literals import quote
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ConfigText:
    """A configuration of a model: its usual one, or another of its `configs` folder."""

    model: str
    path: Path
    draft: Draft


@dataclass(frozen=True, slots=True)
class Place:
    """A name in one of the configurations."""

    text: ConfigText
    name: Name


@dataclass(frozen=True, slots=True, eq=False)
class RenamedText:
    """A configuration before and after a rename, and how many names changed in it."""

    text: ConfigText
    after: str
    count: int


def name_at(model: str, draft: Draft, ensembles: Mapping[str, bool], offset: int) -> Name | None:
    """The name at a character of a model's configuration; None where there is none."""
    found = names(model, draft, ensembles)
    return next((each for each in found if each.scalar.start <= offset <= each.scalar.end), None)


def places(texts: Iterable[ConfigText], ensembles: Mapping[str, bool], symbol: Symbol) -> Iterator[Place]:
    """Everywhere in these configurations where a symbol is named."""
    word = symbol_name(symbol)
    for text in texts:
        if _may_name(text.draft, word):
            found = names(text.model, text.draft, ensembles)
            yield from (Place(text, name) for name in found if name.symbol == symbol)


def tensor_problem(found: Iterable[ConfigText], ensembles: Mapping[str, bool], symbol: TensorSymbol, new: str) -> str:
    """Why a tensor cannot have a name, or ""."""
    if not new:
        return "A tensor needs a name."
    other = TensorSymbol(symbol.model, symbol.side, new)
    if other != symbol and any(True for _ in places(found, ensembles, other)):
        return f"There is a tensor “{new}” already."
    return ""


def renamed(found: Iterable[Place], new: str) -> Iterator[RenamedText]:
    """Each configuration that has some of these places, with another name in them."""
    several: dict[int, list[Place]] = {}
    for place in found:
        several.setdefault(id(place.text), []).append(place)
    for held in several.values():
        text = held[0].text
        yield RenamedText(
            text, _edited(text.draft.document.text, [replacement(each.name, new) for each in held]), len(held)
        )


def replacement(name: Name, new: str) -> Edit:
    """The edit that writes another name in the place of one, in its kind of quotes where they will do."""
    raw = name.scalar.raw
    literal = quote(new)
    if raw.startswith("'") and "'" not in literal and "\\" not in literal:
        literal = f"'{literal[1:-1]}'"
    return Edit(name.scalar.start, name.scalar.end, literal)


def _edited(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _may_name(text: Draft, word: str) -> bool:
    """Whether a text can hold a name: it is written in it, or something is written with escapes."""
    return word in text.document.text or "\\" in text.document.text
