"""Asks the models of a server again and again whether they answer, at a gentle pace. UI thread only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.serving.connection import Connection
from studio.app.serving.probing.asking import Plan, ask, plan
from studio.app.serving.probing.halted import Halted
from studio.app.settings import settings
from studio.core.serving.alive import SHARE, Proof
from studio.core.serving.launch import Addresses
from studio.core.serving.watched import FRESH
from studio.failure import Failure

_TICK_MS = 500
_AT_ONCE = 4


class Prober(QObject):
    """Follows the models that are ready. One that does not answer is asked on until it does."""

    changed = Signal()

    def __init__(
        self,
        connection: Callable[[], Connection | None],
        parent: QObject,
        judged: Callable[[], Mapping[str, Proof]],
        addresses: Callable[[], Addresses],
    ) -> None:
        """`connection` gives what may be asked now; None while nothing may be: `judged` tells what is known then."""
        super().__init__(parent)
        self._addresses = addresses
        self._halted = Halted()
        self._connection = connection
        self._judged = judged
        self._own: dict[str, Proof] = {}
        self.proofs: dict[str, Proof] = {}
        """What is known of each model that is ready."""
        self._plans: dict[str, Plan] = {}
        self._due: dict[str, float] = {}
        self._asked: dict[str, int] = {}
        """The models that are being asked now, each with the number of its request."""
        self._number = 0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def follow(self, models: Iterable[str]) -> None:
        """These are the models that are ready now."""
        names = set(models)
        for name in set(self.proofs) - names:
            self._forget(name)
        for name in sorted(names - set(self.proofs)):
            self.proofs[name] = Proof()
            self._due[name] = 0.0
        if names:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def again(self, name: str) -> None:
        """A model was changed: what was known of it holds no longer."""
        if name in self.proofs:
            self._forget(name)
            self.proofs[name] = Proof()
            self._due[name] = 0.0

    def note_answer(self, name: str, seconds: float) -> None:
        """A request of the person's own was answered."""
        if name in self.proofs:
            self.proofs[name] = self._own[name] = Proof("ok", time.monotonic(), seconds)
            self._due[name] = time.monotonic() + self.proofs[name].pace()
            self.changed.emit()

    @property
    def is_idle(self) -> bool:
        """Whether no model is being asked at this moment."""
        return not self._asked

    def _forget(self, name: str) -> None:
        for known in (self.proofs, self._plans, self._due, self._asked, self._own):
            known.pop(name, None)

    def _tick(self) -> None:
        connection = self._connection()
        if connection is None or not settings().get("ask_models"):
            self._judge()
            self.changed.emit()
            return
        now = time.monotonic()
        due = sorted((at, name) for name, at in self._due.items() if at <= now and name not in self._asked)
        for _, name in due[: max(_AT_ONCE - len(self._asked), 0)]:
            self._begin(connection, name)
        # "answered 40 s ago" goes on.
        self.changed.emit()

    def _judge(self) -> None:
        """What others' requests prove; where they prove nothing, an answer to the person's own still does."""
        now = time.monotonic()
        for name, proof in self._judged().items():
            own = self._own.get(name)
            stands = own is not None and proof.state == "unknown" and now - own.at <= FRESH
            if name in self.proofs:
                self.proofs[name] = own if own is not None and stands else proof

    def _begin(self, connection: Connection, name: str) -> None:
        self._number += 1
        number = self._asked[name] = self._number
        all_kinds = bool(settings().get("ask_stateful_models"))
        known, before, addresses = self._plans.get(name), self.proofs[name], self._addresses()
        if known is not None and known.all_kinds != all_kinds:
            known = None

        def work(_: object) -> tuple[Plan, Proof]:
            how = known or connection.call(lambda client: plan(client, name, all_kinds))
            why = self._halted.why(addresses, (name, *how.steps))
            return (
                (how, before.left("fail", why))
                if why
                else connection.call(lambda client: ask(client, how, number, before))
            )

        def done(found: tuple[Plan, Proof]) -> None:
            self._take(name, number, found[1], found[0])

        def failed(failure: Failure) -> None:
            self._take(name, number, Proof("unknown", why=failure.reason), None)

        tasks.run(self, work, done, failed, key=f"ask {name}")

    def _take(self, name: str, number: int, proof: Proof, how: Plan | None) -> None:
        if self._asked.get(name) != number:
            return
        del self._asked[name]
        if how is not None:
            self._plans[name] = how
            if proof.state == "unknown" and not how.why_not:
                # It may be another one than it was, and take other things.
                del self._plans[name]
        self.proofs[name] = proof
        self._due[name] = time.monotonic() + proof.pace(self._share(name))
        self.changed.emit()

    def _share(self, name: str) -> float:
        """The part of its time that one way of asking may take of a model: each ensemble that it is in asks it too."""
        plan_ = self._plans.get(name)
        runs = {name, *(plan_.steps if plan_ is not None else ())}
        return SHARE / (1 + max(sum(each in other.steps for other in self._plans.values()) for each in runs))
