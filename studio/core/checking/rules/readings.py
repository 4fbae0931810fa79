"""What holds of a model whose text the server cannot read, whatever is meant by the parts that are not sound."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.unsound.reading import Reading
from studio.core.config.draft import Draft
from studio.text.tree import Span
from studio.value_class import replace

_OF_WHOLE = ("ens-",)
"""Rules that hold the parts of a configuration against each other by name."""


def shared(context: Context, model: ModelView) -> Iterator[Finding]:
    """The findings that every reading of the text has, at their places in the text as it is.

    What is unsure has its own finding already, so that nothing else is said of the same place.
    """
    if model.draft is None or not model.text.readings:
        return
    first, *others = model.text.readings
    found = _found(context, model.name, first)
    for reading in others:
        known = {_mark(each) for each in _found(context, model.name, reading)} if found else set()
        found = [each for each in found if _mark(each) in known]
    for each in found:
        placed = _placed(model.draft, first, each)
        if model.text.is_open and placed.rule.startswith(_OF_WHOLE):
            continue
        if placed.span is None or not any(_meet(placed.span, span) for span in model.text.unsure):
            yield placed


def _found(context: Context, name: str, reading: Reading) -> list[Finding]:
    read = context.with_draft(name, reading.draft)
    model = read.model(name)
    return list(read.judged(model)) if model and model.is_sound else []


def _mark(finding: Finding) -> tuple[object, ...]:
    # Not by the rule: the same may be said of a model that batches and of one that does not.
    return finding.message, finding.path, finding.severity


def _meet(one: Span, other: Span) -> bool:
    return one.start < max(other.end, other.start + 1) and other.start < max(one.end, one.start + 1)


def _placed(written: Draft, reading: Reading, finding: Finding) -> Finding:
    fixes = tuple(_translated(written, reading, fix) for fix in finding.fixes)
    if finding.span is None:
        return replace(finding, fixes=fixes)
    span = reading.patch.span(finding.span)
    line, column = written.document.line_column(span.start)
    return replace(finding, span=span, line=line, column=column, fixes=fixes)


def _translated(written: Draft, reading: Reading, fix: Fix) -> Fix:
    """A fix that was made for a reading, for the text as it is."""
    made = fix.edit
    if made is None:
        return fix
    before = written.document.text

    def edit(draft: Draft) -> Draft:
        if draft.document.text != before:
            return draft
        return draft.with_text(reading.patch.translated(before, made(reading.draft).document.text))

    return replace(fix, edit=edit)
