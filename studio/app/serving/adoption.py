"""Containers that earlier studios left: the one of the folder in front is taken over, others are offered.

One that a living studio has is never taken unasked: the person is asked, and that studio told.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer

from studio.app import notices
from studio.app.notices import Notice

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.engines.docker.leftovers import Leftover

Confirm: TypeAlias = Callable[[str, str, Callable[[], object]], object]
"""Asks a person: a title, what would be done, and what to call where the answer is yes."""
_LOOK_AFTER_MS = 400
"""The window is painted first, and a repository that is being opened is known by then or asks again."""


class Adoption(QObject):
    """Looks for containers when it is made, when a repository opens, and when Docker comes up."""

    def __init__(self, session: Session, confirm: Confirm | None = None) -> None:
        """Without `confirm` nobody can be asked, and what a living studio has is not offered."""
        super().__init__(session)
        self._session = session
        self._confirm = confirm
        self._offered: set[tuple[str, bool]] = set()
        self._soon = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._soon.timeout.connect(lambda: session.server.find_running(self.settle))
        session.repository_changed.connect(self.look)
        session.server.docker_came.connect(self.look)
        self.look()

    def look(self, _: object = None) -> None:
        """Look soon for a server that runs already."""
        self._soon.start()

    def settle(self, found: tuple[Leftover, ...]) -> None:
        """Take over the only one, where it serves the folder in front; offer the others that can be had, once."""
        free = [each for each in found if not each.is_driven]
        repository = self._session.repository
        folder = repository.path if repository else None
        taken = the_one(free, folder)
        if taken is not None and not self._session.server.status.is_running:
            self._take(taken)
            free.remove(taken)
        driven = [each for each in found if self._confirm is not None and _is_others(each) and _serves(each, folder)]
        for each in (*free, *driven):
            if (each.name, each.is_driven) not in self._offered:
                self._offered.add((each.name, each.is_driven))
                notices.notices().post(self._offer_driven(each) if each.is_driven else self._offer(each))

    def _take(self, container: Leftover) -> None:
        server = self._session.servers.adopt(container.name)
        stop = ("Stop it", server.stop)
        text = "Took over the server that an earlier Trireme left running"
        notices.notices().post(Notice("info", text, _described(container), (stop,), _key(container)))

    def _offer(self, container: Leftover) -> Notice:
        take = ("Take it over", partial(self._session.servers.adopt, container.name))
        who = "that was started by hand" if container.by_hand else "that an earlier Trireme started"
        text = f"A container {who} still runs"
        return Notice("info", text, _described(container), (take, self._attach(container)), _key(container))

    def _offer_driven(self, container: Leftover) -> Notice:
        take = ("Take it over…", partial(self._ask, container))
        detail = f"{_studio(container)} runs it. {_described(container)}"
        text = "Another Trireme serves this folder"
        return Notice("info", text, detail, (self._attach(container), take), _key(container))

    def _attach(self, container: Leftover) -> tuple[str, Callable[[], object]]:
        return "Attach to it", partial(self._session.server.attach, container.addresses)

    def _ask(self, container: Leftover) -> None:
        if self._confirm is None:
            return
        text = (
            f"{_studio(container)} runs {container.name}, which serves {container.repository}. It is told, lets go of "
            "the container without stopping it, and can only attach to it from then on."
        )
        take = partial(self._session.servers.adopt, container.name, self._myself())
        self._confirm("Take the server from another Trireme?", text, take)

    def _myself(self) -> str:
        """This studio, for the other."""
        folder = self._session.repository.path if self._session.repository else None
        return f"Trireme (process {os.getpid()}{f', {folder}' if folder else ''})"


def the_one(free: list[Leftover], repository: Path | None) -> Leftover | None:
    """The container to take over unasked: the only one there is, of this repository, which a studio started."""
    return free[0] if len(free) == 1 and not free[0].by_hand and _serves(free[0], repository) else None


def _serves(container: Leftover, folder: Path | None) -> bool:
    if folder is None or container.repository is None:
        return False
    return container.repository.resolve() == folder.resolve()


def _is_others(container: Leftover) -> bool:
    """Whether another studio has it."""
    return container.is_driven and container.driver != os.getpid()


def _studio(container: Leftover) -> str:
    """The studio that has a container, for a person."""
    return f"Trireme in process {container.driver}" if container.driver else "Another Trireme"


def _described(container: Leftover) -> str:
    return f"{container.name}: {container.image} serves {container.repository or 'a folder that it does not name'}."


def _key(container: Leftover) -> str:
    return f"leftover:{container.name}"
