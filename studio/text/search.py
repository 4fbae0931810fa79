"""What a person looks for in texts: words or a regular expression, with what is put in place of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_GROUP = re.compile(r"\$(\d+|&)")


@dataclass(frozen=True)
class Search:
    """Words that are looked for. With no choice made their case counts only where one of them is a capital."""

    words: str
    case: bool = False
    """Whether the case of letters counts in any case."""
    whole: bool = False
    """Whether only whole words are found."""
    is_pattern: bool = False
    """Whether the words are a regular expression."""

    @cached_property
    def problem(self) -> str:
        """Why the regular expression is none; empty where all is well."""
        try:
            self._compiled()
        except re.error as error:
            return f"No regular expression: {error.msg}"
        return ""

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What finds it; None for nothing, and for what is no regular expression."""
        return self._compiled() if self.words and not self.problem else None

    def _compiled(self) -> re.Pattern[str]:
        wanted = self.words if self.is_pattern else re.escape(self.words)
        if self.whole:
            wanted = rf"(?<!\w)(?:{wanted})(?!\w)"
        heeds = self.case or (not self.is_pattern and any(letter.isupper() for letter in self.words))
        return re.compile(wanted, re.MULTILINE | (re.NOFLAG if heeds else re.IGNORECASE))

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Where it stands in a text; what is empty is not told."""
        pattern = self.pattern
        return (hit for hit in pattern.finditer(text) if hit.end() > hit.start()) if pattern else iter(())

    def put(self, hit: re.Match[str], new: str) -> str:
        """What stands in place of a hit: in a regular expression `$1` is what its first group found, `$&` all of it."""
        return _GROUP.sub(lambda each: _group(hit, each[1]), new) if self.is_pattern else new

    def replaced(self, text: str, new: str) -> tuple[str, int]:
        """The text with every hit replaced, and how many there were."""
        parts, at, count = [], 0, 0
        for hit in self.found(text):
            parts += [text[at : hit.start()], self.put(hit, new)]
            at, count = hit.end(), count + 1
        return "".join([*parts, text[at:]]), count


def _group(hit: re.Match[str], name: str) -> str:
    number = 0 if name == "&" else int(name)
    return (hit[number] or "") if number <= (hit.re.groups or 0) else f"${name}"
