"""Whether the models of a server may be changed from here, and who is asked before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import notices
from studio.app.failure import AppError
from studio.core.serving.address import AddressError
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.saved import SavedConnection, unsaved

T = TypeVar("T")
Ask: TypeAlias = Callable[[str, str, Callable[[], object]], object]
"""Asks a person: what is about to be done, on which server, and what to call where the answer is yes."""
_NO_CONTROL = "explicit model load / unload is not allowed"
_MODES = {
    ControlMode.NONE: "The server was launched with control mode None: it loads every model at its start.",
    ControlMode.POLL: "The server was launched with control mode Poll: it looks for changed files itself.",
}


class Guard(QObject):
    """Stands before every load and unload. UI thread only."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection: SavedConnection | None = None
        """The server that somebody else runs; None where there is none, or ours."""
        self.lacks: tuple[str, ...] = ()
        """What does not answer there, each with why: "metrics: nothing listens at …"."""
        self.ask: Ask | None = None
        """Who asks the person; without one nothing is done where asking is due."""
        self._refusal = "No server runs."
        self._lacks_control = ""
        self._allowed = self._may_ask = False
        self._waiting: list[tuple[str, Callable[[], object]]] = []

    def begin(self, spec: LaunchSpec | None, connection: SavedConnection | None = None) -> None:
        """A server begins, or none is there any more."""
        self._lacks_control, self.lacks = "", ()
        self._waiting.clear()
        is_attached = spec is not None and spec.kind is EngineKind.ATTACHED
        self.connection = (connection or unsaved(spec.addresses)) if spec is not None and is_attached else None
        self._allowed = self.connection is None or not _is_read_only(self.connection)
        self._may_ask = self.connection is not None and self.connection.asked
        self._refusal = "No server runs." if spec is None else "" if is_attached else _MODES.get(spec.control, "")
        self.changed.emit()

    @property
    def refusal(self) -> str:
        """Why loading and unloading are off; empty where they are on."""
        if self._refusal or self._lacks_control:
            return self._refusal or self._lacks_control
        if self._allowed or self.connection is None:
            return ""
        return f"{self.connection.name} is read-only here. Allow changes on the server’s page."

    @property
    def is_read_only(self) -> bool:
        """Whether a person has yet to allow changes."""
        return self.connection is not None and not self._allowed

    @property
    def asks(self) -> bool:
        """Whether each change is asked about first: what is not on this machine is others' too."""
        return self.connection is not None and not _is_here(self.connection)

    def allow(self, allowed: bool) -> None:
        """The person lets models be changed there, or no longer does."""
        if self.connection is not None and allowed != self._allowed:
            self._allowed = allowed
            self.changed.emit()

    @property
    def may_ask(self) -> bool:
        """Whether the person lets models there be sent small requests of the studio's own."""
        return self.connection is not None and self._may_ask

    def allow_requests(self, allowed: bool) -> None:
        """The person lets models there be asked whether they answer, or no longer does."""
        if self.connection is not None and allowed != self._may_ask:
            self._may_ask = allowed
            self.changed.emit()

    def note_lacks(self, lacks: tuple[str, ...]) -> None:
        """Takes what was not found when the server was attached to."""
        if lacks != self.lacks:
            self.lacks = lacks
            self.changed.emit()

    def note_refused(self, reason: str) -> None:
        """Takes what the server said no with: one that takes no such calls is not offered them again."""
        if _NO_CONTROL in reason.lower() and not self._lacks_control:
            self._lacks_control = "The server takes no load and unload: it runs without explicit model control."
            self.changed.emit()

    def permit(self, what: str, act: Callable[[], T]) -> T | None:
        """Does it, asks first, or says why not; `what` is as "Load model". None where it was not done at once."""
        if self.refusal:
            notices.post_failure(AppError(what, self.refusal))
            return None
        if not self.asks:
            return act()
        self._waiting.append((what, act))
        if len(self._waiting) == 1:
            # Several models at once are one question.
            QTimer.singleShot(0, self, self._ask_now)
        return None

    def permit_change(self, what: str, act: Callable[[], object]) -> None:
        """The same for what is no load, which no control mode forbids: does it, asks first, or says why not."""
        connection = self.connection
        if self.is_read_only and connection is not None:
            reason = f"{connection.name} is read-only here."
            notices.post_failure(AppError(what, reason, "Allow changes on the server’s page."))
        elif not self.asks:
            act()
        elif self.ask is not None and connection is not None:
            self.ask(what, connection.name, lambda: act() if self.connection is connection else None)

    def _ask_now(self) -> None:
        waiting, self._waiting = self._waiting, []
        connection = self.connection
        if not waiting or connection is None or self.ask is None:
            return

        def act() -> None:
            # What was asked about one server is not done to the next.
            if self.connection is connection and not self.refusal:
                for _, each in waiting:
                    each()

        self.ask(", ".join(what for what, _ in waiting), connection.name, act)


def _is_read_only(connection: SavedConnection) -> bool:
    try:
        return connection.is_read_only
    except AddressError:
        return True


def _is_here(connection: SavedConnection) -> bool:
    try:
        return connection.is_here
    except AddressError:
        return False
