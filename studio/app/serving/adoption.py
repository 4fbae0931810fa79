"""Containers that earlier studios left: the one of the folder in front is taken over, others are offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from studio.app import notices
from studio.app.notices import Notice

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.engines.docker.leftovers import Leftover

_LOOK_AFTER_MS = 400
"""The window is painted first, and a repository that is being opened is known by then or asks again."""


class Adoption(QObject):
    """Looks for containers when it is made, when a repository opens, and when Docker comes up."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._offered: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._soon.timeout.connect(lambda: session.server.find_running(self.settle))
        session.repository_changed.connect(self.look)
        session.server.docker_came.connect(self.look)
        self.look()

    def look(self, _: object = None) -> None:
        """Look soon; while a server runs there is nothing to take over."""
        if not self._session.server.status.is_running:
            self._soon.start()

    def settle(self, found: tuple[Leftover, ...]) -> None:
        """Take over the only one, where it serves the folder in front; offer whatever else nobody drives, once."""
        free = [each for each in found if not each.is_driven]
        if self._session.server.status.is_running:
            return
        repository = self._session.repository
        taken = the_one(free, repository.path if repository else None)
        if taken is not None:
            self._take(taken)
            return
        for each in free:
            if each.name not in self._offered:
                self._offered.add(each.name)
                notices.notices().post(self._offer(each))

    def _take(self, container: Leftover) -> None:
        server = self._session.server
        server.adopt(container.name)
        stop = ("Stop it", server.stop)
        text = "Took over the server that an earlier Trireme left running"
        notices.notices().post(Notice("info", text, _described(container), (stop,), _key(container)))

    def _offer(self, container: Leftover) -> Notice:
        server = self._session.server

        def when_free(act: Callable[[], object]) -> Callable[[], object]:
            return lambda: None if server.status.is_running else act()

        take = ("Take it over", when_free(lambda: server.adopt(container.name)))
        attach = ("Attach to it", when_free(lambda: server.attach(container.addresses)))
        who = "that was started by hand" if container.by_hand else "that an earlier Trireme started"
        text = f"A container {who} still runs"
        return Notice("info", text, _described(container), (take, attach), _key(container))


def the_one(free: list[Leftover], repository: Path | None) -> Leftover | None:
    """The container to take over unasked: the only one there is, of this repository, which a studio started."""
    if len(free) != 1 or free[0].by_hand or repository is None or free[0].repository is None:
        return None
    return free[0] if free[0].repository.resolve() == repository.resolve() else None


def _described(container: Leftover) -> str:
    return f"{container.name}: {container.image} serves {container.repository or 'a folder that it does not name'}."


def _key(container: Leftover) -> str:
    return f"leftover:{container.name}"
