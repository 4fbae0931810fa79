"""What the rows of a waterfall show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A row: the number of its span, and the stage of it where the row is of one; -1 for the transport."""

    span: int
    stage: str = ""


TRANSPORT = Place(-1)
EARLIER, LATER = "earlier", "later"
"""In place of a stage: the steps of a span before those that are shown, and after them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in nanoseconds. `stage` gives its colour: a stage's name, "step" for what an outline holds."""

    start: int
    end: int
    stage: str
    words: str = ""
    """What stands in it where it has the room."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `lasts` is what stands at the right of its label, in nanoseconds."""

    place: Place
    title: str
    lasts: int
    start: int
    end: int
    bars: tuple[Bar, ...]
    icon: str = ""
    """The icon of a span; a stage has the square of its colour."""
    note: str = ""
    depth: int = 0
    is_outline: bool = False
    """Whether it is drawn as a frame that its bars fill, with the gaps between them."""
    folds: bool = False
    is_open: bool = False
    is_strong: bool = False
    failed: str = ""
    """Why it failed; "" for what did not."""

    def said(self) -> str:
        """What a screen reader says."""
        return f"{self.title}{f' {self.note}' if self.note else ''}, {self.lasts / 1e6:.2f} ms"
