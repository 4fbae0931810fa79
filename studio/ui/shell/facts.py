"""Gathers what holds in the window now, for the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.look import theme
from studio.ui.room.facts import Facts
from studio.ui.room.page import Saves, ShowsTrace

if TYPE_CHECKING:
    from studio.app.selection import Selection
    from studio.app.session import Session
    from studio.ui.shell.documents import Documents
    from studio.ui.shell.layout import DockLayout


def gather(session: Session | None, selection: Selection | None, documents: Documents, docks: DockLayout) -> Facts:
    """The facts of a window; those of an empty frame before the session is there."""
    choice = theme.changes().choice
    if session is None or selection is None:
        return Facts(theme=choice)
    model, text = documents.current_model(), documents.current_text()
    return Facts(
        has_session=True,
        has_repository=session.repository is not None,
        tabs=documents.tab_count(),
        has_preview=documents.has_preview(),
        can_reopen=documents.history.can_reopen,
        has_model=model is not None,
        has_text=text is not None,
        has_trace=isinstance(documents.front(), ShowsTrace),
        has_request=isinstance(documents.front(), Saves),
        is_ensemble=model is not None and model.last_good.config.is_ensemble,
        can_undo=text is not None and text.undo_stack.canUndo(),
        can_redo=text is not None and text.undo_stack.canRedo(),
        unsaved=len(session.unsaved()),
        model=selection.model,
        models=selection.models,
        problem=selection.problem,
        row=selection.row,
        server_runs=session.server.status.is_running,
        server_stops=session.server.is_stopping,
        servers=len(session.servers.listed),
        serves_another_folder=session.servers.serves_another_folder,
        may_change_models=not session.server.guard.refusal,
        why_no_changes=session.server.guard.refusal,
        shows_explorer=docks.wanted["explorer"],
        shows_inspector=docks.inspector.isVisible(),
        shows_panel=not docks.bottom.is_folded,
        theme=choice,
    )
