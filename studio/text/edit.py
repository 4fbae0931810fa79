"""Edits of a document by path: each gives a new document that differs from the old one as little as possible."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from studio.text.document import Document, Element, elements, find, occurrences
from studio.text.failure import TextError
from studio.text.insertion import Insertion
from studio.text.layout import Edit
from studio.text.movement import move_fields, move_items, move_values
from studio.text.parse import parse
from studio.text.paths import indexed
from studio.text.removal import remove_field, remove_item
from studio.text.reparse import applied
from studio.text.style import style
from studio.text.tree import Field, ListValue, Message, Path, Scalar, Value
from studio.value_class import dataclass

_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Change:
    """The one place in which two texts differ."""

    start: int
    removed: str
    inserted: str


def change(before: Document, after: Document) -> Change | None:
    """The smallest single replacement that makes one text of the other; None if they are equal."""
    return text_change(before.text, after.text)


def text_change(old: str, new: str) -> Change | None:
    """The smallest single replacement that makes one text of another; None if they are equal."""
    if old == new:
        return None
    shorter = min(len(old), len(new))
    start = _longest(shorter, lambda n: old[:n] == new[:n])
    end = _longest(shorter - start, lambda n: n == 0 or old[-n:] == new[-n:])
    return Change(start, old[start : len(old) - end], new[start : len(new) - end])


def _longest(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest count up to `limit` for which `holds`; it must hold for all smaller ones."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def set_value(doc: Document, path: Path, raw: str) -> Document:
    """Replaces what stands at a path by `raw`. A list is set item by item, so that comments in it stay."""
    attempted = f"Change {_shown(path)}"
    new = _value(raw, attempted)
    here = _found(doc, path, attempted)
    if isinstance(path[-1], str):
        if isinstance(new, ListValue) and _is_plain_list(doc, path):
            return _set_items(doc, path, [_slice(_PREFIX + raw, item) for item in new.items])
        if len(_fields(doc, path)) > 1:
            raise TextError(attempted, "it stands in the text more than once.", "Change one of them by its place.")
    elif (element := _element(doc, path, attempted)).place is None:
        here = element.field
    value = here.value if isinstance(here, Field) else here
    if isinstance(here, Field) and isinstance(value, Scalar) and value.kind == "missing":
        colon = "" if here.colon else ":"
        at = value.start if value.end > value.start else here.end
        gap = " " if at == here.end else ""
        return _apply(doc, [Edit(at, value.end if not gap else at, colon + gap + raw)], attempted)
    prefix = "" if not isinstance(here, Field) or here.colon or isinstance(new, Message) else ": "
    return _apply(doc, [Edit(value.start, value.end, prefix + raw)], attempted)


def insert(
    doc: Document,
    parent: Path,
    name: str,
    raw: str,
    *,
    order: Sequence[str] = (),
    index: int | None = None,
    short: Collection[str] = (),
) -> Document:
    """Adds a field to the message at `parent`, or an element to a field that is there.

    `order` is the schema's order of fields, a hint where a new one goes; `index` the place among the elements of a
    repeated field, the last by default. A field that is new is written as `raw` says, a list or one value; with an
    `index`, a message goes into a list where the file writes its repeated messages so. `short` are fields whose
    messages go on one line where the file has none to go by.
    """
    attempted = f"Add {_shown((*parent, name))}"
    message = _message(doc, parent, attempted)
    value = _value(raw, attempted)
    fields = [field for field in message.fields if field.name == name]
    if isinstance(value, ListValue) and fields:
        return _insert_all(doc, (*parent, name), [_slice(_PREFIX + raw, item) for item in value.items], index)
    source = f"{name}: {raw}"
    if not fields and index is not None and isinstance(value, Message):
        source = _as_the_file_does(doc, name, raw)
    piece = _piece(source, attempted)
    insertion = Insertion(doc, source, piece, short)
    if not fields:
        count = len(value.items) if isinstance(value, ListValue) else 1
        return _apply(doc, insertion.field(message, order), attempted, (parent, name, count))
    return _apply(doc, _beside(insertion, message, name, fields, index), attempted, (parent, name, 1))


def _beside(insertion: Insertion, message: Message, name: str, fields: list[Field], index: int | None) -> list[Edit]:
    """The edits for one more element of a field that is there."""
    there = list(occurrences(message, name))
    place = len(there) if index is None else max(0, min(index, len(there)))
    if not there:
        return insertion.item(_list(fields[-1]), 0)
    near = there[place - 1] if place else there[0]
    if isinstance(near.field.value, ListValue):
        return insertion.item(near.field.value, (near.place or 0) + (1 if place else 0))
    if place:
        return insertion.after(message, near.field, sibling=near.field)
    return [insertion.before(near.field, sibling=near.field)]


def remove(doc: Document, path: Path) -> Document:
    """Removes a field, in all its occurrences, or one element; with the comments that belong to it."""
    attempted = f"Remove {_shown(path)}"
    _found(doc, path, attempted)
    if isinstance(path[-1], int):
        parent = _message(doc, path[:-2], attempted)
        element = _element(doc, path, attempted)
        return _apply(doc, _removal(doc, parent, element), attempted, (path[:-2], str(path[-2]), -1))
    while fields := _fields(doc, path):
        parent = _message(doc, path[:-1], attempted)
        doc = _apply(doc, remove_field(doc.text, parent, fields[-1]), attempted)
    return doc


def removals(doc: Document, path: Path, indices: Iterable[int]) -> dict[int, list[Edit]]:
    """The edits that would remove each of these elements of the repeated field at a path."""
    attempted = f"Remove {_shown(path)}"
    parent = _message(doc, path[:-1], attempted)
    there = list(occurrences(parent, str(path[-1])))
    return {index: _removal(doc, parent, there[index]) for index in indices}


def _removal(doc: Document, parent: Message, element: Element) -> list[Edit]:
    if isinstance(element.field.value, ListValue):
        return remove_item(doc.text, element.field.value, element.place or 0)
    return remove_field(doc.text, parent, element.field)


def move(doc: Document, path: Path, index: int) -> Document:
    """Moves one element of a repeated field to another place among them, with its comments."""
    attempted = f"Move {_shown(path)}"
    _found(doc, path, attempted)
    element = _element(doc, path, attempted)
    parent = _message(doc, path[:-2], attempted)
    there = list(occurrences(parent, str(path[-2])))
    source = path[-1]
    if not isinstance(source, int) or not 0 <= index < len(there):
        raise TextError(attempted, f"there is no place {index}.", f"Give one from 0 to {len(there) - 1}.")
    value = element.field.value
    if all(e.place is None for e in there):
        edits = move_fields(doc.text, [e.field for e in there], source, index)
    elif isinstance(value, ListValue) and all(e.field is element.field for e in there):
        edits = move_items(doc.text, value, source, index)
    else:
        edits = move_values(doc.text, [e.value for e in there], source, index)
    return _apply(doc, edits, attempted)


def rename(doc: Document, path: Path, name: str) -> Document:
    """Gives a field another name, in all its occurrences, or the one field that an element stands in alone."""
    attempted = f"Rename {_shown(path)}"
    if not _NAME.fullmatch(name):
        raise TextError(attempted, f"“{name}” is no name.", "Use letters, digits and underscores.")
    _found(doc, path, attempted)
    if isinstance(path[-1], int):
        element = _element(doc, path, attempted)
        if element.place is not None and len(_list(element.field).items) > 1:
            raise TextError(attempted, "it stands in a list with others.", "Rename the whole field.")
        fields = [element.field]
    else:
        fields = _fields(doc, path)
    return _apply(doc, [Edit(*field.name_span, name) for field in fields], attempted)


_PREFIX: Final = "x: "


def _piece(source: str, attempted: str) -> Field:
    """The one field that a source consists of."""
    parsed = parse(source)
    fields = parsed.root.fields
    if not parsed.ok or len(fields) != 1 or fields[0].end != len(source):
        raise TextError(attempted, f"“{source.removeprefix(_PREFIX)}” is no value.", "Write it as in a configuration.")
    return fields[0]


def _value(raw: str, attempted: str) -> Value:
    return _piece(_PREFIX + raw, attempted).value


def _slice(source: str, node: Scalar | Message) -> str:
    return source[node.start : node.end]


def _shown(path: Path) -> str:
    return indexed(path) or "the configuration"


def _found(doc: Document, path: Path, attempted: str) -> Field | Scalar | Message:
    here = find(doc, path)
    if here is None or not path:
        raise TextError(attempted, "it is not in the text.")
    return here


def _message(doc: Document, path: Path, attempted: str) -> Message:
    here = find(doc, path)
    value = here.value if isinstance(here, Field) else here
    if isinstance(value, ListValue) and value.items:
        value = value.items[0]
    if not isinstance(value, Message):
        raise TextError(attempted, f"there is no message {_shown(path)} in the text.", "Add it first.")
    return value


def _fields(doc: Document, path: Path) -> list[Field]:
    here = find(doc, path[:-1])
    value = here.value if isinstance(here, Field) else here
    if isinstance(value, ListValue) and value.items:
        value = value.items[0]
    return [f for f in value.fields if f.name == path[-1]] if isinstance(value, Message) else []


def _element(doc: Document, path: Path, attempted: str) -> Element:
    name, index = (path[-2], path[-1]) if len(path) > 1 else (None, None)
    if not isinstance(name, str) or not isinstance(index, int):
        raise TextError(attempted, "only an element of a repeated field has a place.")
    return list(occurrences(_message(doc, path[:-2], attempted), name))[index]


def _list(field: Field) -> ListValue:
    return field.value if isinstance(field.value, ListValue) else ListValue((), field.end, field.end)


def _as_the_file_does(doc: Document, name: str, raw: str) -> str:
    return f"{name}: [ {raw} ]" if style(doc).message_lists else f"{name}: {raw}"


def _is_plain_list(doc: Document, path: Path) -> bool:
    """Whether a field is written as literals in one list, or each with the name."""
    fields = _fields(doc, path)
    listed = [f for f in fields if isinstance(f.value, ListValue)]
    sound = all(isinstance(e, Scalar) and e.kind != "missing" for e in elements(doc, path))
    return sound and (len(fields) == len(listed) == 1 or (not listed and len(fields) > 1))


def _set_items(doc: Document, path: Path, raws: list[str]) -> Document:
    """Sets, adds and removes single items, keeping those that stay at the front and at the back."""
    old = [item.raw for item in elements(doc, path) if isinstance(item, Scalar)]
    shorter = min(len(old), len(raws))
    front = next((i for i in range(shorter) if old[i] != raws[i]), shorter)
    most = shorter - front
    back = next((i for i in range(most) if old[-1 - i] != raws[-1 - i]), most)
    gone, new = range(front, len(old) - back), raws[front : len(raws) - back]
    for place, raw in zip(gone, new, strict=False):
        doc = set_value(doc, (*path, place), raw)
    for place in reversed(gone[len(new) :]):
        doc = remove(doc, (*path, place))
    return _insert_all(doc, path, new[len(gone) :], front + len(gone))


def _insert_all(doc: Document, path: Path, raws: Iterable[str], index: int | None) -> Document:
    for offset, raw in enumerate(raws):
        doc = insert(doc, path[:-1], str(path[-1]), raw, index=None if index is None else index + offset)
    return doc


def _apply(doc: Document, edits: list[Edit], attempted: str, grows: tuple[Path, str, int] | None = None) -> Document:
    """The document with edits made, which must leave it as sound as it was and have had their effect."""
    new = applied(doc, edits)
    sound = len(new.problems) <= len(doc.problems)
    if sound and grows:
        path, name, by = grows
        sound = len(elements(new, (*path, name))) - len(elements(doc, (*path, name))) == by
    if not sound:
        raise TextError(attempted, "the text around it is not sound.", "Correct the text there first.")
    return new
