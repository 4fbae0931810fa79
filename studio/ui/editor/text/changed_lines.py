"""Which lines of a text differ from the file's."""

from __future__ import annotations

import difflib

from studio.text.hunks import common_ends

_MOST_COMPARED = 600


def changed_lines(before: str, after: str) -> frozenset[int]:
    """The lines of `after`, from 0, that a comparison with `before` finds new or changed.

    What lies between the first and the last difference is compared; where that is long, all of it counts as changed.
    """
    if before == after:
        return frozenset()
    old, new = before.split("\n"), after.split("\n")
    start, end = common_ends(old, new)
    middle = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(part) for part in middle) > _MOST_COMPARED:
        return frozenset(range(start, len(new) - end))
    matcher = difflib.SequenceMatcher(None, *middle, autojunk=False)
    return frozenset(
        start + line
        for kind, _, _, first, last in matcher.get_opcodes()
        if kind != "equal"
        for line in range(first, last)
    )
