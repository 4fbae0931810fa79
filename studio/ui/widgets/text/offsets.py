"""Between a document's characters and the positions of a Qt text editor that shows it."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

_ODD = re.compile("\r\n|[\r\0\u2028\u2029\ufdd0\ufdd1\ufeff\ufffe\udc80-\udcff\U00010000-\U0010ffff]")
"""Qt ends lines at some of these, and takes a byte order mark off the text that it is given."""
_STAND_INS = {"\r": "\u240d", "\0": "\u2400"}


@dataclass(frozen=True, slots=True)
class Offsets:
    """How one text is shown: line ends as Qt wants them, and one stand-in for each character that it cannot hold.

    Qt counts in UTF-16 units. `_text` and `_shown` are where the two begin to differ, as parallel lists.
    """

    text: str
    shown: str
    _text: tuple[int, ...]
    _shown: tuple[int, ...]

    def to_shown(self, offset: int) -> int:
        """The editor's position of a character of the text."""
        place = bisect.bisect_right(self._text, offset) - 1
        return offset if place < 0 else self._shown[place] + offset - self._text[place]

    def to_text(self, position: int) -> int:
        """The character of the text at the editor's position."""
        place = bisect.bisect_right(self._shown, position) - 1
        return position if place < 0 else self._text[place] + position - self._shown[place]

    @property
    def line_end(self) -> str:
        """What the file writes at the end of most lines."""
        pairs = self.text.count("\r\n")
        return "\r\n" if pairs and pairs * 2 >= self.text.count("\n") else "\n"

    @property
    def is_plain(self) -> bool:
        """Whether text and editor hold the same characters."""
        return not self._text


def offsets(text: str) -> Offsets:
    """The mapping of a text; free where nothing differs."""
    if text.isascii() and "\r" not in text and "\0" not in text:
        return Offsets(text, text, (), ())
    shown: list[str] = []
    at_text: list[int] = []
    at_shown: list[int] = []
    done = length = 0
    for match in _ODD.finditer(text):
        stand_in, units = _shown_as(match.group())
        length += match.start() - done
        shown += (text[done : match.start()], stand_in)
        length += units
        done = match.end()
        at_text.append(done)
        at_shown.append(length)
    shown.append(text[done:])
    return Offsets(text, "".join(shown), tuple(at_text), tuple(at_shown))


def _shown_as(odd: str) -> tuple[str, int]:
    """What Qt is given, and how many UTF-16 units that takes."""
    if odd == "\r\n":
        return "\n", 1
    if ord(odd[0]) > 0xFFFF:
        return odd, 2
    return _STAND_INS.get(odd, "\ufffd"), 1


_PIECES = re.compile("\r\n|.", re.DOTALL)


def pieces(text: str) -> list[tuple[str, str]]:
    """A text as what the file holds and what the editor shows for it, one by one."""
    return [(piece, _shown_as(piece)[0] if _ODD.fullmatch(piece) else piece) for piece in _PIECES.findall(text)]


def rewritten(old: str, shown: str, line_end: str) -> str:
    """What a part of the file becomes when the editor shows `shown` in its place.

    Qt reports more than was typed; what it shows unchanged at either end keeps its bytes, stand-ins included.
    """
    held, new = pieces(old), list(shown)
    start = end = 0
    most = min(len(held), len(new))
    while start < most and held[start][1] == new[start]:
        start += 1
    while end < most - start and held[-1 - end][1] == new[-1 - end]:
        end += 1
    typed = "".join(new[start : len(new) - end]).replace("\n", line_end)
    before, after = held[:start], held[len(held) - end :]
    return "".join(piece for piece, _ in before) + typed + "".join(piece for piece, _ in after)
