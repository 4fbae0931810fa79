"""What a person does to whole lines: comment, move, copy or delete them. Each gives the text and the selection."""

from __future__ import annotations

import re
from typing import Final

from studio.named_tuple import NamedTuple
from studio.text import layout

_COMMENTED: Final = re.compile(r"([ \t]*)# ?")


class ChangedLines(NamedTuple):
    """A text after a change of lines, and the selection in it."""

    text: str
    start: int
    end: int


def toggle_comment(text: str, start: int, end: int) -> ChangedLines:
    """Comments the lines of a selection out; where all of them are comments, makes them text again."""
    first, last = _bounds(text, start, end)
    lines = text[first:last].split("\n")
    filled = [line for line in lines if line.strip()]
    if filled and all(_COMMENTED.match(line) for line in filled):
        new = [_COMMENTED.sub(r"\1", line, count=1) for line in lines]
    else:
        depth = min((len(line) - len(line.lstrip()) for line in filled), default=0)
        new = [f"{line[:depth]}# {line[depth:]}" if line.strip() or not filled else line for line in lines]
    return _replaced(text, first, last, "\n".join(new), start, end)


def move_lines(text: str, start: int, end: int, by: int) -> ChangedLines:
    """Moves the lines of a selection up (-1) or down (1) past the next one; as it is at either end of the text."""
    first, last = _bounds(text, start, end)
    block = text[first:last]
    if by < 0 and first > 0:
        above = layout.line_start(text, first - 1)
        neighbour = text[above : first - 1]
        new = text[:above] + block + "\n" + neighbour + text[last:]
        shift = above - first
    elif by > 0 and last + 1 < len(text):
        below = text.find("\n", last + 1)
        below = len(text) if below < 0 else below
        neighbour = text[last + 1 : below]
        new = text[:first] + neighbour + "\n" + block + text[below:]
        shift = len(neighbour) + 1
    else:
        return ChangedLines(text, start, end)
    return ChangedLines(new, start + shift, min(end + shift, len(new)))


def copy_lines(text: str, start: int, end: int, by: int) -> ChangedLines:
    """Writes the lines of a selection once more; the selection is in the upper (-1) or the lower (1) ones."""
    first, last = _bounds(text, start, end)
    block = text[first:last] + "\n"
    shift = len(block) if by > 0 else 0
    return ChangedLines(text[:first] + block + text[first:], start + shift, end + shift)


def delete_lines(text: str, start: int, end: int) -> ChangedLines:
    """Takes the lines of a selection away."""
    first, last = _bounds(text, start, end)
    if last < len(text):
        last += 1
    elif first > 0:
        first -= 1
    new = text[:first] + text[last:]
    at = layout.line_start(new, min(first, len(new)))
    return ChangedLines(new, at, at)


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole lines of a selection, without the end of the last; a line that it only touches at its start is not."""
    if end > start and text[end - 1] == "\n":
        end -= 1
    after = text.find("\n", end)
    return layout.line_start(text, start), len(text) if after < 0 else after


def _replaced(text: str, first: int, last: int, new: str, start: int, end: int) -> ChangedLines:
    """The text with lines changed; an empty selection keeps its distance to the end of its line."""
    whole = text[:first] + new + text[last:]
    if start == end:
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        at = max(first, start + len(whole) - len(text))
        return ChangedLines(whole, at, at)
    return ChangedLines(whole, first, first + len(new))
