"""Findings of one rule about one model, up to a number that a person may want to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from studio.core.checking.findings import Finding, Severity
from studio.value_class import replace

MOST = 200
"""Findings of one rule about one model; the rest is told in one more."""
_MOST_AT_ALL = 2 * MOST


def bounded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of one rule, each kind of them up to `MOST`; whoever makes them is not asked for more than needed.

    A text with thousands of faults of one kind has one cause, and to find the place of each takes seconds.
    """
    counts: Counter[str] = Counter()
    for found in findings:
        counts[found.rule] += 1
        if counts[found.rule] <= MOST:
            yield found
        elif counts[found.rule] == MOST + 1:
            yield _more(found)
        if counts.total() > _MOST_AT_ALL or (len(counts) == 1 and counts[found.rule] > MOST):
            return


def _more(found: Finding) -> Finding:
    message = f"There are more findings of this kind in {found.model}. The first {MOST} are listed; mend those first."
    return replace(found, severity=Severity.HINT, message=message, server_text="", fixes=())
