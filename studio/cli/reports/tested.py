"""What `trireme test` found, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.cli.reports.report import harmless
from studio.core.saved_requests.reports.tested import Tested

if TYPE_CHECKING:
    from studio.core.saved_requests.outcome import Outcome


def text_of(report: Tested) -> str:
    """The report for a terminal."""
    width = max((len(each.name) for each in report.outcomes), default=0)
    lines = []
    for each in report.outcomes:
        lines.append(f"{each.state:<8} {each.name:<{width}}  {each.seconds * 1000:8.1f} ms  {each.model}")
        if not each.is_good:
            lines += [f"           {line}" for line in _reasons(each)]
    lines.append(f"{report.summary}.")
    return "".join(f"{harmless(line)}\n" for line in lines)


def _reasons(outcome: Outcome) -> list[str]:
    if outcome.message:
        return outcome.message.splitlines()
    return [f"{each.output}: {each.words}" for each in outcome.verdicts if not each.passed]
