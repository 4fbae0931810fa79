"""Two changed configurations of one base made into one: field by field, with the comments and the layout of both.

What only one side changed is taken from it; what both changed differently is a conflict that a person settles. Where
the sides changed different lines the result is those lines; only the rest is written anew, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from studio.core.config.draft import Draft, draft
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.failure import CoreError
from studio.core.merging.alignment import aligned, message_of
from studio.core.merging.content import content, value_of, values_of
from studio.core.merging.merge_edits import Edits
from studio.text.document import Element, occurrences
from studio.text.hunks import Hunk, hunks, lines_of
from studio.text.tree import Message
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass

Side: TypeAlias = Literal["mine", "theirs"]
Place: TypeAlias = tuple[str, ...]
"""Where a conflict is: field names, and what an element is called: `("input", "image", "dims")`."""
_NO_CHOICES: Final[Mapping[Place, Side]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides changed, as each of the three writes it; "" where it is not written."""

    place: Place
    path: TextPath
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """The result, with conflicts taken as chosen (mine where nothing is), and what came from one side alone."""

    draft: Draft
    conflicts: tuple[Conflict, ...]
    from_mine: tuple[Place, ...]


def merged(base: Draft, mine: Draft, theirs: Draft, choices: Mapping[Place, Side] = _NO_CHOICES) -> Merged:
    """Merges by field. Raises CoreError where one of the three cannot be read."""
    if mine.document.text == base.document.text:
        return Merged(theirs, (), ())
    for given, whose in ((mine, "your text"), (theirs, "the file"), (base, "the text that both began with")):
        if not given.document.ok:
            raise CoreError("Merge the two", f"{whose} is not sound.", "Keep one of them as a whole.")
    if theirs.document.text == base.document.text:
        return Merged(mine, (), ())
    by_field = _Merge(base, mine, theirs, choices)
    wanted = by_field.result()
    return Merged(_laid_out(base, mine, theirs, wanted), tuple(by_field.conflicts), tuple(by_field.from_mine))


def _laid_out(base: Draft, mine: Draft, theirs: Draft, wanted: Draft) -> Draft:
    """What is wanted, in the lines that either side wrote as far as they do not touch."""
    started = draft(_by_lines(base.document.text, mine.document.text, theirs.document.text))
    if not started.document.ok:
        return wanted
    if content(started) == content(wanted):
        return started
    found = _Merge(started, wanted, started, _NO_CHOICES).result()
    return found if content(found) == content(wanted) else wanted


def _by_lines(base: str, mine: str, theirs: str) -> str:
    """The file's text with the lines of mine that nobody else touched."""
    foreign = hunks(base, theirs)
    own = [hunk for hunk in hunks(base, mine) if not any(_touch(hunk, other) for other in foreign)]
    lines, found, at = lines_of(base), [], 0
    for hunk in sorted((*own, *foreign), key=lambda each: each.before):
        found += [*lines[at : hunk.before], *hunk.added]
        at = hunk.before + len(hunk.removed)
    return "".join([*found, *lines[at:]])


def _touch(one: Hunk, other: Hunk) -> bool:
    return one.before <= other.before + len(other.removed) and other.before <= one.before + len(one.removed)


class _Triple:
    """One message as it stands in base, mine and theirs, with its path in theirs."""

    def __init__(self, place: Place, path: TextPath, nodes: tuple[Message, Message, Message]) -> None:
        self.place = place
        self.path = path
        self.nodes = nodes

    def content(self, name: str) -> tuple[list[object], list[object], list[object]]:
        """What each says in a field."""
        base, mine, theirs = (values_of(node, name) for node in self.nodes)
        return base, mine, theirs

    def elements(self, name: str) -> tuple[list[Element], list[Element], list[Element]]:
        """The elements of a field in each."""
        base, mine, theirs = (list(occurrences(node, name)) for node in self.nodes)
        return base, mine, theirs

    def names(self) -> list[str]:
        """The fields that any of the three writes."""
        base, mine, theirs = self.nodes
        return list(dict.fromkeys(field.name for node in (theirs, mine, base) for field in node.fields))


