"""Sending saved requests: one, some or all, a few at a time, with what came of each kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app.serving.connected import ConnectedServer
from studio.app.serving.several.current import CurrentServer
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.outcome import Outcome
from studio.failure import Failure
from studio.net.cancel import Cancel

if TYPE_CHECKING:
    from studio.client.saved_runs import Run

AT_ONCE = 4


class RequestRuns(QObject):
    """One run at a time, against the server that is current when it begins. UI thread only."""

    came = Signal(object)
    """Outcome: of the request that was sent last."""
    ended = Signal(object)
    """dict[str, Outcome]: all of the run."""

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outcomes: dict[str, Outcome] = {}
        """The last of each request; they outlive the server."""
        self._server = server
        self._waiting: deque[str] = deque()
        self._under_way: set[str] = set()
        self._names: tuple[str, ...] = ()
        self._cancel = Cancel()
        self._is_filling = False
        self._is_told = True

    @property
    def is_running(self) -> bool:
        """Whether requests are under way or wait for their turn."""
        return bool(self._under_way or self._waiting)

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the run are over, and how many it has."""
        return len(self._names) - len(self._waiting) - len(self._under_way), len(self._names)

    def run(
        self,
        folder: RequestFolder,
        names: Iterable[str],
        variables: Mapping[str, Any] | None = None,
        repository: Path | None = None,
        *,
        renews: bool = False,
    ) -> None:
        """Send these; one that runs is cancelled first. `repository` is where labels are, `renews` keeps what comes."""
        from studio.client.saved_runs import Run
        from studio.core.inference.repository_labels import RepositoryLabels

        self.cancel()
        self._names, self._cancel = tuple(dict.fromkeys(names)), Cancel()
        self._waiting, self._under_way, self._is_told = deque(self._names), set(), False
        asked = Run(folder, variables or {}, RepositoryLabels(repository), renews)
        server, cancel = self._server.current, self._cancel
        self._fill(server, asked, cancel)
        if not self._names:
            self.ended.emit({})

    def cancel(self) -> None:
        """End it: what waits is not sent, and what is under way is ended, on the server too where it can be told."""
        waiting, self._waiting = tuple(self._waiting), deque()
        for name in waiting:
            self._keep(Outcome(name, "", "cancelled", message="It was not sent."))
        self._cancel.set()

    def _fill(self, server: ConnectedServer, run: Run, cancel: Cancel) -> None:
        """Sends as many as may be under way. Without a server each of them is over at once."""
        if self._is_filling or cancel is not self._cancel:
            return
        self._is_filling = True
        while self._waiting and len(self._under_way) < AT_ONCE:
            self._send(self._waiting.popleft(), server, run, cancel)
        self._is_filling = False
        if self._names and not self._under_way and not self._is_told:
            self._is_told = True
            self.ended.emit({each: self.outcomes[each] for each in self._names})

    def _send(self, name: str, server: ConnectedServer, run: Run, cancel: Cancel) -> None:
        from studio.client.saved_runs import send

        self._under_way.add(name)

        def over(outcome: Outcome) -> None:
            if cancel is self._cancel:
                self._keep(outcome)
                self._under_way.discard(name)
                self._fill(server, run, cancel)

        def failed(failure: Failure) -> None:
            over(Outcome(name, "", "error", message=str(failure)))

        server.ask(f"Send the request {name}", lambda client: send(client, run, name, cancel), over, failed)

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.name] = outcome
        self.came.emit(outcome)
