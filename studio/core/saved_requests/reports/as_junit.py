"""What `trireme test` found as JUnit's XML: one test for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from studio.core.junit import count, plain
from studio.core.saved_requests.reports.tested import Tested

if TYPE_CHECKING:
    from studio.core.saved_requests.outcome import Outcome


def text_of(report: Tested) -> str:
    """The document, in ASCII with all else escaped."""
    root = ElementTree.Element("testsuites", name="trireme test")
    suite = ElementTree.SubElement(root, "testsuite", name=plain(report.repository.name or str(report.repository)))
    for each in report.outcomes:
        suite.append(_case(each))
    suite.set("time", f"{sum(each.seconds for each in report.outcomes):.3f}")
    count(suite, [suite])
    count(root, [suite])
    return f"{ElementTree.tostring(root, encoding='us-ascii', xml_declaration=True).decode('ascii')}\n"


def _case(outcome: Outcome) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=plain(outcome.model), name=plain(outcome.name), time=f"{outcome.seconds:.3f}"
    )
    if not outcome.is_good:
        kind = "failure" if outcome.state == "failed" else "error"
        said = ElementTree.SubElement(case, kind, message=plain(outcome.words), type=outcome.state)
        said.text = plain("\n".join(f"{each.output}: {each.words}" for each in outcome.verdicts) or outcome.message)
    return case