class _Merge:
    """Walks the three trees at once and notes how theirs is to be edited."""

    def __init__(self, base: Draft, mine: Draft, theirs: Draft, choices: Mapping[Place, Side]) -> None:
        self._texts = (base.document.text, mine.document.text, theirs.document.text)
        self._roots = (base.document.root, mine.document.root, theirs.document.root)
        self._choices = choices
        self._edits = Edits(theirs, mine)
        self.conflicts: list[Conflict] = []
        self.from_mine: list[Place] = []

    def result(self) -> Draft:
        """Theirs with all that is taken of mine."""
        self._message(_Triple((), (), self._roots), model_config())
        return self._edits.applied()

    def _message(self, triple: _Triple, schema: MessageSchema | None) -> None:
        settled: set[str] = set()
        for members in schema.oneofs.values() if schema else ():
            if len(members) > 1 and self._is_switched(triple, members):
                settled |= set(members)
                self._unit(triple, members, schema)
        for name in triple.names():
            if name not in settled:
                self._field(triple, name, schema)

    def _field(self, triple: _Triple, name: str, schema: MessageSchema | None) -> None:
        base, mine, theirs = triple.content(name)
        if mine in (base, theirs):
            return
        known = schema.fields.get(name) if schema else None
        elements = triple.elements(name)
        if known and known.message and mine and theirs:
            if known.repeated:
                if (keys := aligned(elements)) is not None:
                    self._elements(triple, known, elements, keys)
                    return
            elif all(_is_one_message(side) for side in elements[1:]) and len(base) < 2:
                nodes = (_node(elements[0]), _node(elements[1]), _node(elements[2]))
                self._message(_Triple((*triple.place, name), (*triple.path, name), nodes), known.message)
                return
        self._unit(triple, (name,), schema)

    @staticmethod
    def _is_switched(triple: _Triple, members: Sequence[str]) -> bool:
        """Whether the sides set different members of a oneof."""
        _, mine, theirs = ([f.name for f in node.fields if f.name in members] for node in triple.nodes)
        return set(mine) != set(theirs)

    def _unit(self, triple: _Triple, names: Sequence[str], schema: MessageSchema | None) -> None:
        """Fields that are taken together, from one side: a field that has no parts, or a oneof."""
        base, mine, theirs = ([triple.content(name)[side] for name in names] for side in range(3))
        if mine in (base, theirs):
            return
        if not self._settle(triple, names, theirs == base):
            return
        for name in names:
            known = schema.fields.get(name) if schema else None
            self._edits.take(triple.path, triple.nodes[1], triple.nodes[2], name, known)

    def _settle(self, triple: _Triple, names: Sequence[str], only_mine: bool) -> bool:
        """Whether to take mine: theirs is as the base, or a person chose so."""
        shown = next((name for name in names if triple.content(name)[1]), names[0])
        place = (*triple.place, shown)
        if only_mine:
            self.from_mine.append(place)
            return True
        texts = ("".join(self._written(triple, name, side) for name in names) for side in range(3))
        self.conflicts.append(Conflict(place, (*triple.path, shown), *texts))
        return self._choices.get(place, "mine") == "mine"

    def _written(self, triple: _Triple, name: str, side: int) -> str:
        node, text = triple.nodes[side], self._texts[side]
        return "\n".join(text[field.start : field.end] for field in node.fields if field.name == name)

    # Elements of a repeated message

    def _elements(
        self, triple: _Triple, known: FieldSchema, elements: tuple[list[Element], ...], keys: tuple[list[str], ...]
    ) -> None:
        base, mine, theirs = (dict(zip(k, e, strict=True)) for k, e in zip(keys, elements, strict=True))
        name = known.name
        for key, element in mine.items():
            if key in theirs:
                place, path = (*triple.place, name, key), (*triple.path, name, keys[2].index(key))
                nodes = (message_of(base.get(key)), message_of(element), message_of(theirs[key]))
                self._message(_Triple(place, path, nodes), known.message)
            elif key not in base or self._is_kept(triple, name, key, (base[key], element, None)):
                if key not in base:
                    self.from_mine.append((*triple.place, name, key))
                self._edits.insert(triple.path, name, element)
        for key in (key for key in base if key not in mine and key in theirs):
            if self._is_dropped(triple, name, key, (base[key], None, theirs[key])):
                self._edits.remove((*triple.path, name, keys[2].index(key)))

    def _is_kept(self, triple: _Triple, name: str, key: str, given: tuple[Element, Element, None]) -> bool:
        """Whether an element that theirs lacks stays: mine changed it and is chosen."""
        if value_of(given[0].value) == value_of(given[1].value):
            return False
        return self._element_conflict(triple, name, key, given)

    def _is_dropped(self, triple: _Triple, name: str, key: str, given: tuple[Element, None, Element]) -> bool:
        """Whether an element that mine lacks goes: theirs left it as it was, or mine is chosen."""
        if value_of(given[0].value) == value_of(given[2].value):
            self.from_mine.append((*triple.place, name, key))
            return True
        return self._element_conflict(triple, name, key, given)

    def _element_conflict(self, triple: _Triple, name: str, key: str, given: Sequence[Element | None]) -> bool:
        place = (*triple.place, name, key)
        texts = [
            text[each.value.start : each.value.end] if each else ""
            for text, each in zip(self._texts, given, strict=True)
        ]
        self.conflicts.append(Conflict(place, (*triple.path, name), texts[0], texts[1], texts[2]))
        return self._choices.get(place, "mine") == "mine"


def _is_one_message(elements: list[Element]) -> bool:
    return len(elements) == 1 and isinstance(elements[0].value, Message)


def _node(elements: list[Element]) -> Message:
    return message_of(elements[0] if elements else None)
