"""How two texts differ: hunks of lines, the words that changed in them, and one hunk taken back."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from studio.named_tuple import NamedTuple

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_EXACT: Final = 600
_LONGEST: Final = 400


class Hunk(NamedTuple):
    """Lines of the text before that became other lines after; both begin with a line counted from 0."""

    before: int
    removed: tuple[str, ...]
    after: int
    added: tuple[str, ...]


class Row(NamedTuple):
    """One line of a unified view. `sign` is " ", "-" or "+", `hunk` the place of its hunk or -1.

    `before` and `after` are its numbers from 1 in either text, 0 where it is not there; `words` the changed columns.
    """

    sign: str
    text: str
    before: int
    after: int
    hunk: int
    words: tuple[tuple[int, int], ...] = ()


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends; only a line feed ends a line."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """Where two texts differ, from the top."""
    old, new = lines_of(before), lines_of(after)
    start, end = common_ends(old, new)
    middle = old[start : len(old) - end], new[start : len(new) - end]
    exact = max(len(part) for part in middle) <= _MOST_EXACT
    matcher = difflib.SequenceMatcher(None, *middle, autojunk=not exact)
    return tuple(
        Hunk(start + i, tuple(middle[0][i:j]), start + k, tuple(middle[1][k:m]))
        for kind, i, j, k, m in matcher.get_opcodes()
        if kind != "equal"
    )


def reverted(after: str, hunk: Hunk) -> str:
    """The text after with one of its hunks as it was before."""
    new = lines_of(after)
    new[hunk.after : hunk.after + len(hunk.added)] = hunk.removed
    return _joined(new)


def rows(before: str, found: Sequence[Hunk], context: int = 3) -> list[list[Row]]:
    """The unified view of hunks: for each group of near ones its lines with a few around them."""
    old = lines_of(before)
    groups: list[list[Row]] = []
    last, shift = -1, 0
    for place, hunk in enumerate(found):
        first = max(last, hunk.before - context, 0)
        if first > last or not groups:
            groups.append([])
        groups[-1] += [_same(old, line, shift) for line in range(first, hunk.before)]
        groups[-1] += _changed(hunk, place)
        shift += len(hunk.added) - len(hunk.removed)
        last = hunk.before + len(hunk.removed)
        upto = min(len(old), last + context, found[place + 1].before if place + 1 < len(found) else len(old))
        groups[-1] += [_same(old, line, shift) for line in range(last, upto)]
        last = upto
    return groups


def _same(old: list[str], line: int, shift: int) -> Row:
    return Row(" ", old[line].rstrip("\r\n"), line + 1, line + 1 + shift, -1)


def _changed(hunk: Hunk, place: int) -> list[Row]:
    removed, added = list(hunk.removed), list(hunk.added)
    pairs = [words(one, other) for one, other in zip(removed, added, strict=False)]
    found = []
    for index, line in enumerate(removed):
        marked = pairs[index][0] if index < len(pairs) else ()
        found.append(Row("-", line.rstrip("\r\n"), hunk.before + index + 1, 0, place, marked))
    for index, line in enumerate(added):
        marked = pairs[index][1] if index < len(pairs) else ()
        found.append(Row("+", line.rstrip("\r\n"), 0, hunk.after + index + 1, place, marked))
    return found


def words(before: str, after: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The columns of two lines in which they differ; nothing where they have little in common."""
    if max(len(before), len(after)) > _LONGEST:
        return (), ()
    old, new = _WORD.findall(before.rstrip("\r\n")), _WORD.findall(after.rstrip("\r\n"))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        return (), ()
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return (
        tuple(_columns(old, i, j) for _, i, j, _, _ in codes if i < j),
        tuple(_columns(new, k, m) for _, _, _, k, m in codes if k < m),
    )


def _columns(parts: list[str], first: int, last: int) -> tuple[int, int]:
    start = sum(map(len, parts[:first]))
    return start, start + sum(map(len, parts[first:last]))


def _joined(lines: Sequence[str]) -> str:
    """Lines as one text; one that lacks its end and is no longer the last gets it."""
    fixed = [
        line if line.endswith("\n") or place == len(lines) - 1 else line + "\n" for place, line in enumerate(lines)
    ]
    return "".join(fixed)


def common_ends(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines are the same at the start and at the end."""
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    rest = most - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return start, end
