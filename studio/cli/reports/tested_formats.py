"""The report of `trireme test` in each of its formats."""

from __future__ import annotations

from studio.cli.reports import tested
from studio.core.saved_requests.reports import formats
from studio.core.saved_requests.reports.tested import Tested

FORMATS = ("text", *formats.FORMATS)


def text_of(form: str, report: Tested) -> str:
    """A report in one of the formats."""
    return tested.text_of(report) if form == "text" else formats.text_of(form, report)
