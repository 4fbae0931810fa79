"""The server in the status bar: its ladder, what it is, and how many models it has loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.app.serving.ladder import REQUEST
from studio.core.serving.launch import State
from studio.ui.look.theme import ui_font
from studio.ui.room.place import PagePlace
from studio.ui.server import names
from studio.ui.server.colours import ConnectionBadge
from studio.ui.server.models_line import why_place
from studio.ui.server.several.commands import serve_here
from studio.ui.widgets import LadderRungs, LinkButton
from studio.ui.widgets.dialogs import confirm
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
        self.badge = ConnectionBadge(height=16)
        self.badge.setObjectName(names.Status.CONNECTION)
        self.folder = status_label()
        self.folder.setObjectName(names.Status.FOLDER)
        self.serve_here = LinkButton("Serve this folder")
        self.serve_here.setObjectName(names.Status.SERVE_HERE)
        self.serve_here.setFont(ui_font(11, 500))
        self.why = LinkButton("Why?")
        self.why.setObjectName(names.Status.WHY)
        self.why.setFont(ui_font(11, 500))
        for part in (self.ladder, self.badge, self._server, self.folder, self.serve_here, self._models, self.why):
            self.add(part)
        self._connect(context)
        self._show()

    def _connect(self, context: Context) -> None:
        for pressed in (self.clicked, self.ladder.clicked):
            pressed.connect(lambda: context.show(PagePlace("serve")))
        self._server_control.status_changed.connect(self._show)
        self._server_control.models_changed.connect(self._show)
        self._server_control.guard_changed.connect(self._show)
        context.session.servers.confirm_with(self._ask)
        for changed in (context.session.repository_changed, context.session.servers.changed):
            changed.connect(self._show)
        self.serve_here.clicked.connect(lambda: serve_here(context))
        self.why.clicked.connect(self._ask_why)

    def _ask_why(self) -> None:
        place = why_place(self._context.session)
        if place is not None:
            self._context.show(place)

    def _ask(self, what: str, server: str, act: Callable[[], object]) -> None:
        """Asks before something is changed on a server that others use too."""
        text = f"{what} on {server}, which is not on this machine. Others may be using it."
        self._context.ask(lambda window: confirm(window, f"Change {server}?", text, f"Change {server}", act))

    def _show(self, *_: object) -> None:
        connection, read_only = self._server_control.guard.connection, self._server_control.guard.is_read_only
        self.badge.show_connection(
            connection.name if connection else "", connection.colour if connection else "", read_only=read_only
        )
        status = self._server_control.status
        running = status.is_running or status.state is State.STOPPING
        if running or status.state is State.FAILED:
            models, role = self._loaded(status) if running else (_reason(status), "error")
            self._show_texts(status, "" if connection else status.description or "Server", models, role)
        else:
            self._show_texts(None, self._stopped(), "", "dim")
        self._show_folder(status)
        silent = ("error", "the server does not answer") if status.is_silent else None
        self._context.mark("serve", *(silent or _MARKS.get(status.state, ("", ""))))

    def _show_folder(self, status: ServerStatus) -> None:
        """The folder that a server of ours serves; where another is in front, a press serves that."""
        served = status.spec.repository if status.is_running and status.spec is not None else None
        in_front = self._context.session.repository
        is_other = served is not None and in_front is not None and in_front.path != served
        servers = self._context.session.servers
        self.folder.setText(f"serves {servers.identity(servers.current).name}" if served is not None else "")
        self.folder.setToolTip(str(served) if served is not None else "")
        self.folder.set_role("warn" if is_other else "dim")
        self.folder.setVisible(served is not None)
        there = servers.serving(in_front.path) if is_other and in_front else None
        words = "Show the server of" if there is not None else "Launch one more server on"
        self.serve_here.setToolTip(f"{words} {in_front.path}" if is_other and in_front else "")
        self.serve_here.setVisible(is_other)

    def _show_texts(self, status: ServerStatus | None, server: str, models: str, role: str) -> None:
        rungs = status.rungs if status is not None else ()
        self.ladder.set_rungs(rungs)
        self._server.setText(server)
        self._server.setVisible(bool(server))
        self._server.set_role("text" if rungs else "dim")
        self._models.setText(models)
        self._models.set_role(role)
        self._models.setVisible(bool(models))
        self.why.setVisible(bool(rungs) and why_place(self._context.session) is not None)

    def _stopped(self) -> str:
        """What is told where the current one does not run; which it is, where another does."""
        servers = self._context.session.servers
        name = servers.identity(servers.current).name
        others = any(each.status.is_running for each in servers.listed)
        return f"{name} is stopped" if name and others else "No server"

    def _loaded(self, status: ServerStatus) -> tuple[str, str]:
        """How many models are loaded, and whether that is well."""
        ready, should = self._server_control.readiness()
        if status.is_silent:
            return "does not answer", "error"
        if status.state is State.STARTING:
            return "starting", "warn"
        if not self._server_control.models:
            return "no model loaded", "dim"
        if status.rung(REQUEST).state == "fail":
            return f"{ready} of {should} models loaded, one does not answer", "error"
        is_wrong = bool(self._server_control.counts.failed)
        return f"{ready} of {should} models loaded", "error" if is_wrong else "dim" if ready == should else "warn"


def _reason(status: ServerStatus) -> str:
    reason = status.exit.reason if status.exit else "it did not start"
    return f"ended: {reason}"[:90]
