"""What a text that cannot be read most likely says, and which fields nobody can know of."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.assist.places import path_at
from studio.core.checking.unsound.reading import Reading
from studio.core.checking.unsound.recovered import recovered
from studio.core.config.conformance import conformance
from studio.core.config.draft import Draft
from studio.core.config.schema import model_config
from studio.text.tree import Path

_LONGEST = 8_000
"""Characters of a text that is read so while somebody types in it."""
_MOST = 20
"""Mistakes of the syntax, likewise."""


def likeliest(text: Draft) -> tuple[Draft, frozenset[Path]] | None:
    """The likeliest reading of a text, with the fields whose value is a guess; None where too much is wrong."""
    document = text.document
    if len(document.text) > _LONGEST or len(document.problems) > _MOST:
        return None
    readings = recovered(document.text, model_config()).readings
    return (readings[0].draft, frozenset(_guessed(readings[0]))) if readings else None


def refused(text: Draft) -> frozenset[Path]:
    """The fields of a text that parses whose values are none for the server; none where the text is very long."""
    document, schema = text.document, model_config()
    if len(document.text) > _LONGEST or not conformance(document, schema):
        return frozenset()
    mistakes = recovered(document.text, schema).mistakes
    return frozenset(path_at(document, each.problem.span.start) for each in mistakes) - {()}


def _guessed(reading: Reading) -> Iterator[Path]:
    """The fields whose text is one of several that it may have been."""
    document = reading.draft.document
    for slot in reading.patch.slots:
        shown = document.text[slot.span.start : slot.span.end]
        if slot.others and shown.strip():
            path = path_at(document, slot.span.start + len(shown) - len(shown.lstrip()))
            if path:
                yield path
