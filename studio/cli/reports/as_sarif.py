"""The report for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.cli.reports.as_json import dump
from studio.cli.reports.report import Report

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding

_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report) -> None:
    """Writes SARIF 2.1.0."""
    results = [_result(finding) for finding in report.findings()]
    rules = [{"id": rule} for rule in sorted({str(result["ruleId"]) for result in results})]
    driver = {"name": "Trireme", "version": __version__, "rules": rules}
    dump({"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]})


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity.value],
        "message": {"text": finding.message},
    }
    if finding.file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": finding.file.absolute().as_uri()}}
        if finding.line:
            physical["region"] = {"startLine": finding.line, "startColumn": finding.column}
        result["locations"] = [{"physicalLocation": physical}]
    if finding.server_text:
        result["properties"] = {"serverText": finding.server_text}
    return result
