"""`trireme check PATH…`: what a server would say of model repositories, without one.

Exit code: 0 where every model loads, 1 where something has an error, 2 where something could not be checked.

JSON (`--format json`), stable: keys are added, never renamed or taken away.

    {"version": 1,
     "profile": {"server": "2.51", "release": "24.10", "gpus": [0], "backends": ["onnxruntime", …] or null for any},
     "repositories": [
       {"path": text, "findings": [finding…],
        "models": [{"name": text, "loads": true or false, "first_error": text or null, "findings": [finding…]}…]}…]}

    finding: {"rule": text, "severity": "error" | "warning" | "hint", "message": text, "server_text": text or null,
              "file": text or null, "line": number, "column": number, "path": text, "fixes": [fix…]}
    fix:     {"title": text, "kind": "edit" | "move" | "folder" | "read"}

A repository's own findings are those that concern no single model. `line` and `column` count from 1, in bytes and with
tabs of eight as protobuf counts them, 0 where a finding has no place in a text. `first_error` is what the server's log
says first of the model; null where it loads, and where the server dies without a word. `path` names the field:
`input[0].dims`. What leads out of a repository is named and not opened; with `--follow-links` it is read as a server
would read it, which is the fix of the kind "read".
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.failure import Failure
from studio.text.paths import indexed

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding, Fix
    from studio.core.checking.profile import Profile
    from studio.core.checking.repositories import ModelVerdict, Verdict

_NOT_CHECKED = 2
_UNREAD = frozenset({"config-unread", "config-outside"})
_FORMATS = ("text", "json", "sarif")
_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What a terminal obeys in place of showing it; a name in somebody's repository may be full of it."""
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme check`."""
    parser.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a model repository")
    parser.add_argument("--format", choices=_FORMATS, default="text", help="what is written (text)")
    parser.add_argument("--server", default="2.51", metavar="VERSION", help="2.51, 24.10, newest or 24.10-py3 (2.51)")
    parser.add_argument("--gpus", default="0", metavar="none|ID,ID…", help="the server's GPUs (0)")
    parser.add_argument("--backends", default="", metavar="any|NAME,NAME…", help="its backends (any, or the image's)")
    parser.add_argument("--agents", default="", metavar="any|NAME,NAME…", help="its repository agents")
    parser.add_argument("--flags", default="", metavar="FLAGS", help="further tritonserver flags, in one text")
    follow = "read also what links and “..” reach outside of the repository"
    parser.add_argument("--follow-links", action="store_true", help=follow)
    parser.add_argument("--together", action="store_true", help="one server serves all the paths")
    parser.set_defaults(run=_run)


def joined(given: Sequence[str]) -> list[str]:
    """The words of a command line with `--flags VALUE` as one: a value that starts with dashes looks like an option."""
    words = list(given)
    for index in reversed(range(len(words) - 1)):
        if words[index] == "--flags" and words[0] == "check":
            words[index : index + 2] = [f"--flags={words[index + 1]}"]
    return words


def _run(options: argparse.Namespace) -> int:
    try:
        profile = _profile(options)
    except Failure as failure:
        return _refuse(failure)
    verdicts, failed = _verdicts(options, profile)
    _WRITERS[options.format](verdicts, profile)
    if failed or any(finding.rule in _UNREAD for finding in _everything(verdicts)):
        return _NOT_CHECKED
    return int(any(verdict.has_errors for verdict in verdicts))


def _refuse(failure: Failure) -> int:
    print(f"trireme: {failure}", file=sys.stderr)
    return _NOT_CHECKED


def _profile(options: argparse.Namespace) -> Profile:
    from studio.core.checking.profile import Profile, from_image, release_of
    from studio.core.checking.server_flags import with_flags
    from studio.core.serving.gpus import numbered

    gpus = numbered(options.gpus)
    known = from_image(options.server, gpus)
    profile = known or Profile(gpus=gpus, release=release_of(options.server))
    if options.backends:
        profile = replace(profile, backends=_names(options.backends))
        # Who lists what the server has lists all of it.
        if not options.agents and known is None and profile.backends is not None:
            profile = replace(profile, agents=frozenset())
    if options.agents:
        profile = replace(profile, agents=_names(options.agents))
    return with_flags(profile, options.flags)


def _names(text: str) -> frozenset[str] | None:
    if text == "any":
        return None
    return frozenset(part.strip() for part in text.split(",") if part.strip() not in ("", "none"))


def _verdicts(options: argparse.Namespace, profile: Profile) -> tuple[list[Verdict], bool]:
    """The verdicts, and whether any path could not be checked."""
    from studio.core.checking.repositories import check_together

    groups = [options.path] if options.together else [[path] for path in options.path]
    found: list[Verdict] = []
    failed = False
    for paths in groups:
        try:
            for path in paths:
                _refuse_model(path)
            found += check_together(paths, profile, follow_links=options.follow_links)
        except Failure as failure:
            _refuse(failure)
            failed = True
    return found, failed


def _refuse_model(path: Path) -> None:
    if (path / "config.pbtxt").is_file():
        reason = "this is a model, not a repository."
        raise Failure(f"Check {path}", reason, f"Give the folder around it: {path.resolve().parent}.")


def _write_text(verdicts: Sequence[Verdict], profile: Profile) -> None:
    counts = {"error": 0, "warning": 0, "hint": 0}
    loading = total = 0
    for verdict in verdicts:
        _say(f"{verdict.path}")
        for finding in verdict.findings:
            _tell(finding, verdict.path, counts)
        for model in verdict.models:
            total += 1
            loading += model.loads
            if model.findings or not model.loads:
                _say(f"  {model.name}: {_state(model)}")
            for finding in model.findings:
                _tell(finding, verdict.path, counts)
    found = ", ".join(f"{count} {name}{'s' if count != 1 else ''}" for name, count in counts.items())
    print(f"{profile.title}: {loading} of {total} models load. {found}.")


def _state(model: ModelVerdict) -> str:
    if any(finding.rule in _UNREAD for finding in model.findings):
        return "was not checked"
    return "loads" if model.loads else "does not load"


def _tell(finding: Finding, repository: Path, counts: dict[str, int]) -> None:
    counts[finding.severity.value] += 1
    file = finding.file
    shown = file.relative_to(repository) if file and file.is_relative_to(repository) else file
    place = f"{shown}:{finding.line}:{finding.column}" if finding.line else f"{shown or repository}"
    _say(f"    {place}: {finding.severity.value}: {finding.message} [{finding.rule}]")
    for line in finding.server_text.splitlines():
        _say(f"        server: {line}")
    for fix in finding.fixes:
        _say(f"        fix: {fix.title}{': --follow-links' if fix.read else ''}")


def _say(line: str) -> None:
    """Write one line, whatever is in it."""
    print(_COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), line))


def _write_json(verdicts: Sequence[Verdict], profile: Profile) -> None:
    from studio.core.checking.profile import release_text, version_of

    backends = sorted(profile.backends) if profile.backends is not None else None
    server = {"server": version_of(profile.release), "release": release_text(profile.release)}
    told = {**server, "gpus": list(profile.gpus), "backends": backends}
    repositories = [
        {
            "path": str(verdict.path),
            "findings": [_finding(each) for each in verdict.findings],
            "models": [_model(each) for each in verdict.models],
        }
        for verdict in verdicts
    ]
    _dump({"version": 1, "profile": told, "repositories": repositories})


def _model(model: ModelVerdict) -> dict[str, Any]:
    return {
        "name": model.name,
        "loads": model.loads,
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


def _write_sarif(verdicts: Sequence[Verdict], _profile: Profile) -> None:
    results = [_result(finding) for finding in _everything(verdicts)]
    rules = [{"id": rule} for rule in sorted({str(result["ruleId"]) for result in results})]
    driver = {"name": "Trireme", "version": __version__, "rules": rules}
    _dump({"$schema": _SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]})


def _everything(verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    for verdict in verdicts:
        yield from verdict.findings
        for model in verdict.models:
            yield from model.findings


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


def _dump(value: object) -> None:
    # File names that are no UTF-8 come as surrogates, which only the escaped form can carry.
    json.dump(value, sys.stdout, indent=2, ensure_ascii=True)
    print()


_WRITERS = {"text": _write_text, "json": _write_json, "sarif": _write_sarif}
