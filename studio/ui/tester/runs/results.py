"""The rows of the results: one for each saved request, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.core.saved_requests.judging import Verdict
from studio.core.saved_requests.listing import Listed
from studio.core.saved_requests.outcome import Outcome

KINDS = ("all", "failed", "differ", "good", "not run")
_ORDER = {"error": 0, "failed": 1, "cancelled": 2, "": 3, "written": 4, "passed": 4}
_KIND = {"error": "failed", "failed": "differ", "passed": "good", "written": "good"}


@dataclass(frozen=True, slots=True)
class Result:
    """A request with what came of it last, and how long it took the time before."""

    listed: Listed
    outcome: Outcome | None = None
    before: float = 0.0

    @property
    def name(self) -> str:
        """The name of the saved request."""
        return self.listed.name

    @property
    def state(self) -> str:
        """The outcome's state; empty where it was not run."""
        return self.outcome.state if self.outcome is not None else ""

    @property
    def kind(self) -> str:
        """Under which of KINDS it is counted."""
        return _KIND.get(self.state, "not run")

    @property
    def worst(self) -> Verdict | None:
        """The output that is furthest off; where all are as expected, the one with the largest difference."""
        verdicts = self.outcome.verdicts if self.outcome is not None else ()
        return max(verdicts, key=_badness, default=None)

    @property
    def output(self) -> str:
        """Which output the row speaks of."""
        found = self.worst
        if found is None:
            return "–"
        count = len(self.outcome.verdicts) if self.outcome is not None else 0
        return found.output if not found.passed or count == 1 else f"{count} outputs"

    @property
    def words(self) -> str:
        """What differs, or why there is no answer."""
        if self.outcome is None:
            return self.listed.words or "not run"
        found = self.worst
        return found.words if found is not None and not self.outcome.message else self.outcome.words


def results(
    entries: Mapping[str, Listed], outcomes: Mapping[str, Outcome], before: Mapping[str, Outcome]
) -> tuple[Result, ...]:
    """The worst first, and among equals by name."""
    found = [
        Result(each, outcomes.get(name), before[name].seconds if name in before else 0.0)
        for name, each in entries.items()
    ]
    return tuple(sorted(found, key=lambda each: (_ORDER.get(each.state, 3), each.name)))


def fitting(found: Iterable[Result], kind: str, tag: str, words: str) -> tuple[Result, ...]:
    """Those of a kind, with a tag where one is given, that hold all the words."""
    return tuple(
        each
        for each in found
        if (kind == "all" or each.kind == kind)
        and (not tag or tag in each.listed.tags)
        and all(word in _text(each) for word in words.lower().split())
    )


def _text(result: Result) -> str:
    return " ".join((result.name, result.listed.model, result.output, result.words, *result.listed.tags)).lower()


def _badness(verdict: Verdict) -> tuple[bool, float]:
    return not verdict.passed, verdict.difference.absolute if verdict.difference is not None else 0.0
