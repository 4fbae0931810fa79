"""Renaming, copying and deleting a model: each asks, then works off the window's thread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.ui.dialogs import Prompt, Question, confirm, prompt
from studio.ui.explorer import operations

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.repository import ModelFolder

_ALLOWED = re.compile(r"[\w.+-]+")


def _folder(session: Session, name: str) -> ModelFolder | None:
    repository = session.repository
    return next((f for f in repository.models if f.name == name), None) if repository else None


def _reason(session: Session, name: str) -> str:
    """Why a model cannot have a name, or ""."""
    if not name:
        return "A model needs a name."
    if not _ALLOWED.fullmatch(name) or name.startswith("."):
        return "Use letters, digits, “_”, “-” and “.”; not a “.” at the start."
    return f"{name} is there already." if _folder(session, name) else ""


def _unsaved(session: Session, name: str) -> bool:
    return any(model.name == name for model in session.unsaved())


def _refuse_unsaved(window: QWidget, name: str, verb: str) -> Question:
    dialog = Question(
        window, f"{name} has unsaved edits", f"Save it, or close it without saving, before you {verb} it."
    )
    dialog.add_button("yes", "Close", "primary")
    dialog.finish()
    dialog.open()
    return dialog


def rename(window: QWidget, session: Session, name: str) -> Prompt | Question | None:
    """Asks for the new name of a model and renames its folder, and `name` in its configuration."""
    folder = _folder(session, name)
    if folder is None:
        return None
    if _unsaved(session, name):
        return _refuse_unsaved(window, name, "rename")
    text = "Its folder and the name in its configuration change. Ensembles that use it keep the old name."
    return prompt(
        window,
        f"Rename {name}",
        text,
        name,
        "Rename",
        lambda new: "" if new == name else _reason(session, new),
        lambda new: _rename(session, folder, new),
    )


def _rename(session: Session, folder: ModelFolder, new: str) -> None:
    if new != folder.name:
        session.close_model(folder.name)
        _run(session, lambda: operations.rename(folder, new))


def duplicate(window: QWidget, session: Session, name: str) -> Prompt | None:
    """Asks for the name of the copy and copies the model's folder."""
    folder = _folder(session, name)
    if folder is None:
        return None
    free = next(f"{name}_{n}" for n in range(2, 10_000) if _folder(session, f"{name}_{n}") is None)
    return prompt(
        window,
        f"Duplicate {name}",
        "The copy has the files as they are on disk, and the new name in its configuration.",
        free,
        "Duplicate",
        lambda new: _reason(session, new),
        lambda new: _run(session, lambda: operations.duplicate(folder, new)),
    )


def delete(window: QWidget, session: Session, name: str) -> Question | None:
    """Asks, naming the model, and moves its folder to the trash."""
    folder = _folder(session, name)
    if folder is None:
        return None
    count = len(folder.versions)
    versions = f"{count} version{'' if count == 1 else 's'}"
    lost = " Its unsaved edits are lost." if _unsaved(session, name) else ""
    return confirm(
        window,
        f"Move {name} to the trash?",
        f"{folder.path} with {versions}. You can get it back from the system’s trash.{lost}",
        "Move to the trash",
        lambda: _delete(session, folder),
    )


def _delete(session: Session, folder: ModelFolder) -> None:
    session.close_model(folder.name)
    _run(session, lambda: operations.trash(folder))


def _run(session: Session, work: object) -> None:
    """Works in a task, then reads the repository again; what fails is posted."""
    from studio.app import notices, tasks

    owner: QObject = session
    tasks.run(
        owner,
        lambda _context: work(),  # type: ignore[operator]
        lambda text: _tell(session, str(text)),
        notices.post_failure,
    )


def _tell(session: Session, text: str) -> None:
    from studio.app import notices

    notices.post("success", text)
    session.rescan()
