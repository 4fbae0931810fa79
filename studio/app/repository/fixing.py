"""Mending a finding by an edit of the configuration that it lies in."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import notices
from studio.app.editing.open_model import OpenModel
from studio.app.failure import AppError
from studio.app.repository.holder import Holder
from studio.core.checking.findings import Finding
from studio.core.checking.served import is_in_picked
from studio.core.config.draft import Draft


def edit_by_fix(session: Holder, finding: Finding, title: str, edit: Callable[[Draft], Draft]) -> None:
    """Makes the edit of a fix in its model, as one step to undo; what cannot be mended so is told."""
    try:
        model = _mendable(session, finding, title)
    except AppError as failure:
        notices.post_failure(failure)
        return
    model.edit(title, edit)


def _mendable(session: Holder, finding: Finding, title: str) -> OpenModel:
    model = session.open_model(finding.model)
    if is_in_picked(finding, model.folder):
        raise AppError(title, f"this is in {finding.file}, which --model-config-name picks.", "Edit that file.")
    return model
