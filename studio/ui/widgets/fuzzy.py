"""Fuzzy matching: the words of a query in any order, its letters as initials, or one letter wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

_SAME, _BEGINS, _WORDS, _RUN, _INITIALS, _MISTYPED, _LOOSE = (8000, 7000, 5000, 4000, 3000, 2000, 0)
"""How good an answer of each kind is; within a kind less than a thousand decides."""
_SHORT = 4
"""Of a word with fewer letters none may be wrong."""
_MANY = 3000
"""Among more items typing errors are looked for only where nothing else was found, and among the first so many."""


def score(query: str, text: str, more: str = "") -> int | None:
    """How well a text, with `more` beside it, answers a query; None where it does not. Higher is better."""
    wanted, title = _plain(query), _plain(text)
    if not wanted:
        return 0
    held = f"{title} {_plain(more)}".strip()
    found = _direct(wanted, title, held)
    if found is None:
        found = _mistyped(wanted, held)
    return _loose(wanted.replace(" ", ""), held) if found is None else found


def ranked(
    query: str, items: Iterable[T], text: Callable[[T], str], more: Callable[[T], str] = lambda _: ""
) -> list[T]:
    """The items that answer a query, best first; in their own order where they are equal."""
    every = list(items)
    if not query.strip() or len(every) <= _MANY:
        return _sorted([(score(query, text(item), more(item)), item) for item in every])
    wanted = _plain(query)
    direct = [(_direct(wanted, _plain(text(item)), _plain(f"{text(item)} {more(item)}")), item) for item in every]
    return _sorted(direct) or _sorted([(score(query, text(item), more(item)), item) for item in every[:_MANY]])


def _sorted(scored: Sequence[tuple[int | None, T]]) -> list[T]:
    return [item for _, item in sorted(((s, item) for s, item in scored if s is not None), key=lambda pair: -pair[0])]


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    """A text as it is compared: without case, marks of typography and blanks at its ends."""
    return " ".join(text.casefold().replace("’", "'").replace("…", "").split())


def _direct(wanted: str, title: str, held: str) -> int | None:
    """The answer of a text that has all that was typed, in whole or as initials."""
    if wanted == title:
        return _SAME
    if title.startswith(wanted):
        return _BEGINS - len(title)
    places = [_place(word, held) for word in wanted.split()]
    if all(place is not None for place in places):
        return _WORDS + sum(place or 0 for place in places) // len(places) + _in_order(wanted, held) - len(title)
    squeezed = wanted.replace(" ", "")
    if squeezed in title.replace(" ", ""):
        return _RUN - len(title)
    return _INITIALS - len(title) if _are_initials(squeezed, held.split()) else None


def _place(word: str, held: str) -> int | None:
    """How good the best place of a word is: one that is a whole word, that begins one, or that is within one."""
    best, at = None, held.find(word)
    while at >= 0:
        end = at + len(word)
        begins = at == 0 or not held[at - 1].isalnum()
        ends = end == len(held) or not held[end].isalnum()
        best = max(best or 0, 400 * begins + 100 * (begins and ends) + max(0, 99 - at))
        at = held.find(word, at + 1)
    return best


def _in_order(wanted: str, held: str) -> int:
    """Words in the order of the text are better than others."""
    return 200 if wanted in held else 0


def _are_initials(letters: str, words: Sequence[str]) -> bool:
    """Whether letters are the beginnings of words, in the order of the words."""
    if not letters:
        return True
    for at, word in enumerate(words):
        for length in range(_common(letters, word), 0, -1):
            if _are_initials(letters[length:], words[at + 1 :]):
                return True
    return False


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with together."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return same


def _mistyped(wanted: str, held: str) -> int | None:
    """The answer of a text that differs from what was typed by one letter, in one of the words or between them."""
    words = wanted.split()
    missed = [word for word in words if word not in held]
    if len(missed) == 1 and len(missed[0]) >= _SHORT and _one_wrong(missed[0]).search(held):
        return _MISTYPED + 100 - len(held)
    squeezed = wanted.replace(" ", "")
    if len(squeezed) >= _SHORT and _one_wrong(squeezed).search(held.replace(" ", "")):
        return _MISTYPED - len(held)
    return None


@lru_cache(maxsize=64)
def _one_wrong(word: str) -> re.Pattern[str]:
    """What finds a word that was typed with one letter too many, too few, wrong, or two of them swapped."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    kinds = {re.escape(head) + "." + re.escape(tail) for head, tail in parts[1:-1]}
    for head, tail in parts[:-1]:
        kinds |= {re.escape(head) + "." + re.escape(tail[1:]), re.escape(head + tail[1:])}
        if len(tail) > 1:
            kinds.add(re.escape(head + tail[1] + tail[0] + tail[2:]))
    return re.compile("|".join(sorted(kinds, key=len, reverse=True)))


def _loose(letters: str, held: str) -> int | None:
    """The answer of a text that has all the letters in their order, wherever they stand."""
    total, position = 0, -1
    for letter in letters:
        found = held.find(letter, position + 1)
        if found < 0:
            return None
        total += 10 if _starts_word(held, found) else 6 if found == position + 1 else 1
        position = found
    return _LOOSE + total - len(held) // 8


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
