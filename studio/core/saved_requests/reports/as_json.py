"""What `trireme test` found, for scripts.

Stable: keys are added, never renamed or taken away.

    {"version": 1, "repository": text, "passed": true or false, "meant": number,
     "requests": [{"name": text, "model": text, "state": "passed" | "failed" | "error" | "cancelled" | "written",
                   "seconds": number, "message": text, "outputs": [output…]}…]}

    output: {"name": text, "passed": true or false, "message": text, "difference": difference or null}
    difference: {"count": number, "size": number, "absolute": number, "relative": number, "where": [number…],
                 "nan": number, "infinite": number}
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from studio.core.saved_requests.reports.tested import Tested

if TYPE_CHECKING:
    from studio.core.inference.compare import Difference
    from studio.core.saved_requests.judging import Verdict
    from studio.core.saved_requests.outcome import Outcome


def text_of(report: Tested) -> str:
    """The report as the JSON that is documented."""
    found = {
        "version": 1,
        "repository": str(report.repository),
        "passed": report.is_good,
        "meant": report.meant,
        "requests": [_request(each) for each in report.outcomes],
    }
    return f"{json.dumps(found, indent=2, ensure_ascii=True)}\n"


def _request(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "model": outcome.model,
        "state": outcome.state,
        "seconds": round(outcome.seconds, 6),
        "message": outcome.message,
        "outputs": [_output(each) for each in outcome.verdicts],
    }


def _output(verdict: Verdict) -> dict[str, Any]:
    difference = verdict.difference
    return {
        "name": verdict.output,
        "passed": verdict.passed,
        "message": verdict.words,
        "difference": _difference(difference) if difference is not None and not difference.problem else None,
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "count": found.count,
        "size": found.size,
        "absolute": found.absolute,
        "relative": found.relative,
        "where": list(found.where),
        "nan": found.not_numbers,
        "infinite": found.infinite,
    }
