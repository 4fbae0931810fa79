"""What the server's configuration of a model says that its figures have to be read by; asked once it is busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app.serving.connected import ConnectedServer
from studio.core.serving.figures.batching import Batching, batching_of
from studio.failure import Failure
from studio.value_class import dataclass

_AGAIN = 10.0
"""Seconds after which a model is asked for again whose configuration the server did not tell."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model as the server runs it. `is_known` is false where the server would not tell its configuration."""

    is_known: bool
    is_decoupled: bool = False
    is_ensemble: bool = False
    batching: Batching = Batching()
    steps: tuple[str, ...] = ()
    """The models of an ensemble's steps, in order; one that is taken twice is there twice."""


class FactsOfModels(QObject):
    """Asks for one configuration at a time. UI thread only."""

    changed = Signal()

    def __init__(self, server: ConnectedServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = server
        self.may_ask: Callable[[str], bool] = lambda _: True
        """Whether a model is at rest: release 2.51 is not asked for what is being loaded."""
        self._known: dict[str, ModelFacts] = {}
        self._missed: dict[str, float] = {}
        self._wanted: list[str] = []
        self._asked = ""
        self._turn = 0

    @property
    def known(self) -> Mapping[str, ModelFacts]:
        """Those that were asked for, by name."""
        return self._known

    def want(self, names: Iterable[str]) -> None:
        """Asks for those that are not known yet."""
        late = time.monotonic() - _AGAIN
        missed = {name for name, at in self._missed.items() if at < late}
        asked = {*(self._known.keys() - missed), self._asked, *self._wanted}
        self._wanted += [name for name in dict.fromkeys(names) if name not in asked and self.may_ask(name)]
        self._ask_next()

    def forget(self, names: Iterable[str] | None = None) -> None:
        """They may have another configuration now; all of them where none are named."""
        for name in list(self._known) if names is None else names:
            self._known.pop(name, None)
            self._missed.pop(name, None)
        if names is None:
            # What is being asked was asked of the server before.
            self._turn += 1
            self._wanted.clear()
            self._asked = ""

    def _ask_next(self) -> None:
        if self._wanted and not self._asked:
            self._asked = name = self._wanted.pop(0)
            self._server.config(name, partial(self._note, self._turn, name), partial(self._miss, self._turn, name))

    def _miss(self, turn: int, name: str, _failure: Failure) -> None:
        self._note(turn, name, {})

    def _note(self, turn: int, name: str, said: Mapping[str, Any]) -> None:
        if turn != self._turn:
            return
        policy = said.get("model_transaction_policy") or {}
        steps = _steps(said.get("ensemble_scheduling"))
        found = ModelFacts(bool(said), bool(policy.get("decoupled")), bool(steps), batching_of(said), steps)
        self._known[name] = found
        if found.is_known:
            self._missed.pop(name, None)
        else:
            self._missed[name] = time.monotonic()
        self._asked = ""
        self.changed.emit()
        # A server that is gone fails at once: the next one has its own turn, however many there are.
        QTimer.singleShot(0, self, self._ask_next)


def _steps(scheduling: object) -> tuple[str, ...]:
    found = scheduling.get("step") if isinstance(scheduling, Mapping) else None
    return tuple(str(step.get("model_name", "")) for step in found or () if isinstance(step, Mapping))
