"""The bracket that belongs to the one beside the cursor."""

from __future__ import annotations

from PySide6.QtGui import QTextDocument

_OPEN = {"{": "}", "[": "]", "<": ">"}
_CLOSE = {close: opened for opened, close in _OPEN.items()}
_FARTHEST = 20_000


def matching(document: QTextDocument, position: int) -> tuple[int, ...]:
    """The positions of the bracket at or before `position` and of its partner; empty where there is none.

    Brackets in strings and comments count as any other: a wrong partner does no harm. Looks 20,000 characters far.
    """
    for place in (position, position - 1):
        bracket = document.characterAt(place) if place >= 0 else ""
        if bracket in _OPEN:
            return _pair(document, place, bracket, _OPEN[bracket], 1)
        if bracket in _CLOSE:
            return _pair(document, place, bracket, _CLOSE[bracket], -1)
    return ()


def _pair(document: QTextDocument, place: int, bracket: str, partner: str, step: int) -> tuple[int, ...]:
    depth, at = 0, place
    last = document.characterCount()
    for _ in range(_FARTHEST):
        if not 0 <= at < last:
            return ()
        character = document.characterAt(at)
        depth += (character == bracket) - (character == partner)
        if depth == 0:
            return (place, at)
        at += step
    return ()
