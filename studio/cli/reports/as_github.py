"""The report as annotations of GitHub Actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.cli.reports import as_text
from studio.cli.reports.places import file_of, region_of, relative, root_of
from studio.cli.reports.report import Report, harmless

if TYPE_CHECKING:
    from studio.cli.reports.report import Checked
    from studio.core.checking.findings import Finding

_COMMANDS = {"error": "error", "warning": "warning", "hint": "notice"}


def write(report: Report) -> None:
    """Writes one annotation for each finding that is new, and the lines that sum up."""
    for checked in report.repositories:
        for finding in checked.new():
            print(_annotation(checked, finding))
    as_text.sum_up(report)


def _annotation(checked: Checked, finding: Finding) -> str:
    file = file_of(checked, finding)
    words = {"file": relative(file, root_of(checked)) or str(file)}
    place = region_of(checked, finding)
    if place is not None:
        words |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:
            words |= {"col": str(place.column), "endColumn": str(max(place.end_column, place.column))}
    model = f"{finding.model}: " if finding.model else ""
    words["title"] = f"{model}{finding.rule}"
    told = ",".join(f"{name}={_property(value)}" for name, value in words.items())
    return f"::{_COMMANDS[finding.severity.value]} {told}::{_data(_text(finding))}"


def _text(finding: Finding) -> str:
    server = [f"server: {line}" for line in finding.server_text.splitlines()]
    return "\n".join((finding.message, *server, *(f"fix: {fix.title}" for fix in finding.fixes)))


def _data(text: str) -> str:
    lines = (harmless(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    return harmless(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
