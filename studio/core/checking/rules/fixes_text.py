"""Ways to mend a text that the server cannot read, a few bytes at the place of the problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.parse import messages
from studio.core.config.draft import Draft
from studio.text.tree import Field, ListValue, Message

_NAME_BEFORE = re.compile(r"(\w+)\s*:?\s*\[?[^:{}\[\]]*$")
_CHOICES = 3


def _place(model: ModelView, finding: Finding) -> tuple[str, int] | None:
    """The text and the place of the problem."""
    return (model.draft.document.text, finding.span.start) if model.draft and finding.span else None


def _alike(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    """The values that look most like a word which is none, for a person to choose from."""
    found = _place(model, finding)
    if found is None or finding.span is None or finding.fixes:
        return
    text, start = found
    word, end = text[start : finding.span.end], finding.span.end
    field = _NAME_BEFORE.search(text, 0, start)
    for name in _values_like(field[1] if field else "", word):
        yield Fix(f"Change {word} to {name}", edit=_splicing(text, (start, end), name))


def _splicing(before: str, span: tuple[int, int], instead: str) -> Callable[[Draft], Draft]:
    """Puts another text in a place, as long as the whole is still what it was."""

    def edit(draft: Draft) -> Draft:
        if draft.document.text != before:
            return draft
        return draft.with_text(before[: span[0]] + instead + before[span[1] :])

    return edit


def _values_like(field: str, word: str) -> list[str]:
    enums = {name: known.enum for each in messages().values() for name, known in each.fields.items() if known.enum}
    known = tuple(enums[field].values) if field in enums else ()
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=_CHOICES, cutoff=0.4)
    return near or [name for name in known if not name.endswith("_INVALID")][:_CHOICES]


def _field_away(_context: Context, model: ModelView, finding: Finding) -> Iterator[Fix | None]:
    """Takes out the whole field whose name is at the place; it is looked for only then, as there may be many."""
    found = _place(model, finding)
    # A field that is only misspelt is meant to be there.
    if found is None or finding.span is None or any(fix.safe for fix in finding.fixes):
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
    "pbtxt-unknown-enum": _alike,
    "pbtxt-dup-singular": _field_away,
    "pbtxt-oneof-conflict": _field_away,
    "pbtxt-unknown-field": _field_away,
}
