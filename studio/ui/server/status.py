"""The server in the status bar: its ladder, what it is, and how many models it has loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.inference.model_index import failed_versions, ready_models
from studio.core.serving.launch import State
from studio.ui.room.place import PagePlace
from studio.ui.server import names
from studio.ui.widgets import LadderRungs
from studio.ui.widgets.status import StatusEntry, status_label

if TYPE_CHECKING:
    from studio.app.serving.server import ServerStatus
    from studio.ui.room.context import Context

_MARKS = {
    State.READY: ("ok", "a server runs"),
    State.STARTING: ("warn_fill", "the server starts"),
    State.STOPPING: ("warn_fill", "the server stops"),
    State.FAILED: ("error", "the server failed"),
}


class ServerEntry(StatusEntry):
    """Follows the session's server, here and by the dot in the activity bar; leads to its page."""

    def __init__(self, context: Context) -> None:
        super().__init__(names.Status.SERVER, "Server", spacing=8)
        self._context = context
        self._server_control = context.session.server
        self.ladder = LadderRungs()
        self.ladder.setObjectName(names.Status.LADDER)
        self._server = status_label(role="text", weight=500)
        self._models = status_label(weight=500)
        self._models.setObjectName(names.Status.MODELS)
        for part in (self.ladder, self._server, self._models):
            self.add(part)
        for pressed in (self.clicked, self.ladder.clicked):
            pressed.connect(lambda: context.show(PagePlace("serve")))
        self._server_control.status_changed.connect(self._show)
        self._server_control.models_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        status = self._server_control.status
        running = status.is_running or status.state is State.STOPPING
        if running or status.state is State.FAILED:
            models, role = self._loaded(status) if running else (_reason(status), "error")
            self._show_texts(status, status.description or "Server", models, role)
        else:
            self._show_texts(None, "No server", "", "dim")
        self._context.mark("serve", *_MARKS.get(status.state, ("", "")))

    def _show_texts(self, status: ServerStatus | None, server: str, models: str, role: str) -> None:
        rungs = status.rungs if status is not None else ()
        self.ladder.set_rungs(rungs)
        self._server.setText(server)
        self._server.set_role("text" if rungs else "dim")
        self._models.setText(models)
        self._models.set_role(role)
        self._models.setVisible(bool(models))

    def _loaded(self, status: ServerStatus) -> tuple[str, str]:
        """How many models are loaded, and whether that is well."""
        models = self._server_control.models
        ready = len(ready_models(models))
        if status.state is State.STARTING:
            return "starting", "warn"
        if not models:
            return "no model loaded", "dim"
        if ready == len(models):
            return f"{ready} of {ready} models loaded", "dim"
        return f"{ready} of {len(models)} models loaded", "error" if failed_versions(models) else "dim"


def _reason(status: ServerStatus) -> str:
    reason = status.exit.reason if status.exit else "it did not start"
    return f"ended: {reason}"[:90]
