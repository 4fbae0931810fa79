"""What the schema of SARIF 2.1.0 and GitHub's code scanning ask of the parts that `trireme check` writes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": (
        {"tool", "results"},
        {"automationDetails", "columnKind", "originalUriBaseIds"},
    ),
    "driver": ({"name"}, {"version", "semanticVersion", "rules"}),
    "rule": (
        {"id", "name", "shortDescription", "fullDescription", "help"},
        {"defaultConfiguration", "properties"},
    ),
    "result": (
        {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"},
        {"properties", "fixes", "baselineState", "suppressions"},
    ),
    "address": ({"uri"}, {"uriBaseId"}),
    "region": ({"startLine", "startColumn", "endLine", "endColumn"}, set()),
    "fix": ({"description", "artifactChanges"}, set()),
    "change": ({"artifactLocation", "replacements"}, set()),
    "replacement": ({"deletedRegion", "insertedContent"}, set()),
    "suppression": ({"kind", "justification"}, set()),
}
"""The keys that each object must have, and those that it may have: the schema allows no others."""
_LEVELS = {"none", "note", "warning", "error"}
_RELATIVE = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2})+(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+)*"
)
"""A relative reference without a scheme, as RFC 3986 writes it."""


def require_valid(told: Any) -> None:
    """Fails where the document breaks a constraint."""
    _has("log", told)
    assert told["version"] == "2.1.0"
    for run in told["runs"]:
        _run(run)


def _run(run: Any) -> None:
    _has("run", run)
    driver = run["tool"]["driver"]
    _has("driver", driver)
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        _rule(rule)
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    for base in run["originalUriBaseIds"].values():
        assert urlsplit(base["uri"]).scheme == "file"
        assert base["uri"].endswith("/")
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        _result(result, set(run["originalUriBaseIds"]))


def _rule(rule: Any) -> None:
    _has("rule", rule)
    assert re.fullmatch(r"[A-Za-z0-9]{1,255}", rule["name"])
    assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    assert rule["defaultConfiguration"]["level"] in _LEVELS
    tags = rule["properties"]["tags"]
    assert len(set(tags)) == len(tags) <= 10


def _result(result: Any, bases: set[str]) -> None:
    _has("result", result)
    assert result["level"] in _LEVELS
    _text(result["message"])
    assert all(isinstance(each, str) and each for each in result["partialFingerprints"].values())
    assert result["partialFingerprints"]["primaryLocationLineHash"]
    for location in result["locations"]:
        _address(location["physicalLocation"]["artifactLocation"], bases)
        _region(location["physicalLocation"]["region"])
    for fix in result.get("fixes", ()):
        _fix(fix, bases)
    assert result.get("baselineState", "new") in ("new", "unchanged", "updated", "absent")
    for suppression in result.get("suppressions", ()):
        _has("suppression", suppression)
        assert suppression["kind"] in ("inSource", "external")


def _fix(fix: Any, bases: set[str]) -> None:
    _has("fix", fix)
    _text(fix["description"])
    assert fix["artifactChanges"]
    for change in fix["artifactChanges"]:
        _has("change", change)
        _address(change["artifactLocation"], bases)
        assert change["replacements"]
        for replacement in change["replacements"]:
            _has("replacement", replacement)
            _region(replacement["deletedRegion"])
            replacement["insertedContent"]["text"].encode("utf-8")


def _address(told: Any, bases: set[str]) -> None:
    _has("address", told)
    if "uriBaseId" in told:
        assert told["uriBaseId"] in bases
        assert _RELATIVE.fullmatch(told["uri"]), told["uri"]
    else:
        assert told["uri"].startswith("file:///")


def _region(told: Any) -> None:
    _has("region", told)
    assert all(type(value) is int and value >= 1 for value in told.values())
    assert (told["startLine"], told["startColumn"]) <= (told["endLine"], told["endColumn"])


def _text(message: Any) -> None:
    assert message["text"]
    # Halves of signs are valid in JSON and in no text.
    message["text"].encode("utf-8")


def _has(kind: str, told: Any) -> None:
    must, may = _KEYS[kind]
    assert must <= set(told) <= must | may, (kind, set(told))
