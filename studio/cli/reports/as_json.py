"""The report for scripts.

Stable: keys are added, never renamed or taken away.

    {"version": 1,
     "profile": {"server": "2.51", "release": "24.10", "gpus": [0] or null for any,
                 "backends": ["onnxruntime", …] or null for any, "note": text or null},
     "repositories": [
       {"path": text, "profile": as above, "project": the path of its trireme.toml or null, "findings": [finding…],
        "models": [{"name": text, "loads": true or false, "decided": true or false, "first_error": text or null,
                    "findings": [finding…]}…]}…]}

    finding: {"rule": text, "severity": "error" | "warning" | "hint", "message": text, "server_text": text or null,
              "file": text or null, "line": number, "column": number, "path": text, "fixes": [fix…],
              "known": true for one of the baseline}
    fix:     {"title": text, "kind": "edit" | "move" | "folder" | "read"}

The profile at the top is that of the first repository, null where there is none. `decided` is false where nothing
speaks against a model but whether it loads cannot be told here. A repository's own findings are those that concern no
single model. `line` and `column` count from 1, in bytes and with tabs of eight as protobuf counts them, 0 where a
finding has no place in a text. `first_error` is what the server's log says first of the model; null where it loads, and
where the server dies without a word. `path` names the field: `input[0].dims`. What leads out of a repository is named
and not opened; with `--follow-links` it is read as a server would read it, which is the fix of the kind "read".
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from studio.cli.reports.report import Checked, Report
from studio.text.paths import indexed

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding, Fix
    from studio.core.checking.repositories import ModelVerdict


def write(report: Report) -> None:
    """Writes the documented JSON."""
    repositories = [
        {
            "path": str(each.verdict.path),
            "findings": [_finding(finding, each) for finding in each.verdict.findings],
            "models": [_model(model, each) for model in each.verdict.models],
            "profile": _profile(each),
            "project": str(each.project.path) if each.project else None,
        }
        for each in report.repositories
    ]
    profile = _profile(report.repositories[0]) if report.repositories else None
    dump({"version": 1, "profile": profile, "repositories": repositories})


def _profile(checked: Checked) -> dict[str, Any]:
    from studio.core.checking.profile import release_text, version_of

    profile = checked.profile
    backends = sorted(profile.backends) if profile.backends is not None else None
    server = {"server": version_of(profile.release), "release": release_text(profile.release)}
    gpus = None if profile.any_gpu else list(profile.gpus)
    return {**server, "gpus": gpus, "backends": backends, "note": checked.note or None}


def _model(model: ModelVerdict, checked: Checked) -> dict[str, Any]:
    return {
        "name": model.name,
        "loads": model.loads,
        "decided": model.decided,
        "first_error": None if model.loads else model.first_error or None,
        "findings": [_finding(each, checked) for each in model.findings],
    }


def _finding(finding: Finding, checked: Checked) -> dict[str, Any]:
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
        "known": checked.is_known(finding),
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
