"""A text that is changed step by step, and where each character of it stood in the text that it was."""

from __future__ import annotations

from studio.named_tuple import NamedTuple
from studio.text.hunks import hunks, lines_of
from studio.text.layout import Edit
from studio.text.tree import Span
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Slot:
    """A place whose text is not known for sure: other texts that it may have, and the field that may be gone.

    Offsets are those of the patched text. `is_open`: any field or name may have been meant, not one value of a few.
    """

    span: Span
    others: tuple[str, ...] = ()
    whole: Span | None = None
    is_open: bool = False


class _Piece(NamedTuple):
    """A run of characters, and the range that they had or came in the place of."""

    length: int
    start: int
    end: int

    @property
    def is_kept(self) -> bool:
        """Whether each character has one of its own to stand for."""
        return self.length == self.end - self.start

    def part(self, first: int, last: int) -> _Piece:
        """Some of its characters."""
        if self.is_kept:
            return _Piece(last - first, self.start + first, self.start + last)
        return _Piece(last - first, self.start, self.end)


class Patch:
    """A text with changes made. `slots` are the places that are unsure."""

    def __init__(self, text: str, pieces: tuple[_Piece, ...] = (), slots: tuple[Slot, ...] = ()) -> None:
        self.text = text
        self.slots = slots
        self._pieces = pieces or (_Piece(len(text), 0, len(text)),)

    def origin(self, offset: int) -> int:
        """Where a character stood; for one that was put in, where it was put."""
        before = 0
        for piece in self._pieces:
            if offset < before + piece.length:
                return piece.start + (offset - before if piece.is_kept else 0)
            before += piece.length
        return self._pieces[-1].end if self._pieces else 0

    def span(self, span: Span) -> Span:
        """Where a range stood."""
        parts = self._cut(span.start, span.end)
        start = self.origin(span.start)
        return Span(start, max((part.end for part in parts), default=start))

    def edit(self, change: Edit) -> Edit:
        """A change of this text as one of the first."""
        return Edit(*self.span(Span(change.start, change.end)), change.text)

    def apply(self, change: Edit) -> None:
        """Changes the text, and moves what is known of places in it along."""
        start, end, text = change
        place = self.span(Span(start, end))
        pieces = [*self._cut(0, start), _Piece(len(text), *place), *self._cut(end, len(self.text))]
        self._pieces = tuple(piece for piece in pieces if piece.length)
        self.text = f"{self.text[:start]}{text}{self.text[end:]}"
        by = len(text) - (end - start)
        self.slots = tuple(_moved(slot, start, end, by) for slot in self.slots)

    def translated(self, original: str, after: str) -> str:
        """The first text with what makes this one another."""
        for change in reversed(_changes(self.text, after)):
            start, end, text = self.edit(change)
            original = f"{original[:start]}{text}{original[end:]}"
        return original

    def copy(self) -> Patch:
        """The same, to be changed on its own."""
        return Patch(self.text, self._pieces, self.slots)

    def _cut(self, first: int, last: int) -> list[_Piece]:
        """The pieces of a range of the text."""
        found, before = [], 0
        for piece in self._pieces:
            start, end = max(first - before, 0), min(last - before, piece.length)
            if start < end:
                found.append(piece.part(start, end))
            before += piece.length
        return found


def _changes(before: str, after: str) -> list[Edit]:
    """What makes one text another, line by line, and of a line no more than needs be."""
    starts = [0]
    for line in lines_of(before):
        starts.append(starts[-1] + len(line))
    found = []
    for hunk in hunks(before, after):
        old, new = "".join(hunk.removed), "".join(hunk.added)
        first = _alike(old, new)
        last = _alike(old[first:][::-1], new[first:][::-1])
        start = starts[hunk.before] + first
        found.append(Edit(start, start + len(old) - first - last, new[first : len(new) - last]))
    return found


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    most = min(len(one), len(other))
    return next((place for place in range(most) if one[place] != other[place]), most)


def _moved(slot: Slot, start: int, end: int, by: int) -> Slot:
    """A slot after a change; of one that was cut it is known only that nobody knows what stands there."""
    span = _shifted(slot.span, start, end, by)
    if span is None:
        union = Span(min(slot.span.start, start), max(slot.span.end, end) + by)
        return Slot(union, is_open=slot.is_open)
    return replace(slot, span=span, whole=_shifted(slot.whole, start, end, by) if slot.whole else None)


def _shifted(span: Span, start: int, end: int, by: int) -> Span | None:
    """A range after a change: the same before it, moved behind it, longer around it; None where it is cut."""
    if span.end <= start:
        return span
    if span.start >= end:
        return Span(span.start + by, span.end + by)
    return Span(span.start, span.end + by) if span.start <= start and end <= span.end else None
