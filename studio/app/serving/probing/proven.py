"""Whether the models of one server answer: by being asked, or by what it counts of others' requests."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QObject

from studio.app.serving import ladder
from studio.app.serving.connected import ConnectedServer
from studio.app.serving.connection import Connection
from studio.app.serving.probing.prober import Prober
from studio.app.serving.probing.watcher import Watcher
from studio.app.settings import settings
from studio.core.serving.alive import verdict
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import State


class ProvenServer(ConnectedServer):
    """Follows the models of one server that are ready, and settles the last rung. UI thread only."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = Watcher(self)
        self.prober = Prober(self._asked_connection, self, self._watcher.proofs, lambda: self.status.addresses)
        """Which models answer."""
        self.status_changed.connect(self._choose_watch)
        self.guard.changed.connect(self._choose_watch)
        self.prober.changed.connect(self._show_proofs)
        self.answered.connect(lambda result: self.prober.note_answer(result.model, result.times.total / 1e9))

    def follow_models(self, ready: Iterable[str]) -> None:
        """These models are ready now."""
        names = tuple(ready)
        self._watcher.models(names)
        self.prober.follow(names)

    def _is_asked(self) -> bool:
        """Whether models may be sent requests that the person did not ask for."""
        spec = self.status.spec
        is_ours = spec is not None and spec.kind is not EngineKind.ATTACHED
        return (is_ours or self.guard.may_ask) and bool(settings().get("ask_models"))

    def _asked_connection(self) -> Connection | None:
        return self._connection if self._is_asked() and self.status.state is State.READY else None

    def _choose_watch(self, *_: object) -> None:
        """A server of others is judged by what it counts, until the person lets it be asked."""
        is_judged = self.guard.connection is not None and not self._is_asked() and self.status.state is State.READY
        self._watcher.follow(self._connection if is_judged else None, self.status.addresses)

    def _show_proofs(self) -> None:
        """The last rung: whether each model answers, by the latest answer that is known of."""
        if not self.status.is_running or self.status.is_silent:
            return
        proofs = self.prober.proofs
        if self.guard.connection is None and not self._is_asked():
            proofs = {name: proof for name, proof in proofs.items() if proof.state == "ok"}
        if proofs:
            self._settle(ladder.REQUEST, *verdict(proofs, time.monotonic()))
        elif self.guard.connection is None and not self._is_asked():
            self._settle(ladder.REQUEST, "off", "Not asked: turned off in the settings.")
