"""Which elements of a repeated field are the same one in three versions of a configuration."""

from __future__ import annotations

from typing import Final

from studio.core.merging.content import literal
from studio.text.document import Element, occurrences
from studio.text.tree import Message, Scalar

_EMPTY: Final = Message((), 0, 0)
_CALLED: Final = ("name", "key", "model_name")


def aligned(elements: tuple[list[Element], ...]) -> tuple[list[str], ...] | None:
    """What the elements are called in base, mine and theirs, so that the same one has the same name; None if unsure."""
    if not all(isinstance(each.value, Message) for side in elements for each in side):
        return None
    base, mine, theirs = ([_called(message_of(each)) for each in side] for side in elements)
    if _is_in_place(base, mine) and _is_in_place(base, theirs):
        numbered = [str(place) for place in range(len(base))]
        if mine == theirs == base and len(set(base)) == len(base):
            numbered = base
        return numbered, numbered, numbered
    if any(len(set(side)) < len(side) or "" in side for side in (base, mine, theirs)):
        return None
    return (base, mine, theirs) if _in_order(base, mine) and _in_order(base, theirs) else None


def _called(message: Message) -> str:
    for name in _CALLED:
        found = next((element.value for element in occurrences(message, name)), None)
        if isinstance(found, Scalar):
            called = literal(found)
            return called.decode("utf-8", "replace") if isinstance(called, bytes) else str(called)
    return ""


def _is_in_place(before: list[str], after: list[str]) -> bool:
    """Whether elements were at most renamed where they stand."""
    if len(before) != len(after):
        return False
    renamed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    return all(new not in before and old not in after for old, new in renamed)


def _in_order(before: list[str], after: list[str]) -> bool:
    return [key for key in before if key in after] == [key for key in after if key in before]


def message_of(element: Element | None) -> Message:
    """The message that an element is; an empty one where there is none."""
    return element.value if element and isinstance(element.value, Message) else _EMPTY
