"""The outline of a configuration, as editors list it, and what of its text can be folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studio.core.config.draft import Draft
from studio.text.tree import Field, ListValue, Message, Scalar, Span
from studio.value_class import dataclass

_COMMENTS: Final = re.compile(r"(?:^[ \t]*#[^\n]*\n?){2,}", re.MULTILINE)
_SHORT: Final = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an outline: `title` is a name of the person's, `detail` what is said of it besides."""

    title: str
    detail: str
    field: str
    span: Span
    name_span: Span
    children: tuple[Entry, ...] = ()


def outline(draft: Draft) -> tuple[Entry, ...]:
    """The fields of a configuration in their order; tensors, steps and the like by their names."""
    return tuple(_entries(draft.document.root))


def foldable(draft: Draft) -> Iterator[tuple[Span, bool]]:
    """What spans several lines: messages and lists, and runs of comments, for which the second value is true."""
    source = draft.document.text
    for span in _brackets(draft.document.root):
        if "\n" in source[span.start : span.end]:
            yield span, False
    for found in _COMMENTS.finditer(source):
        yield Span(found.start(), found.start() + len(found[0].rstrip("\n"))), True


def _brackets(message: Message) -> Iterator[Span]:
    for field in message.fields:
        value = field.value
        if not isinstance(value, Scalar):
            yield value.span
        items = value.items if isinstance(value, ListValue) else (value,)
        for item in items:
            if isinstance(item, Message):
                if isinstance(value, ListValue):
                    yield item.span
                yield from _brackets(item)


def _entries(message: Message) -> Iterator[Entry]:
    for field in message.fields:
        if isinstance(field.value, ListValue) and any(isinstance(each, Message) for each in field.value.items):
            yield from (_entry(field, each, each.span) for each in field.value.items)
        else:
            yield _entry(field, field.value, field.span)


def _entry(field: Field, value: Scalar | Message | ListValue, span: Span) -> Entry:
    within = span.start <= field.start
    name_span = field.name_span if within else Span(span.start, span.start + 1)
    if not isinstance(value, Message):
        written = value.raw if isinstance(value, Scalar) else _listed(value)
        return Entry(field.name or "?", written[:_SHORT], field.name, span, name_span)
    first = {each.name: each.value for each in reversed(value.fields)}
    title = next((_string(first[key]) for key in ("name", "model_name", "key") if key in first), "")
    detail = f"{field.name} {_tensor_detail(first)}".strip() if title else ""
    return Entry(title or field.name or "?", detail, field.name, span, name_span, tuple(_entries(value)))


def _listed(value: ListValue) -> str:
    return f"[{', '.join(item.raw for item in value.items[:_SHORT] if isinstance(item, Scalar))}]"


def _tensor_detail(first: dict[str, Scalar | Message | ListValue]) -> str:
    kind = first.get("data_type")
    return kind.raw.removeprefix("TYPE_") if isinstance(kind, Scalar) else ""


def _string(value: Scalar | Message | ListValue) -> str:
    return value.raw.strip("\"'") if isinstance(value, Scalar) else ""
