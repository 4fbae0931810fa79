"""The report for a person at a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.reports.report import Report, harmless, state

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding


def write(report: Report) -> None:
    """Writes the findings below each model, and a line that sums up."""
    counts = {"error": 0, "warning": 0, "hint": 0}
    loading = total = 0
    for verdict in report.verdicts:
        _say(f"{verdict.path}")
        for finding in verdict.findings:
            _tell(finding, verdict.path, counts)
        for model in verdict.models:
            total += 1
            loading += model.loads
            if model.findings or not model.loads:
                _say(f"  {model.name}: {state(model)}")
            for finding in model.findings:
                _tell(finding, verdict.path, counts)
    found = ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in counts.items())
    print(f"{report.profile.title}: {loading} of {total} models load. {found}.")


def _tell(finding: Finding, repository: Path, counts: dict[str, int]) -> None:
    counts[finding.severity.value] += 1
    file = finding.file
    shown = file.relative_to(repository) if file and file.is_relative_to(repository) else file
    place = f"{shown}:{finding.line}:{finding.column}" if finding.line else f"{shown or repository}"
    _say(f"    {place}: {finding.severity.value}: {finding.message} [{finding.rule}]")
    for line in finding.server_text.splitlines():
        _say(f"        server: {line}")
    for fix in finding.fixes:
        _say(f"        fix: {fix.title}{': --follow-links' if fix.read else ''}")


def _say(line: str) -> None:
    print(harmless(line))
