"""Edits of many places of a document at once, where one after the other would parse the text anew for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from studio.text import edit
from studio.text.document import Document
from studio.text.failure import TextError
from studio.text.layout import Edit
from studio.text.parse import parse
from studio.text.tree import Path, Scalar

_MANY = 3


def replace_scalars(doc: Document, raws: Mapping[Scalar, str]) -> Document:
    """Writes other literals in place of these, which must stand in the document. Raises TextError."""
    return _applied(doc, [Edit(scalar.start, scalar.end, raw) for scalar, raw in raws.items()]) if raws else doc


def remove_all(doc: Document, paths: Iterable[Path]) -> Document:
    """Removes elements of repeated fields, none of them within another, with the comments that belong to each."""
    left = sorted(set(paths), key=_order)
    while len(left) > _MANY:
        chosen, later = _apart(doc, left)
        try:
            doc = _applied(doc, [each for edits in chosen.values() for each in edits])
        except TextError:
            break
        left = [_without(path, chosen) for path in later]
    for path in reversed(left):
        doc = edit.remove(doc, path)
    return doc


def _apart(doc: Document, paths: Sequence[Path]) -> tuple[dict[Path, list[Edit]], list[Path]]:
    """Those whose edits do not touch each other, and the rest."""
    chosen: dict[Path, list[Edit]] = {}
    later: list[Path] = []
    end = -1
    for path, edits in sorted(((path, edit.removal(doc, path)) for path in paths), key=lambda each: _start(each[1])):
        if _start(edits) > end:
            chosen[path] = edits
            end = max(each.end for each in edits)
        else:
            later.append(path)
    return chosen, sorted(later, key=_order)


def _start(edits: Sequence[Edit]) -> int:
    return min(each.start for each in edits)


def _without(path: Path, gone: Iterable[Path]) -> Path:
    """The path once those are gone."""
    place = path[-1]
    before = sum(each[:-1] == path[:-1] and _order(each) < _order(path) for each in gone)
    return (*path[:-1], place - before) if isinstance(place, int) else path


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _applied(doc: Document, edits: Sequence[Edit]) -> Document:
    pieces, end = [], 0
    for each in sorted(edits):
        pieces += [doc.text[end : each.start], each.text]
        end = each.end
    new = parse("".join([*pieces, doc.text[end:]]))
    if len(new.problems) > len(doc.problems):
        raise TextError("Change several places", "the text around them is not sound.", "Correct the text there first.")
    return new
