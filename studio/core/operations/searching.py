"""Looking for words in many texts at once, and replacing what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice

from studio.text.layout import line_start
from studio.text.search import Search
from studio.value_class import dataclass

MOST = 10_000
"""So many hits are told; who has more looks for something narrower."""
_BESIDE = 120
"""So many characters of the line are kept on each side of what was found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where it stands: in which text, from where to where, and what is around it on its line."""

    name: str
    start: int
    end: int
    line: int
    """From 1."""
    before: str
    found: str
    after: str
    new: str
    """What would stand in its place."""


def search_texts(
    texts: Mapping[str, str],
    search: Search,
    new: str = "",
    going_on: Callable[[], object] = lambda: None,
    most: int = MOST,
) -> Iterator[tuple[Hit, ...]]:
    """The hits of each text that has some, text by text and at most so many of each.

    `going_on` raises where nobody wants more. Raises TextError where an expression takes too long, on the main thread.
    """
    for name, text in texts.items():
        going_on()
        found = tuple(islice(_hits(name, text, search, new), most))
        if found:
            yield found


def _hits(name: str, text: str, search: Search, new: str) -> Iterator[Hit]:
    line, counted = 1, 0
    for hit in search.found(text):
        line += text.count("\n", counted, hit.start())
        counted = hit.start()
        yield _hit(name, text, hit, line, search.put(hit, new))


def _hit(name: str, text: str, hit: re.Match[str], line: int, new: str) -> Hit:
    first = line_start(text, hit.start())
    last = text.find("\n", hit.end())
    last = len(text) if last < 0 else last
    before = text[max(first, hit.start() - _BESIDE) : hit.start()].lstrip()
    after = text[hit.end() : min(last, hit.end() + _BESIDE)].rstrip()
    return Hit(name, hit.start(), hit.end(), line, before, hit[0], after, new)


def replace_hits(text: str, hits: Collection[Hit]) -> str:
    """The text in which those hits are replaced; they are hits of this very text."""
    parts, at = [], 0
    for hit in sorted(hits, key=lambda each: each.start):
        parts += [text[at : hit.start], hit.new]
        at = hit.end
    return "".join([*parts, text[at:]])
