"""The report as JUnit's XML, which most systems of continuous integration show: one test for each model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from studio.cli.reports.places import line_of, relative, root_of
from studio.cli.reports.report import UNREAD, Report
from studio.core.checking.project.failing import fails
from studio.core.junit import count, plain

if TYPE_CHECKING:
    from studio.cli.reports.report import Checked
    from studio.core.checking.findings import Finding


def write(report: Report) -> None:
    """Writes the document, in ASCII with all else escaped."""
    root = ElementTree.Element("testsuites", name="trireme check")
    for checked in report.repositories:
        root.append(_suite(checked))
    count(root, list(root))
    print(ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii"))


def _suite(checked: Checked) -> ElementTree.Element:
    name = relative(checked.verdict.path, root_of(checked)) or str(checked.verdict.path)
    suite = ElementTree.Element("testsuite", name=plain(name))
    if any(not checked.is_known(each) for each in checked.verdict.findings):
        suite.append(_case(checked, "the repository itself", name, checked.verdict.findings))
    for model in checked.verdict.models:
        suite.append(_case(checked, model.name, name, model.findings))
    count(suite, [suite])
    return suite


def _case(checked: Checked, name: str, group: str, findings: Sequence[Finding]) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=plain(group), name=plain(name))
    new = [each for each in findings if not checked.is_known(each)]
    failing = [each for each in new if fails((each,), checked.wanted)]
    unread = [each for each in new if each.rule in UNREAD]
    undecided = [each for each in new if each.undecided]
    if unread:
        _say(case, "error", unread)
    elif failing:
        _say(case, "failure", failing)
    elif undecided:
        _say(case, "skipped", undecided)
    told = {*map(id, failing), *map(id, unread), *map(id, undecided)}
    rest = [each for each in new if id(each) not in told]
    if rest:
        ElementTree.SubElement(case, "system-out").text = plain("\n".join(map(_text, rest)))
    return case


def _say(case: ElementTree.Element, kind: str, findings: Sequence[Finding]) -> None:
    words = {"message": plain(findings[0].message)}
    if kind != "skipped":
        words["type"] = findings[0].rule
    said = ElementTree.SubElement(case, kind, words)
    said.text = plain("\n".join(map(_text, findings)))


def _text(finding: Finding) -> str:
    place = f"{finding.file or ''}{line_of(finding)}"
    server = [f"    server: {line}" for line in finding.server_text.splitlines()]
    fixes = [f"    fix: {fix.title}" for fix in finding.fixes]
    first = f"{place}: {finding.severity.value}: {finding.message} [{finding.rule}]"
    return "\n".join((first, *server, *fixes))
