"""A document after edits, parsed anew only where they are: what stands before them is shared, what follows is moved.

The tree equals the one that a parse of the whole text gives. Only a message that stands sound in its place is parsed
on its own; whatever is not so simple is left to the parser.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from studio.text.document import Document
from studio.text.layout import Edit
from studio.text.parse import MAX_BYTES, MAX_DEPTH, parse
from studio.text.tree import Field, ListValue, Message, Scalar, Value

_FEW: Final = 4
"""So many edits are made one after the other: each then has a small message around it."""
_new = tuple.__new__


def applied(document: Document, edits: Sequence[Edit]) -> Document:
    """The document with edits made, none of which overlaps another."""
    ordered = sorted(edits, key=lambda each: each.start)
    if len(ordered) <= _FEW and document.ok:
        here: Document | None = document
        for each in reversed(ordered):
            here = _locally(here, each) if here is not None else None
        if here is not None:
            return here
    pieces, end = [], 0
    for each in ordered:
        pieces += [document.text[end : each.start], each.text]
        end = each.end
    return parse("".join([*pieces, document.text[end:]]))


def _locally(document: Document, edit: Edit) -> Document | None:
    """A sound document with one edit made; None where the whole text has to be parsed."""
    text = f"{document.text[: edit.start]}{edit.text}{document.text[edit.end :]}"
    by = len(text) - len(document.text)
    around = _around(document.root, edit)
    if len(around) < _LEAST or len(text) > MAX_BYTES:
        return None
    innermost = around[-1]
    start, end = innermost.start, innermost.end + by
    name = "x"
    parsed = parse(name + text[start:end], max_depth=MAX_DEPTH - _depth(around))
    fields = parsed.root.fields
    if parsed.problems or len(fields) != 1 or fields[0].end != len(name) + end - start:
        return None
    value = _moved(fields[0].value, start - len(name))
    if not isinstance(value, Message):
        return None
    node: Message | ListValue = value
    for parent in reversed(around[:-1]):
        node = _with_child(parent, node, by)
    return Document(text, Message(node.fields, 0, len(text))) if isinstance(node, Message) else None


_LEAST: Final = 2


def _depth(around: Sequence[Message | ListValue]) -> int:
    """How many brackets are open where the last of these begins."""
    return len(around) - _LEAST


def _around(root: Message, edit: Edit) -> list[Message | ListValue]:
    """The messages and lists between whose brackets an edit is, from the root to the innermost message."""
    found: list[Message | ListValue] = [root]
    while True:
        here = found[-1]
        parts: Sequence[Field | Scalar | Message] = here.fields if isinstance(here, Message) else here.items
        place = bisect_left(parts, edit.end, key=_end)
        part = parts[place] if place < len(parts) else None
        value = part.value if isinstance(part, Field) else part
        if isinstance(value, Message | ListValue) and value.start < edit.start and edit.end < value.end:
            found.append(value)
            continue
        if isinstance(here, ListValue):
            found.pop()
        return found


def _end(part: Field | Scalar | Message) -> int:
    return part.end


def _with_child(parent: Message | ListValue, child: Message | ListValue, by: int) -> Message | ListValue:
    """A parent after an edit in one of its children: the later ones have moved."""
    if isinstance(parent, ListValue):
        place = bisect_left(parent.items, child.start, key=_end)
        items = list(parent.items)
        items[place] = child  # type: ignore[assignment]  # in a list it is a message
        items[place + 1 :] = [_moved_item(each, by) for each in items[place + 1 :]] if by else items[place + 1 :]
        return ListValue(tuple(items), parent.start, parent.end + by)
    place = bisect_left(parent.fields, child.start + 1, key=_end)
    fields = list(parent.fields)
    fields[place] = fields[place]._replace(value=child, end=child.end)
    fields[place + 1 :] = [_moved_field(each, by) for each in fields[place + 1 :]] if by else fields[place + 1 :]
    return Message(tuple(fields), parent.start, parent.end + by)


def _moved_field(field: Field, by: int) -> Field:
    name, start, value, end, colon = field
    if type(value) is Scalar:
        kind, raw, first, last = value
        return _new(Field, (name, start + by, _new(Scalar, (kind, raw, first + by, last + by)), end + by, colon))
    return _new(Field, (name, start + by, _moved(value, by), end + by, colon))


def _moved_item(item: Scalar | Message, by: int) -> Scalar | Message:
    if isinstance(item, Scalar):
        return _new(Scalar, (item.kind, item.raw, item.start + by, item.end + by))
    fields, start, end = item
    return _new(Message, (tuple([_moved_field(each, by) for each in fields]), start + by, end + by))


def _moved(value: Value, by: int) -> Value:
    if isinstance(value, ListValue):
        items, start, end = value
        return _new(ListValue, (tuple([_moved_item(each, by) for each in items]), start + by, end + by))
    return _moved_item(value, by)
