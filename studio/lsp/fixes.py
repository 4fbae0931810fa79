"""The fixes of findings as an editor's code actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.mending import mend_each
from studio.failure import Failure
from studio.lsp.diagnostics import diagnostic
from studio.lsp.features import replacement
from studio.lsp.workspace import Opened, RepositoryState, located, uri_of

MAKE_FOLDER = "trireme.makeFolder"
FIX_ALL = "source.fixAll.trireme"
"""The kind of the action that makes every safe fix; an editor may ask for it at each save."""


def code_actions(
    opened: Opened, findings: Iterable[Finding], given: lsp.Range, moves_files: bool
) -> list[lsp.CodeAction]:
    """The fixes of what is found in a range of a document. `moves_files`: whether the editor can move files."""
    wanted = opened.positions.span(given)
    found = [
        each
        for each in findings
        if each.fixes and (each.span is None or (each.span.start <= wanted.end and wanted.start <= each.span.end))
    ]
    return [action for each in found for action in _actions(opened, each, moves_files)]


def fix_all(opened: Opened, state: RepositoryState | None) -> list[lsp.CodeAction]:
    """The action that makes every safe fix of a document; none where there is nothing of that kind."""
    if state is None or opened.path is None or state.model_of(opened.path) is None:
        return []
    name = located(opened.path)[1]
    mended = next((found for _, found in mend_each(state.served, state.others, state.profile, [name]) if found), None)
    if mended is None:
        return []
    title = mended.titles[0] if len(mended.titles) == 1 else f"Fix all safe problems ({len(mended.titles)})"
    edit = _workspace_edit(opened, mended.after.document.text)
    return [lsp.CodeAction(title, kind=FIX_ALL, edit=edit)] if edit is not None else []


def _actions(opened: Opened, finding: Finding, moves_files: bool) -> Iterator[lsp.CodeAction]:
    is_preferred = len(finding.fixes) == 1
    told = diagnostic(finding, opened.draft, opened.positions)
    for fix in finding.fixes:
        action = lsp.CodeAction(fix.title, kind=lsp.CodeActionKind.QuickFix, diagnostics=[told])
        action.is_preferred = is_preferred or None
        if fix.edit is not None:
            action.edit = _edit(opened, fix)
            if action.edit is not None:
                yield action
        elif fix.make is not None:
            action.command = lsp.Command(fix.title, MAKE_FOLDER, arguments=[uri_of(fix.make.path)])
            yield action
        elif fix.move is not None and fix.move.target is not None and moves_files:
            moved = lsp.RenameFile(uri_of(fix.move.source), uri_of(fix.move.target))
            action.edit = lsp.WorkspaceEdit(document_changes=[moved])
            yield action


def _edit(opened: Opened, fix: Fix) -> lsp.WorkspaceEdit | None:
    """The edit of a fix; None where it changes nothing, or the text cannot take it."""
    if fix.edit is None:
        return None
    try:
        after = fix.edit(opened.draft).document.text
    except Failure:
        return None
    return _workspace_edit(opened, after)


def _workspace_edit(opened: Opened, after: str) -> lsp.WorkspaceEdit | None:
    edits = replacement(opened, after)
    if not edits:
        return None
    document = lsp.OptionalVersionedTextDocumentIdentifier(opened.uri, opened.version)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(document, edits)])
