"""The report for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from studio import TYPE_CHECKING
from studio.cli.reports.places import line_of
from studio.cli.reports.report import Checked, Report, harmless, state, was_read

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding

_SEVERITIES = ("error", "warning", "hint")


def write(report: Report) -> None:
    """Writes the findings below each model, and a line that sums up for each server."""
    for each in report.repositories:
        _write_repository(each)
    sum_up(report)


def sum_up(report: Report) -> None:
    """Writes a line for each server, and what the baseline holds."""
    by_server: dict[str, list[Checked]] = {}
    for each in report.repositories:
        by_server.setdefault(each.profile.title, []).append(each)
    for title, several in by_server.items():
        _sum_up(title, several)
    known = sum(each.is_known(finding) for each in report.repositories for finding in each.findings())
    if known or report.gone:
        mended = f" {report.gone} of it are mended: write it anew." if report.gone else ""
        print(f"{known} more are in the baseline.{mended}")


def _write_repository(checked: Checked) -> None:
    verdict = checked.verdict
    _say(f"{verdict.path}")
    for finding in verdict.findings:
        _tell(finding, checked)
    for model in verdict.models:
        if not model.loads or not all(map(checked.is_known, model.findings)):
            _say(f"  {model.name}: {state(model)}")
        for finding in model.findings:
            _tell(finding, checked)
    if checked.project is not None:
        _say(f"  {checked.project.path} says what is checked for.")
        for each in checked.project.ignored:
            where = f" in {', '.join(each.models)}" if each.models else ""
            _say(f"    {each.rule} is ignored{where}: {each.reason}")


def _sum_up(title: str, repositories: Sequence[Checked]) -> None:
    counts = Counter(finding.severity.value for each in repositories for finding in each.new())
    models = [model for each in repositories for model in each.verdict.models]
    loading = sum(model.loads and was_read(model) for model in models)
    found = ", ".join(f"{counts[name]} {name}{'s' if counts[name] != 1 else ''}" for name in _SEVERITIES)
    print(f"{title}: {loading} of {len(models)} models load. {found}.")


def _tell(finding: Finding, checked: Checked) -> None:
    if checked.is_known(finding):
        return
    file, repository = finding.file, checked.verdict.path
    shown = file.relative_to(repository) if file and file.is_relative_to(repository) else file
    place = f"{shown or repository}{line_of(finding)}"
    _say(f"    {place}: {finding.severity.value}: {finding.message} [{finding.rule}]")
    for line in finding.server_text.splitlines():
        _say(f"        server: {line}")
    for fix in finding.fixes:
        _say(f"        fix: {fix.title}{': --follow-links' if fix.read else ''}")


def _say(line: str) -> None:
    print(harmless(line))
