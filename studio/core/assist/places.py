"""Between a path of the document and its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter
from typing import Final

from studio.core.config.schema import MessageSchema, model_config
from studio.text.document import Document, find
from studio.text.tree import ListValue, Message, Path, Span, Value

_WORD: Final = re.compile(r"[\w.-]+")
_START: Final = attrgetter("start")


def span_of(document: Document, path: Path) -> Span | None:
    """Where the field at a path stands, or the nearest of its parents that does."""
    for length in range(len(path), 0, -1):
        found = find(document, path[:length])
        if found is not None:
            return found.span
    return None


def path_at(document: Document, offset: int) -> Path:
    """The path of the innermost field around a place of the text; empty where there is none."""
    return _inside(document.root, offset, (), model_config())


def _inside(message: Message, offset: int, above: Path, schema: MessageSchema | None) -> Path:
    behind = bisect_right(message.fields, offset, key=_START)
    # Where two touch, the first of them.
    around = [index for index in range(max(0, behind - 2), behind) if offset <= message.fields[index].end]
    if not around:
        return above
    field = message.fields[around[0]]
    known = schema.fields.get(field.name) if schema else None
    repeated = known.repeated if known else isinstance(field.value, ListValue)
    first = sum(len(_items(each.value)) for each in message.fields[: around[0]] if each.name == field.name)
    for place, item in enumerate(_items(field.value), first):
        if isinstance(item, Message) and item.start <= offset <= item.end:
            here = (*above, field.name, place) if repeated else (*above, field.name)
            return _inside(item, offset, here, known.message if known else None)
    return (*above, field.name)


def _items(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, ListValue) else (value,)


def word_at(text: str, offset: int) -> Span:
    """The word around a place of the text, its digits, dots and hyphens included; empty where there is none."""
    start, end = text.rfind("\n", 0, offset) + 1, text.find("\n", offset)
    line = text[start : len(text) if end < 0 else end]
    found = (m.span() for m in _WORD.finditer(line) if m.start() <= offset - start <= m.end())
    first, last = next(found, (offset - start, offset - start))
    return Span(start + first, start + last)
