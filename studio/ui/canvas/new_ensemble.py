"""The question that begins a new ensemble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.operations.naming import free_name, name_problem
from studio.ui.canvas.new_models import make_ensemble
from studio.ui.room.place import ModelPlace
from studio.ui.widgets.dialogs import Prompt, prompt

if TYPE_CHECKING:
    from studio.ui.room.context import Context


def ask_ensemble(context: Context) -> Prompt | None:
    """Asks for the name of an ensemble of the models selected in the explorer: one alone makes it empty."""
    session = context.session
    repository = session.repository
    if repository is None:
        return None
    models = context.selection.models
    models = models if len(models) > 1 else ()
    words = f"It runs {', '.join(models)}, wired where names and types fit." if models else "It begins without steps."

    def show_made(name: str) -> None:
        page = context.show(ModelPlace(name))
        if page is not None:
            page.setFocus()

    def open_made(name: str) -> None:
        session.rescan(lambda: show_made(name))

    def make(name: str) -> None:
        make_ensemble(session, name, models, lambda: open_made(name))

    name = free_name(repository, "pipeline")
    return context.ask(
        lambda window: prompt(
            window, "New ensemble", words, name, "Create", lambda each: name_problem(repository, each), make
        )
    )
