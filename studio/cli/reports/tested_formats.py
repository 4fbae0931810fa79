"""The report of `trireme test` in each of its formats, which are loaded when they are asked for."""

from __future__ import annotations

from studio.cli.reports import tested
from studio.cli.reports.tested import Tested

FORMATS = ("text", "json", "junit", "html")


def text_of(form: str, report: Tested) -> str:
    """A report in one of the formats."""
    if form == "json":
        from studio.cli.reports import tested_json

        return tested_json.text_of(report)
    if form == "junit":
        from studio.cli.reports import tested_junit

        return tested_junit.text_of(report)
    if form == "html":
        from studio.cli.reports import tested_html

        return tested_html.text_of(report)
    return tested.text_of(report)
