"""Sending saved requests: one, some or all, a few at a time, with what came of each kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app.serving.connected import ConnectedServer
from studio.app.serving.several.current import CurrentServer
from studio.core.inference.request_size import answer_bytes
from studio.core.saved_requests.folder import RequestFolder
from studio.core.saved_requests.outcome import Outcome
from studio.failure import Failure
from studio.net.cancel import Cancel

if TYPE_CHECKING:
    from studio.client.saved_runs import Run

AT_ONCE = 4
MOST_BYTES = 256 << 20
"""Of answers that are kept; what came of a request is kept without them too."""


class RequestRuns(QObject):
    """One run at a time, against the server that is current when it begins. UI thread only."""

    came = Signal(object)
    """Outcome: of the request that was sent last."""
    ended = Signal(object)
    """dict[str, Outcome]: all of the run."""

    began = Signal(object)
    """tuple[str, ...]: the requests that are sent now."""

    def __init__(self, server: CurrentServer, parent: QObject | None = None, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(parent)
        self.outcomes: dict[str, Outcome] = {}
        """The last of each request, the latest last; they outlive the server, and their answers as far as there is
        room."""
        self.before: dict[str, Outcome] = {}
        """What came of each request the time before, without its answer."""
        self.began_at = 0.0
        """When the last run began, in seconds since the epoch; 0 before the first."""
        self.seconds = 0.0
        """How long it took."""
        self.most_bytes = most_bytes
        self.dropped: set[str] = set()
        """Requests whose answers went, since there is no room for all."""
        self._server = server
        self._waiting: deque[str] = deque()
        self._under_way: set[str] = set()
        self._names: tuple[str, ...] = ()
        self._cancel = Cancel()
        self._is_filling = False
        self._is_told = True
        self._bails = False

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
        bail: bool = False,
    ) -> None:
        """Send these; one that runs is cancelled first.

        `repository` is where labels are, `renews` keeps what comes, `bail` sends none after one that is not good.
        """
        from studio.client.saved_runs import Run
        from studio.core.inference.repository_labels import RepositoryLabels

        self.cancel()
        self._names, self._cancel = tuple(dict.fromkeys(names)), Cancel()
        self._waiting, self._under_way, self._is_told = deque(self._names), set(), False
        asked = Run(folder, variables or {}, RepositoryLabels(repository), renews)
        self.began_at, self.seconds, self._bails = time.time(), 0.0, bail
        server, cancel = self._server.current, self._cancel
        self.began.emit(self._names)
        self._fill(server, asked, cancel)
        if not self._names:
            self.ended.emit({})

    def cancel(self) -> None:
        """End it: what waits is not sent, and what is under way is ended, on the server too where it can be told."""
        self._leave("It was not sent.")
        self._cancel.set()

    def forget(self) -> None:
        """Let go of all that came, and of what is under way: other requests may have the same names."""
        self._cancel.set()
        self._cancel, self._is_told = Cancel(), True
        self._waiting, self._under_way, self._names = deque(), set(), ()
        self.outcomes, self.before, self.dropped = {}, {}, set()
        self.began_at = self.seconds = 0.0
        self.ended.emit({})

    def _leave(self, why: str) -> None:
        """Sends no more of those that wait."""
        waiting, self._waiting = tuple(self._waiting), deque()
        for name in waiting:
            self._keep(Outcome(name, "", "cancelled", message=why))

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
            self.seconds = time.time() - self.began_at
            self.ended.emit({each: self.outcomes[each] for each in self._names})

    def _send(self, name: str, server: ConnectedServer, run: Run, cancel: Cancel) -> None:
        from studio.client.saved_runs import send

        self._under_way.add(name)

        def over(outcome: Outcome) -> None:
            if cancel is self._cancel:
                self._keep(outcome)
                self._under_way.discard(name)
                if self._bails and not outcome.is_good and outcome.state != "cancelled":
                    self._leave(f"It was not sent, since {name} is not as expected.")
                self._fill(server, run, cancel)

        def failed(failure: Failure) -> None:
            over(Outcome(name, "", "error", message=str(failure)))

        server.ask(f"Send the request {name}", lambda client: send(client, run, name, cancel), over, failed)

    def _keep(self, outcome: Outcome) -> None:
        old = self.outcomes.pop(outcome.name, None)
        if old is not None and old.state != "cancelled":
            self.before[outcome.name] = replace(old, result=None)
        self.outcomes[outcome.name] = outcome
        self.dropped.discard(outcome.name)
        self._make_room(outcome.name)
        self.came.emit(outcome)

    def _make_room(self, latest: str) -> None:
        """The answers of the oldest go first; the latest always stays."""
        sizes = {name: answer_bytes(each.result) for name, each in self.outcomes.items() if each.result is not None}
        total = sum(sizes.values())
        for name, size in sizes.items():
            if total <= self.most_bytes:
                return
            if name != latest:
                self.outcomes[name] = replace(self.outcomes[name], result=None)
                self.dropped.add(name)
                total -= size
