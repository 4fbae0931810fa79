"""What may be written at a place of a configuration: fields, values, models, tensors. Works on text being typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from studio.core.assist.cursor import Cursor, cursor, field_at, names_in, schema_at
from studio.core.assist.references import Scope, SuggestionKind, numbers, texts
from studio.core.config.schema import FieldSchema
from studio.text import layout
from studio.text.document import Document
from studio.text.tree import Span
from studio.value_class import dataclass, replace

_UNIT: Final = "  "
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to write: what it is called, what goes into `span`, and where the cursor stands in that afterwards.

    `path` is the field that it is about, for its help; `more` says that something else can be suggested right after.
    """

    label: str
    insert: str
    caret: int
    kind: SuggestionKind
    detail: str
    span: Span
    path: tuple[str, ...] = ()
    more: bool = False
    rank: int = 0


def suggestions(text: str, offset: int, scope: Scope, document: Document | None = None) -> tuple[Suggestion, ...]:
    """What may stand at a place, the likeliest first. `document` is the text as it was last parsed, if it is large."""
    at = cursor(text, offset)
    if at.kind == "none" or (at.quote and at.kind == "field"):
        return ()
    if at.kind == "field":
        found = _fields(text, at, document)
    else:
        field = field_at(at.path, at.field)
        found = _values(text, at, field, scope) if field else iter(())
    return _ranked(list(found), text[at.start : offset])[:_MOST]


def _ranked(found: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Those that fit what was typed: beginnings first, then beginnings of words, then anywhere."""
    wanted = typed.lower()
    fitting = []
    for place, each in enumerate(found):
        label = each.label.lower()
        if label.startswith(wanted):
            fit = 0
        elif f"_{wanted}" in label or f".{wanted}" in label:
            fit = 1
        elif wanted in label:
            fit = 2
        else:
            continue
        fitting.append((each.rank, fit, place, each))
    return tuple(each for *_, each in sorted(fitting, key=lambda entry: entry[:3]))


# Fields


def _fields(text: str, at: Cursor, document: Document | None) -> Iterator[Suggestion]:
    owner = schema_at(at.path)
    if owner is None:
        return
    there = set(names_in(text, at, document))
    has_value = text[at.end : at.end + 40].lstrip(" \t")[:1] in (":", "{", "[", "<")
    indent = layout.indent(text, at.start)
    for field in owner.fields.values():
        if field.name in there and not (field.repeated and field.message):
            continue
        rivals = [name for name in owner.oneofs.get(field.oneof, ()) if name in there]
        insert, caret = (field.name, len(field.name)) if has_value else _template(field, indent)
        yield Suggestion(
            field.name,
            insert,
            caret,
            "block" if field.message else "field",
            f"instead of {rivals[0]}" if rivals else _type_name(field),
            Span(at.start, at.end),
            (*at.path, field.name),
            more=not has_value and _has_choices(field),
            rank=2 if rivals else 0,
        )


def _template(field: FieldSchema, indent: str) -> tuple[str, int]:
    """How a new field is written, and where its value goes."""
    name = field.name
    if field.map and field.message:
        value = field.message.fields["value"]
        tail = ' { string_value: "" }' if value.message else ': ""'
        head = f'{name} {{\n{indent}{_UNIT}key: "'
        return f'{head}"\n{indent}{_UNIT}value{tail}\n{indent}}}', len(head)
    if field.message:
        head = f"{name} {{\n{indent}{_UNIT}"
        return f"{head}\n{indent}}}", len(head)
    quote = '"' if field.kind == "string" else ""
    head, tail = (f"{name}: [ ", " ]") if field.repeated else (f"{name}: ", "")
    return f"{head}{quote}{quote}{tail}", len(head) + len(quote)


def _type_name(field: FieldSchema) -> str:
    name = field.enum.name if field.enum else field.message.name if field.message else field.kind
    if field.map:
        return "map"
    if field.kind in ("int", "uint", "float"):
        name = f"{field.kind}{field.bits}"
    return f"list of {name}" if field.repeated else name


def _has_choices(field: FieldSchema) -> bool:
    return field.kind in ("enum", "bool", "string") or field.message is not None


# Values


def _values(text: str, at: Cursor, field: FieldSchema, scope: Scope) -> Iterator[Suggestion]:
    path = (*at.path, at.field)
    if field.message:
        if not at.quote:
            indent = layout.indent(text, at.start)
            head = f"{{\n{indent}{_UNIT}"
            yield _made(at, "{ }", f"{head}\n{indent}}}", len(head), ("block", field.message.name), path)
        return
    if field.kind == "string":
        for name, kind, detail in texts(text, at, scope):
            insert = name if at.quote else f'"{name}"'
            yield _made(at, name, insert, len(insert), (kind, detail), path)
    elif not at.quote:
        yield from _words_of(at, field, path)
        for number, detail in numbers(text, at, scope):
            yield _plain(at, str(number), ("number", detail), path)


def _words_of(at: Cursor, field: FieldSchema, path: tuple[str, ...]) -> Iterator[Suggestion]:
    """The values of an enumeration or of a boolean; the first of an enumeration, which says nothing, comes last."""
    for name in ("true", "false") if field.kind == "bool" else ():
        yield _plain(at, name, ("bool", ""), path)
    for name, number in field.enum.values.items() if field.enum else ():
        yield _plain(at, name, ("enum", ""), path, rank=int(number == 0 and name.endswith("INVALID")))


def _made(
    at: Cursor, label: str, insert: str, caret: int, about: tuple[SuggestionKind, str], path: tuple[str, ...]
) -> Suggestion:
    return Suggestion(label, insert, caret, about[0], about[1], Span(at.start, at.end), path)


def _plain(
    at: Cursor, word: str, about: tuple[SuggestionKind, str], path: tuple[str, ...], rank: int = 0
) -> Suggestion:
    return replace(_made(at, word, word, len(word), about, path), rank=rank)
