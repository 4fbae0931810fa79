"""Ways to mend a text that the server cannot read, a few bytes at the place of the problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.context import Context, ModelView
from studio.core.config.draft import Draft
from studio.text.tree import Field, ListValue, Message

_QUOTED_NUMBER = re.compile(r"""(["'])([+-]?\d+)\1""")
_BARE = re.compile(r"[+-]?[\w.]+")


def _splice(title: str, model: ModelView, span: tuple[int, int], instead: str) -> Fix | None:
    """Puts another text in a place, as long as the whole is still what it was."""
    if model.draft is None:
        return None
    before = model.draft.document.text

    def edit(draft: Draft) -> Draft:
        if draft.document.text != before:
            return draft
        return draft.with_text(before[: span[0]] + instead + before[span[1] :])

    return Fix(title, edit=edit)


def _place(model: ModelView, finding: Finding) -> tuple[str, int] | None:
    """The text and the place of the problem."""
    return (model.draft.document.text, finding.span.start) if model.draft and finding.span else None


def _comma_before(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    found = _place(model, finding)
    end = _end_before(*found) if found else 0
    if found and found[0][end - 1 : end] == ",":
        yield _splice("Remove the comma", model, (end - 1, end), "")


def _end_before(text: str, place: int) -> int:
    """The end of what stands before a place, white space apart."""
    while place and text[place - 1].isspace():
        place -= 1
    return place


def _comma_missing(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    found = _place(model, finding)
    if found is None:
        return
    end = _end_before(*found)
    if found[0][end - 1 : end] not in "[,":
        yield _splice("Put a comma there", model, (end, end), ",")


def _unquote(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    found = _place(model, finding)
    match = _QUOTED_NUMBER.match(found[0], found[1]) if found else None
    if match:
        yield _splice(f"Change it to {match[2]}", model, match.span(), match[2])


def _quote(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    found = _place(model, finding)
    match = _BARE.match(found[0], found[1]) if found else None
    if match:
        yield _splice(f'Change it to "{match[0]}"', model, match.span(), f'"{match[0]}"')


def _slashes(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    found = _place(model, finding)
    if found and found[0].startswith("//", found[1]):
        yield _splice("Start the comment with #", model, (found[1], found[1] + 2), "#")


def _field_away(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    """Takes out the whole field whose name is at the place; it is looked for only then, as there may be many."""
    found = _place(model, finding)
    if found is None or finding.span is None:
        return
    text, start = found

    def edit(draft: Draft) -> Draft:
        fields = _fields(draft.document.root) if draft.document.text == text else ()
        field = next((each for each in fields if each.start == start), None)
        if field is None:
            return draft
        end = field.end
        while text[end : end + 1] and text[end] in ",; ":
            end += 1
        return draft.with_text(text[:start] + text[end:])

    yield Fix(f"Remove this “{text[start : finding.span.end]}”", edit=edit)


def _fields(message: Message) -> Iterator[Field]:
    waiting = [message]
    while waiting:
        for field in waiting.pop().fields:
            yield field
            items = field.value.items if isinstance(field.value, ListValue) else (field.value,)
            waiting += [item for item in items if isinstance(item, Message)]


MENDS: dict[str, Callable[[Context, ModelView, Finding], Iterator[Fix | None]]] = {
    "pbtxt-trailing-comma": _comma_before,
    "pbtxt-missing-comma": _comma_missing,
    "pbtxt-int-expected": _unquote,
    "pbtxt-string-expected": _quote,
    "pbtxt-comment-style": _slashes,
    "pbtxt-dup-singular": _field_away,
    "pbtxt-oneof-conflict": _field_away,
    "pbtxt-unknown-field": _field_away,
}
