"""What holds now, as words that commands name in `needs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.ui.shell.window import MainWindow


def facts(window: MainWindow) -> frozenset[str]:
    """The facts of a window: session, repository, model, unsaved, running, …"""
    session = window.session
    if session is None:
        return frozenset()
    model = window.documents.current_model()
    node = window.explorer.current()
    held = {
        "session": True,
        "repository": session.repository is not None,
        "tab": bool(window.tabs.current()),
        "model": model is not None,
        "ensemble": model is not None and model.last_good.config.is_ensemble,
        "undo": model is not None and model.undo_stack.canUndo(),
        "redo": model is not None and model.undo_stack.canRedo(),
        "unsaved": bool(session.unsaved()),
        "problems": bool(session.findings),
        "selected": bool(window.documents.selected_model()),
        "one": len(window.documents.selected_models()) == 1,
        "file": node is not None and node.kind in ("file", "config"),
        "running": session.server.status.is_running,
        "launchable": session.repository is not None,
    }
    return frozenset(name for name, holds in held.items() if holds)
