"""Unloading models at a person's wish: asks first where others on the server need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.core.inference.model_index import is_ready
from studio.core.serving.dependents import dependents
from studio.ui.widgets.dialogs import confirm

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.app.session import Session


def unload(window: QWidget, session: Session, models: Sequence[str]) -> None:
    """Unloads these models; those that need them stop answering too, which is asked first."""

    server = session.server.current

    def do() -> None:
        # Another server may be current by the time of the answer.
        for name in models:
            server.unload(name)

    states = server.models
    needing = [name for name in dependents(session.drafts(), models) if is_ready(states.get(name, ()))]
    if not needing:
        do()
        return
    what = models[0] if len(models) == 1 else f"{len(models)} models"
    verb = "needs" if len(needing) == 1 else "need"
    it = "it" if len(models) == 1 else "them"
    text = f"{', '.join(needing)} {verb} {it} and will not answer any more either."
    confirm(window, f"Unload {what}?", text, "Unload", do)
