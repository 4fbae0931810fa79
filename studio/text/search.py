"""What a person looks for in texts: words or a regular expression, with what is put in place of it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from studio.text.failure import TextError
from studio.text.time_limit import TimeIsUpError, time_limit
from studio.value_class import dataclass

_GROUP = re.compile(r"\$(\d{1,3}|&)")
_LIMIT_S = 0.25
"""So long an expression may look for some more hits."""
_AT_ONCE = 500


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
        except (OverflowError, RecursionError):
            return "No regular expression: a number in it is too large, or it is too deep"
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
        with warnings.catch_warnings():
            # What a later Python may take for something else is still what it is.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(wanted, re.MULTILINE | (re.NOFLAG if heeds else re.IGNORECASE))

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Where it stands in a text; what is empty is not told.

        Raises TextError where a regular expression would take too long, on the main thread; on others it is not ended.
        """
        if self.pattern is None:
            return
        hits = self.pattern.finditer(text)
        while some := self._some(hits):
            yield from (hit for hit in some if hit.end() > hit.start())

    def _some(self, hits: Iterator[re.Match[str]]) -> list[re.Match[str]]:
        if not self.is_pattern:
            return list(islice(hits, _AT_ONCE))
        try:
            with time_limit(_LIMIT_S):
                return list(islice(hits, _AT_ONCE))
        except TimeIsUpError:
            remedy = "A repetition of a repetition does, such as (a+)+."
            raise TextError("Look for it", "this expression takes too long.", remedy) from None

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
