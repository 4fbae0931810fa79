"""Moving elements past each other, each with its comments, while separators and white space stay where they are."""

from __future__ import annotations

from collections.abc import Sequence

from studio.named_tuple import NamedTuple
from studio.text import layout
from studio.text.layout import Edit
from studio.text.tree import Field, ListValue, Message, Scalar


class _Slot(NamedTuple):
    """A place in the text: from its comments above to the one that trails, with the separator's bounds within."""

    start: int
    core: int
    end: int
    behind: int
    tail: int


def move_fields(text: str, fields: Sequence[Field], source: int, target: int) -> list[Edit]:
    """The edits that move one of the fields to the place of another."""
    bounds = [(f.start, f.end, layout.separator_end(text, f.end)) for f in fields]
    return _move(text, [_slot(text, *bound) for bound in bounds], source, target)


def move_items(text: str, value: ListValue, source: int, target: int) -> list[Edit]:
    """The edits that move one item of a list to the place of another."""
    last = len(value.items) - 1
    bounds = [
        (item.start, item.end, item.end if place == last else layout.comma(text, item.end) + 1)
        for place, item in enumerate(value.items)
    ]
    return _move(text, [_slot(text, *bound) for bound in bounds], source, target)


def move_values(text: str, values: Sequence[Scalar | Message], source: int, target: int) -> list[Edit]:
    """The edits that move values only, where some stand in lists and some do not."""
    return _move(text, [_Slot(v.start, v.start, v.end, v.end, v.end) for v in values], source, target)


def _slot(text: str, start: int, end: int, behind: int) -> _Slot:
    if not layout.begins_line(text, start) or not layout.ends_line(text, behind):
        return _Slot(start, start, end, behind, behind)
    return _Slot(layout.lead(text, start), start, end, behind, layout.tail(text, behind))


def _move(text: str, slots: list[_Slot], source: int, target: int) -> list[Edit]:
    own_lines = all(slot.start < slot.core or layout.begins_line(text, slot.core) for slot in slots)
    if not own_lines or any(not layout.ends_line(text, slot.tail) for slot in slots):
        slots = [_Slot(slot.core, slot.core, slot.end, slot.end, slot.end) for slot in slots]
    order = list(range(len(slots)))
    order.insert(target, order.pop(source))
    return [
        Edit(slot.start, slot.tail, _filled(text, slot, slots[place]))
        for slot, place in zip(slots, order, strict=True)
        if slot is not slots[place]
    ]


def _filled(text: str, slot: _Slot, moved: _Slot) -> str:
    """What a slot reads when another's content stands in it."""
    separator = text[slot.end : slot.behind]
    return text[moved.start : moved.end] + separator + text[moved.behind : moved.tail]
