"""The writer of each format, loaded when it is asked for: a check of one model spends most of its time on imports."""

from __future__ import annotations

from studio.cli.reports.report import Report

FORMATS = ("text", "json", "github", "junit", "sarif")


def write(form: str, report: Report) -> None:
    """Writes a report in one of the formats."""
    if form == "github":
        from studio.cli.reports import as_github

        as_github.write(report)
    elif form == "junit":
        from studio.cli.reports import as_junit

        as_junit.write(report)
    elif form == "sarif":
        from studio.cli.reports import as_sarif

        as_sarif.write(report)
    elif form == "json":
        from studio.cli.reports import as_json

        as_json.write(report)
    else:
        from studio.cli.reports import as_text

        as_text.write(report)
