"""Findings as the protocol tells them: by file, each with its place, the server's words and the rule's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from lsprotocol import types as lsp

from studio.core.checking.findings import Finding, Severity
from studio.core.config.draft import Draft
from studio.core.files.repository import ModelFolder
from studio.lsp.positions import Positions

SOURCE: Final = "trireme"
_LEVELS: Final = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.HINT: lsp.DiagnosticSeverity.Information,
}
_LINE_END: Final = 10_000
"""Behind the end of any line: an editor takes it for the end of it."""


def by_file(findings: Iterable[Finding], folder: ModelFolder | None) -> dict[Path, list[Finding]]:
    """The findings of a model by the file that they are shown in: its configuration where they have no file."""
    found: dict[Path, list[Finding]] = {}
    own = folder.config_path if folder is not None else None
    for each in findings:
        # What is mended in the configuration is shown there, also where it lies in a `model.py`.
        is_there = each.line and (each.span is not None or not each.fixes)
        file = each.file if each.file is not None and is_there else own
        if file is not None:
            found.setdefault(file, []).append(each)
    return found


def diagnostic(finding: Finding, text: Draft | None, positions: Positions | None = None) -> lsp.Diagnostic:
    """One finding; `text` is the configuration that its place is in, None where it lies in another file."""
    message = finding.message
    if finding.server_text and finding.server_text not in message:
        message = f"{message}\nTriton: {finding.server_text.strip()}"
    return lsp.Diagnostic(
        range=_range(finding, text, positions),
        message=_clean(message),
        severity=_LEVELS[finding.severity],
        code=finding.rule,
        source=SOURCE,
    )


def counted(findings: Sequence[Finding]) -> str:
    """“loads, 1 warning” or “does not load: 2 errors”: the verdict on a model in a line."""
    counts = {severity: sum(each.severity is severity for each in findings) for severity in Severity}
    said = _said(counts)
    if counts[Severity.ERROR]:
        return f"does not load: {said}"
    verdict = "may load, not decidable here" if any(each.undecided for each in findings) else "loads"
    return f"{verdict}, {said}" if said else verdict


def _said(counts: Mapping[Severity, int]) -> str:
    words = [f"{count} {each.value}{'s' if count != 1 else ''}" for each, count in counts.items() if count]
    return ", ".join(words)


def _range(finding: Finding, text: Draft | None, positions: Positions | None) -> lsp.Range:
    if text is not None and finding.span is not None:
        found = (positions or Positions(text.document.text)).range(finding.span)
        if found.start != found.end:
            return found
        # An empty range is drawn as nothing, or as a word that has nothing to do with it.
        return lsp.Range(found.start, lsp.Position(found.start.line, found.start.character + 1))
    line = max(finding.line - 1, 0)
    return lsp.Range(lsp.Position(line, 0), lsp.Position(line, _LINE_END if finding.line else 0))


def _clean(text: str) -> str:
    """What the protocol can carry: no halves of surrogate pairs, which stand for bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
