"""Mending findings by edits of the configurations that they lie in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from studio.app import notices
from studio.app.editing.open_model import OpenModel
from studio.app.failure import AppError
from studio.app.repository.folder_work import FolderWork
from studio.app.repository.holder import Holder
from studio.app.repository.rewriting import Rewrite, Rewritten, rewrite
from studio.app.repository.scanning import Scanning
from studio.core.checking.findings import Finding, Fix
from studio.core.checking.mending import Mended
from studio.core.checking.served import is_in_picked
from studio.core.config.draft import Draft

_TITLE = "Fix all safe problems"


class Mender(Holder, Protocol):
    """Who can do all that a fix asks for: the session."""

    folders: FolderWork
    scanning: Scanning


def mend(session: Mender, finding: Finding, fix: Fix) -> None:
    """Makes the edit of a fix, moves the file or makes the folder that it names, or gives the leave that it asks."""
    if fix.edit is not None:
        edit_by_fix(session, finding, fix.title, fix.edit)
    if fix.move is not None:
        session.folders.move(fix.move, fix.title)
    if fix.make is not None:
        session.folders.make_folder(fix.make, fix.title)
    if fix.read is not None:
        session.scanning.allow(fix.read)


def edit_by_fix(session: Holder, finding: Finding, title: str, edit: Callable[[Draft], Draft]) -> None:
    """Makes the edit of a fix in its model, as one step to undo; what cannot be mended so is told."""
    try:
        model = _mendable(session, finding, title)
    except AppError as failure:
        notices.post_failure(failure)
        return
    model.edit(title, edit)


def take_mended(session: Holder, mended: Iterable[Mended]) -> Rewritten:
    """Puts mended texts in place, as one step to undo in each model; not over what they were not made of."""
    wanted = (Rewrite(each.model, each.before.document.text, partial(_instead, each.after)) for each in mended)
    return rewrite(session, _TITLE, wanted)


def _instead(after: Draft, _before: Draft) -> Draft:
    return after


def _mendable(session: Holder, finding: Finding, title: str) -> OpenModel:
    model = session.open_model(finding.model)
    if is_in_picked(finding, model.folder):
        raise AppError(title, f"this is in {finding.file}, which --model-config-name picks.", "Edit that file.")
    return model
