"""Copying, renaming and deleting models and versions: each asks, then works off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from studio.core.operations.naming import free_name, name_problem
from studio.ui.explorer.rename_dialog import RenameDialog
from studio.ui.explorer.unloading import after_unload, unload_switch
from studio.ui.explorer.version_dialog import VersionDialog
from studio.ui.widgets.dialogs import Prompt, Question, prompt

if TYPE_CHECKING:
    from studio.app.selection import Selected
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder


def model_folder(session: Session, name: str) -> ModelFolder | None:
    """A model's folder by name."""
    return session.repository.model(name) if session.repository else None


def rename(window: QWidget, session: Session, name: str, done: Callable[[str], object]) -> RenameDialog | None:
    """Asks for the new name of a model and shows what it changes; `done` gets the new name."""

    folder = model_folder(session, name)
    if folder is None:
        return None
    dialog = RenameDialog(window, session, folder, done)
    dialog.open()
    return dialog


def duplicate(window: QWidget, session: Session, name: str) -> Prompt | None:
    """Asks for the name of the copy and copies the model's folder."""
    folder, repository = model_folder(session, name), session.repository
    if folder is None or repository is None:
        return None
    unsaved = any(model.name == name for model in session.unsaved())
    text = "The copy has the files as they are on disk, and the new name in its configuration."
    return prompt(
        window,
        f"Duplicate {name}",
        f"{text} Unsaved edits are not in it." if unsaved else text,
        free_name(repository, name),
        "Duplicate",
        lambda new: name_problem(repository, new),
        lambda new: session.folders.duplicate(folder, new),
    )


def add_version(window: QWidget, session: Session, name: str, files: Sequence[Path] = ()) -> VersionDialog | None:
    """Asks for the number of a new version and what it holds; `files` were dropped on the model."""

    folder = model_folder(session, name)
    if folder is None:
        return None
    dialog = VersionDialog(window, session, folder, files)
    dialog.open()
    return dialog


def delete(window: QWidget, session: Session, rows: Sequence[Selected]) -> Question | None:
    """Asks, naming them, and moves models and versions to the trash."""
    models = [row.model for row in rows if row.kind == "model"]
    versions = [row for row in rows if row.kind == "version" and row.model not in models]
    paths = [row.path for row in rows if row.kind == "model" or row in versions]
    wanted = [path for path in paths if path is not None]
    if not wanted:
        return None
    what = _what(models, versions)
    dialog = Question(window, f"Move {what} to the trash?", _consequences(session, models, versions))
    switch = unload_switch(session, models)
    if switch is not None:
        dialog.column.addWidget(switch)
    dialog.add_button("", "Cancel")
    dialog.add_button("yes", "Move to the trash", "danger")
    dialog.finish()

    def go() -> None:
        unload = switch is not None and switch.isChecked()
        after_unload(session, models, unload, lambda: session.folders.to_trash(wanted, what))

    dialog.accepted.connect(go)
    dialog.open()
    return dialog


def _what(models: Sequence[str], versions: Sequence[Selected]) -> str:
    if not versions:
        return models[0] if len(models) == 1 else f"{len(models)} models"
    if not models:
        one = versions[0]
        return f"Version {_folder(one)} of {one.model}" if len(versions) == 1 else f"{len(versions)} versions"
    return f"{len(models) + len(versions)} folders"


def _consequences(session: Session, models: Sequence[str], versions: Sequence[Selected]) -> str:
    parts = [", ".join([*models[:8], *(f"{row.model}/{_folder(row)}" for row in versions[:8])])]
    more = max(0, len(models) - 8) + max(0, len(versions) - 8)
    parts = [f"{parts[0]}{f' and {more} more' if more else ''}."] if len(models) + len(versions) > 1 else []
    used = sorted(_ensembles_of(session, set(models)))
    if used:
        few = f"{', '.join(used[:4])}{f' and {len(used) - 4} more' if len(used) > 4 else ''}"
        parts.append(f"{few} will lack {'a step' if len(models) == 1 else 'steps'}.")
    lost = [model.name for model in session.unsaved() if model.name in models]
    if lost:
        parts.append(f"Unsaved edits of {', '.join(lost)} are lost.")
    return " ".join([*parts, "You can get it back from the system’s trash."])


def _ensembles_of(session: Session, models: set[str]) -> set[str]:
    """The ensembles that run one of these models and stay."""
    drafts = session.drafts() if models else {}
    return {
        name
        for name, draft in drafts.items()
        if name not in models and any(step.model_name in models for step in draft.config.steps)
    }


def _folder(row: Selected) -> str:
    """What the folder of a version is called."""
    return row.path.name if row.path is not None else str(row.version)
