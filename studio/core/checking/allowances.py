"""What a target lets pass: files that are where the server is and not here, rules that are ignored, and templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.rules.context import ModelView
from studio.core.checking.rules.pointers import keeps_versions
from studio.value_class import replace

_MISSING = frozenset(
    [
        "batch-strategy-missing",
        "ens-required-version",
        "label-missing",
        "model-dir-stat-fails",
        "model-file-missing",
        "py-env-missing",
        "py-file-missing",
        "runtime-library-missing",
        "runtime-python-lib-missing",
        "seq-state-initial-file",
        "version-specific-missing",
        "warmup-file-missing",
        "weights-pointer",
    ]
)
"""The rules that tell of a file, or a version, which is not here."""
_NOTED = "With the weights elsewhere this is for the server to find."


def allowed(profile: Profile, model: ModelView, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings as they count for a target: where files are elsewhere, what is missing is a note."""
    if not profile.weights_elsewhere and not profile.ignored:
        yield from findings
        return
    for finding in findings:
        if not profile.ignores(finding.rule, model.name):
            yield _softened(model, finding) if profile.weights_elsewhere else finding


def template_note(model: ModelView) -> Finding:
    """What is said of a model whose configuration is a template."""
    text = "The configuration is a template, which is filled in before it is served: it was not checked."
    return model.problem("config-template", text, phase="2", severity=Severity.HINT)


def _softened(model: ModelView, finding: Finding) -> Finding:
    if finding.severity is Severity.HINT or not _is_of_missing(model, finding.rule):
        return finding
    said = f"{finding.message} {_NOTED}"
    return replace(finding, severity=Severity.HINT, message=said, server_text="", fixes=(), undecided=False)


def _is_of_missing(model: ModelView, rule: str) -> bool:
    if rule == "no-servable-version":
        # What a policy picks of the versions that are there is no matter of missing files, unless it names them.
        return not model.folder.versions or model.config.version_policy.kind == "specific"
    if rule == "stray-folder":
        return keeps_versions(model.folder)
    if rule == "backend-undeducible":
        return not model.folder.first
    return rule in _MISSING
