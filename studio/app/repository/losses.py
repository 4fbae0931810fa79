"""Unsaved edits that would go with what is moved away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.app import notices
from studio.app.failure import AppError
from studio.app.repository.holder import Holder


def would_lose(session: Holder, paths: Sequence[Path], attempted: str, *, models: bool = False) -> bool:
    """Whether unsaved edits of files lie there, and of models where those are not brought along; a notice tells."""
    lost = [name for path in paths for name in session.files.unsaved_below(path)]
    if models:
        held = [model for model in session.models().values() if model.is_unsaved]
        lost += [model.name for model in held if {model.path, model.folder.path} & set(paths)]
    if lost:
        reason = f"{', '.join(lost)} has edits that are not saved."
        notices.post_failure(AppError(attempted, reason, "Save or undo them first."))
    return bool(lost)
