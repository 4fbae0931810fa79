"""What happened to servers that are not in front: told once, and marked until somebody looks."""

from __future__ import annotations

from collections.abc import Callable

from studio.app import notices
from studio.app.serving.ladder import PROCESS, ServerStatus
from studio.app.serving.server import ServerControl
from studio.core.serving.launch import State


class Alarms:
    """Follows the servers' statuses. UI thread only."""

    def __init__(self) -> None:
        self._down: set[ServerControl] = set()
        self._unseen: set[ServerControl] = set()
        self._ended = False

    def is_unseen(self, server: ServerControl) -> bool:
        """Whether it failed while another was in front, and nobody looked since."""
        return server in self._unseen

    def seen(self, server: ServerControl) -> None:
        """It is in front now."""
        self._unseen.discard(server)

    def forget(self, server: ServerControl) -> None:
        """It is gone from the list."""
        self._unseen.discard(server)
        self._down.discard(server)

    def end(self) -> None:
        """The session ends: nothing is told any more."""
        self._ended = True

    def look(self, server: ServerControl, name: str, in_front: bool, show: Callable[[], object]) -> None:
        """Takes how a server is now; `show` brings it in front."""
        reason = _down(server.status)
        if reason is None:
            self._down.discard(server)
        elif server not in self._down:
            self._down.add(server)
            if not in_front and not self._ended:
                self._unseen.add(server)
                what = "ended" if server.is_free else "does not answer"
                notices.post("warning", f"The server {name} {what}", reason, (("Show it", show),), f"server:{name}")


def _down(status: ServerStatus) -> str | None:
    """Why a server that was there is not any more; None where it is, or was told to go."""
    if status.state is State.FAILED:
        return status.exit.reason if status.exit is not None else ""
    rung = status.rung(PROCESS)
    return rung.evidence if status.is_running and rung.state == "fail" else None
