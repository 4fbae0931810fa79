"""The report on saved requests in each of its formats for other programs, which are loaded when they are asked for."""

from __future__ import annotations

from studio.core.saved_requests.reports.tested import Tested

FORMATS = ("json", "junit", "html")


def text_of(form: str, report: Tested) -> str:
    """A report in one of the formats."""
    if form == "json":
        from studio.core.saved_requests.reports import as_json

        return as_json.text_of(report)
    if form == "junit":
        from studio.core.saved_requests.reports import as_junit

        return as_junit.text_of(report)
    from studio.core.saved_requests.reports import as_html

    return as_html.text_of(report)
