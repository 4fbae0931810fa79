"""Unloading models from the server before their folders are renamed or moved to the trash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from studio.ui.explorer import names
from studio.ui.widgets import Switch

if TYPE_CHECKING:
    from studio.app.serving.server import ServerControl
    from studio.app.session import Session


def is_loaded(session: Session, name: str) -> bool:
    """Whether the server has a model, or is about to."""
    return any(row.is_ready or row.is_loading for row in session.server.models.get(name, ()))


def unload_switch(session: Session, models: Sequence[str]) -> Switch | None:
    """The offer to unload what the server has of these models; None where it has none."""
    loaded = [name for name in models if is_loaded(session, name)]
    if not loaded:
        return None
    what = loaded[0] if len(loaded) == 1 else f"{len(loaded)} models"
    switch = Switch(f"Unload {what} from the server first")
    switch.setObjectName(names.Explorer.UNLOAD_FIRST)
    switch.setToolTip("Without it the server keeps what it has loaded, and fails to load it again by this name.")
    switch.setChecked(True)
    return switch


def after_unload(session: Session, models: Sequence[str], wanted: bool, then: Callable[[], object]) -> None:
    """Unloads what is loaded of these models where that is wanted, then goes on. A refusal is told, and ends it."""
    loaded = [name for name in models if is_loaded(session, name)] if wanted else []
    _unload_in_turn(session.server.current, loaded, then)


def _unload_in_turn(server: ServerControl, models: Sequence[str], then: Callable[[], object]) -> None:
    """One after the other, on the server that was current when the first was."""
    if models:
        server.unload(models[0], then=lambda: _unload_in_turn(server, models[1:], then))
    else:
        then()
