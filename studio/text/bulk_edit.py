"""Edits of many places of a document at once, where one after the other would parse the text anew for each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from studio.text import edit
from studio.text.document import Document
from studio.text.failure import TextError
from studio.text.layout import Edit
from studio.text.reparse import applied
from studio.text.tree import Path, Scalar

_MANY = 3


def replace_scalars(doc: Document, raws: Mapping[Scalar, str]) -> Document:
    """Writes other literals in place of these, which must stand in the document. Raises TextError."""
    return _applied(doc, [Edit(scalar.start, scalar.end, raw) for scalar, raw in raws.items()]) if raws else doc


def remove_all(doc: Document, paths: Iterable[Path]) -> Document:
    """Removes elements of repeated fields, none of them within another, with the comments that belong to each."""
    left = _grouped(paths)
    while sum(map(len, left.values())) > _MANY:
        chosen = _apart(doc, left)
        try:
            doc = _applied(doc, [each for _path, edits in chosen for each in edits])
        except TextError:
            break
        left = _later(left, _grouped(path for path, _edits in chosen))
    for field, places in left.items():
        for place in reversed(places):
            doc = edit.remove(doc, (*field, place))
    return doc


def _grouped(paths: Iterable[Path]) -> dict[Path, list[int]]:
    """The places in each repeated field, sorted."""
    found: dict[Path, set[int]] = {}
    for path in paths:
        place = path[-1]
        if isinstance(place, int):
            found.setdefault(path[:-1], set()).add(place)
    return {field: sorted(places) for field, places in found.items()}


def _apart(doc: Document, wanted: Mapping[Path, list[int]]) -> list[tuple[Path, list[Edit]]]:
    """Those whose edits do not overlap."""
    edits = [
        ((*field, place), each)
        for field, places in wanted.items()
        for place, each in edit.removals(doc, field, places).items()
    ]
    chosen: list[tuple[Path, list[Edit]]] = []
    end = -1
    for path, several in sorted(edits, key=lambda item: min(each.start for each in item[1])):
        if min(each.start for each in several) >= end:
            chosen.append((path, several))
            end = max(each.end for each in several)
    return chosen


def _later(wanted: Mapping[Path, list[int]], gone: Mapping[Path, list[int]]) -> dict[Path, list[int]]:
    """What is left to remove, at its places once the others are gone."""
    found: dict[Path, list[int]] = {}
    for field, places in wanted.items():
        before = gone.get(field, [])
        done = set(before)
        found[field] = [place - bisect_left(before, place) for place in places if place not in done]
    return {field: places for field, places in found.items() if places}


def _applied(doc: Document, edits: Sequence[Edit]) -> Document:
    new = applied(doc, sorted(edits))
    if len(new.problems) > len(doc.problems):
        raise TextError("Change several places", "the text around them is not sound.", "Correct the text there first.")
    return new
