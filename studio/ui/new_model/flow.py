"""From a drop or a command to an open model: asks by the dialog, and opens what was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.ui.new_model.dialog import NewModelDialog
from studio.ui.room.place import ModelPlace, RepositoryPlace
from studio.ui.widgets.dialogs import confirm

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def ask_new_model(context: Context) -> NewModelDialog:
    """Asks what the new model is made of."""
    dialog = context.ask(lambda window: NewModelDialog(window, context.session))
    dialog.created.connect(lambda name, repository: _open_created(context, name, repository))
    dialog.repository_dropped.connect(lambda path: _offer_repository(context, dialog, path))
    dialog.open()
    return dialog


def _open_created(context: Context, name: str, repository: Path) -> None:
    """Opens a model that was made, and its repository where that is not open."""
    session = context.session
    if session.repository is not None and session.repository.path == repository:
        session.rescan(lambda: _show(context, name))
        return
    session.repository_changed.connect(lambda _: _show(context, name), Qt.ConnectionType.SingleShotConnection)
    context.show(RepositoryPlace(repository))


def _show(context: Context, name: str) -> None:
    repository = context.session.repository
    if repository is not None and repository.model(name) is not None:
        context.show(ModelPlace(name))
        context.session.folders.announce(name)


def _offer_repository(context: Context, dialog: NewModelDialog, path: Path) -> None:
    dialog.close()
    held = context.session.repository
    if held is None:
        context.show(RepositoryPlace(path))
        return
    title = f"Open the repository {path.name}?"
    text = f"{path} holds models of its own. {held.path.name} is closed for it; unsaved edits are asked about."
    context.ask(
        lambda window: confirm(window, title, text, "Open", lambda: context.show(RepositoryPlace(path)), "primary")
    )
