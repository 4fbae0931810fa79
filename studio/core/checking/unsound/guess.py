"""What is put in the place of a mistake so that the rest can be read."""

from __future__ import annotations

import re

from studio.core.checking.unsound.patch import Slot
from studio.text.layout import Edit
from studio.text.tree import Span
from studio.value_class import dataclass

_IN_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """A change that mends one mistake.

    `title` is that of the fix, "" where the change only makes room; `safe`: it says just what was meant. `others` are
    texts that may stand in its place as well, none where there is no doubt; `whole` the field that may be gone;
    `slots` other places that are unsure because of it. `rule` and `message` where the parser's words mislead.
    `is_last`: what follows in the text can be judged only once this is mended. `is_open`: as for a slot.
    """

    change: Edit
    title: str = ""
    safe: bool = False
    others: tuple[str, ...] = ()
    whole: Span | None = None
    slots: tuple[Slot, ...] = ()
    rule: str = ""
    message: str = ""
    is_last: bool = False
    is_open: bool = False


def blank(text: str, start: int, end: int) -> Edit:
    """Takes out a part of a text and leaves all else in its place."""
    return Edit(start, end, _IN_LINE.sub(lambda found: " " * len(found[0]), text[start:end]))
