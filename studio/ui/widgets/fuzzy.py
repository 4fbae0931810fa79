"""Fuzzy matching: the letters of a query in their order, best where they start words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> int | None:
    """How well a text answers a query; None where a letter is missing. Higher is better."""
    wanted, held = query.casefold().replace(" ", ""), text.casefold()
    if not wanted:
        return 0
    at = held.find(wanted)
    if at >= 0:
        return 1000 - at + (200 if _starts_word(held, at) else 0)
    total, position = 0, -1
    for letter in wanted:
        found = _next(held, letter, position + 1)
        if found < 0:
            return None
        total += 10 if _starts_word(held, found) else 6 if found == position + 1 else 1
        position = found
    return total - len(held) // 8


def _next(text: str, letter: str, start: int) -> int:
    """The next place of a letter; one that starts a word is preferred."""
    found = text.find(letter, start)
    at = found
    while at >= 0 and not _starts_word(text, at):
        at = text.find(letter, at + 1)
    return at if at >= 0 else found


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def ranked(query: str, items: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """The items that answer a query, best first; in their own order where they are equal."""
    scored = [(score(query, text(item)), item) for item in items]
    return [item for value, item in sorted(((v, i) for v, i in scored if v is not None), key=lambda p: -p[0])]
