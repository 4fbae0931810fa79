"""What a check found, for whatever writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding
    from studio.core.checking.profile import Profile
    from studio.core.checking.repositories import ModelVerdict, Verdict

UNREAD = frozenset({"config-unread", "config-outside"})
"""The rules that tell of a model that was not checked."""
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys in place of showing it; a name in somebody's repository may be full of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of one run, and the server that they are for."""

    verdicts: tuple[Verdict, ...]
    profile: Profile

    def findings(self) -> Iterator[Finding]:
        """All of them: of each repository its own, then model by model."""
        for verdict in self.verdicts:
            yield from verdict.findings
            for model in verdict.models:
                yield from model.findings


def state(model: ModelVerdict) -> str:
    """Whether a model loads, in words."""
    if any(finding.rule in UNREAD for finding in model.findings):
        return "was not checked"
    if model.loads and not model.decided:
        return "may load, which cannot be told here"
    return "loads" if model.loads else "does not load"


def harmless(line: str) -> str:
    """A line in which nothing commands a terminal, whatever is in it."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line)
