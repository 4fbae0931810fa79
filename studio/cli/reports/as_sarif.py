"""The report for code scanning: SARIF 2.1.0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.cli.reports.as_json import dump
from studio.cli.reports.places import Region, address, config_of, file_of, region, region_of, relative, root_of
from studio.cli.reports.report import Checked, Report
from studio.core.checking.catalogue import rules
from studio.core.checking.project.baseline import Found
from studio.failure import Failure
from studio.text.tree import Span

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding, Fix
    from studio.core.config.draft import Draft

_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST_FIXES = 500
"""Fixes that are worked out: each is an edit of a text."""
_NAMES = {"line": "startLine", "column": "startColumn", "end_line": "endLine", "end_column": "endColumn"}


def write(report: Report) -> None:
    """Writes one run with all findings; those of a baseline are suppressed."""
    dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_Run(report).value()]})


class _Run:
    """Makes the run: addresses relative to each checkout, rules with their place in the list of rules."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rules: dict[str, str] = {}
        self._roots: dict[Path, str] = {}
        self._seen: Counter[str] = Counter()
        self._fixes = 0

    def value(self) -> dict[str, Any]:
        """The run as JSON."""
        results = list(self._results())
        driver = {
            "name": "Trireme",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [_rule(name, level) for name, level in self._rules.items()],
        }
        return {
            "tool": {"driver": driver},
            "automationDetails": {"id": "trireme-check/"},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {
                name: {"uri": f"{root.as_uri().rstrip('/')}/"} for root, name in self._roots.items()
            },
            "results": results,
        }

    def _results(self) -> Iterator[dict[str, Any]]:
        for checked in self._report.repositories:
            root = root_of(checked)
            self._roots.setdefault(root, f"SRCROOT{len(self._roots) + 1 if self._roots else ''}")
            for finding in checked.findings():
                yield self._result(checked, finding, root)

    def _result(self, checked: Checked, finding: Finding, root: Path) -> dict[str, Any]:
        level = _LEVELS[finding.severity.value]
        self._rules.setdefault(finding.rule, level)
        fingerprint = Found(finding, checked.verdict.path).fingerprint(root)
        self._seen[fingerprint] += 1
        place = self._location(file_of(checked, finding), root)
        found = region_of(checked, finding) or Region(1, 1, 1, 1)
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": list(self._rules).index(finding.rule),
            "level": level,
            "message": {"text": _text(finding.message)},
            "locations": [{"physicalLocation": {"artifactLocation": place, "region": _region(found)}}],
            "partialFingerprints": {
                "primaryLocationLineHash": f"{fingerprint[:16]}:{self._seen[fingerprint]}",
                "trireme/v1": f"{fingerprint}:{self._seen[fingerprint]}",
            },
            "properties": self._properties(finding),
        }
        if fixes := list(self._edits(checked, finding, root)):
            result["fixes"] = fixes
        if checked.is_known(finding):
            result["baselineState"] = "unchanged"
            result["suppressions"] = [{"kind": "external", "justification": "It is in the baseline."}]
        return result

    def _location(self, file: Path, root: Path) -> dict[str, Any]:
        name = relative(file, root)
        if name is None:
            return {"uri": file.absolute().as_uri()}
        return {"uri": address(name), "uriBaseId": self._roots[root]}

    def _properties(self, finding: Finding) -> dict[str, Any]:
        told: dict[str, Any] = {"model": _text(finding.model)}
        if finding.server_text:
            told["serverText"] = _text(finding.server_text)
        if finding.undecided:
            told["undecided"] = True
        return told

    def _edits(self, checked: Checked, finding: Finding, root: Path) -> Iterator[dict[str, Any]]:
        draft, config = checked.verdict.served.drafts.get(finding.model), config_of(checked, finding)
        if draft is None or config is None:
            return
        for fix in finding.fixes:
            edit = _replacement(draft, fix) if self._fixes < _MOST_FIXES else None
            if edit is not None:
                self._fixes += 1
                change = {"artifactLocation": self._location(config, root), "replacements": [edit]}
                yield {"description": {"text": _text(fix.title)}, "artifactChanges": [change]}


def _replacement(draft: Draft, fix: Fix) -> dict[str, Any] | None:
    """What an edit of a configuration comes to, as one piece of its text; None where it comes to nothing."""
    if fix.edit is None:
        return None
    before = draft.document.text
    try:
        after = fix.edit(draft).document.text
    except Failure:
        return None
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    span = Span(start, len(before) - end)
    inserted = {"text": _text(after[start : len(after) - end])}
    return {"deletedRegion": _region(region(before, span)), "insertedContent": inserted} if before != after else None


def _alike(one: str, other: str) -> int:
    """How many signs two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _rule(name: str, level: str) -> dict[str, Any]:
    title = rules().get(name, name.replace("-", " ").capitalize())
    text = f"{title}. What the server itself says of it, and how to mend it, stands with each result."
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}."},
        "help": {"text": text, "markdown": f"**{name}**: {text}"},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["triton", name.partition("-")[0]]},
    }


def _region(found: Region) -> dict[str, int]:
    return {_NAMES[name]: value for name, value in asdict(found).items()}


def _text(text: str) -> str:
    """A text without halves of signs, which a file that is no UTF-8 leaves."""
    return text.encode("utf-8", "replace").decode()
