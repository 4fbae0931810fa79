"""The report for scripts.

Stable: keys are added, never renamed or taken away.

    {"version": 1,
     "profile": {"server": "2.51", "release": "24.10", "gpus": [0], "backends": ["onnxruntime", …] or null for any},
     "repositories": [
       {"path": text, "findings": [finding…],
        "models": [{"name": text, "loads": true or false, "decided": true or false, "first_error": text or null,
                    "findings": [finding…]}…]}…]}

    finding: {"rule": text, "severity": "error" | "warning" | "hint", "message": text, "server_text": text or null,
              "file": text or null, "line": number, "column": number, "path": text, "fixes": [fix…]}
    fix:     {"title": text, "kind": "edit" | "move" | "folder" | "read"}

`decided` is false where nothing speaks against a model but whether it loads cannot be told here. A repository's own
findings are those that concern no single model. `line` and `column` count from 1, in bytes and with
tabs of eight as protobuf counts them, 0 where a finding has no place in a text. `first_error` is what the server's log
says first of the model; null where it loads, and where the server dies without a word. `path` names the field:
`input[0].dims`. What leads out of a repository is named and not opened; with `--follow-links` it is read as a server
would read it, which is the fix of the kind "read".
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from studio.cli.reports.report import Report
from studio.text.paths import indexed

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding, Fix
    from studio.core.checking.repositories import ModelVerdict


def write(report: Report) -> None:
    """Writes the documented JSON."""
    from studio.core.checking.profile import release_text, version_of

    profile = report.profile
    backends = sorted(profile.backends) if profile.backends is not None else None
    server = {"server": version_of(profile.release), "release": release_text(profile.release)}
    told = {**server, "gpus": list(profile.gpus), "backends": backends}
    repositories = [
        {
            "path": str(verdict.path),
            "findings": [_finding(each) for each in verdict.findings],
            "models": [_model(each) for each in verdict.models],
        }
        for verdict in report.verdicts
    ]
    dump({"version": 1, "profile": told, "repositories": repositories})


def _model(model: ModelVerdict) -> dict[str, Any]:
    return {
        "name": model.name,
        "loads": model.loads,
        "decided": model.decided,
        "first_error": None if model.loads else model.first_error or None,
        "findings": [_finding(each) for each in model.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "server_text": finding.server_text or None,
        "file": str(finding.file) if finding.file else None,
        "line": finding.line,
        "column": finding.column,
        "path": indexed(finding.path),
        "fixes": [{"title": fix.title, "kind": _kind(fix)} for fix in finding.fixes],
    }


def _kind(fix: Fix) -> str:
    if fix.read is not None:
        return "read"
    if fix.move is not None:
        return "move"
    return "folder" if fix.make is not None else "edit"


def dump(value: object) -> None:
    """Writes a value as JSON."""
    # File names that are no UTF-8 come as surrogates, which only the escaped form can carry.
    json.dump(value, sys.stdout, indent=2, ensure_ascii=True)
    print()
