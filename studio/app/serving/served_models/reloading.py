"""What the latest reload of each model came to: looked at before and after, and told once the log has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.inference.requests import InferResult
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.logs.model_log import Load
from studio.core.serving.reloads import Before, Reload, keeps_cache, outcome
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton

_LOG_COMES_MS = 400
"""The answer to a load may be there before the last lines of the log."""
_STILL_COMES = 5.0


@dataclass(slots=True)
class Reloading:
    """One reload that is under way: what was known before, and then after it."""

    name: str
    first: Load | None
    has_log: bool
    has_cache: bool
    before: Before = field(default_factory=Before)
    after: Before = field(default_factory=Before)
    ended: float = 0.0

    def run(self, client: Triton, load: Callable[[Triton], None]) -> None:
        """Loads the model, with a look at it before and after. Blocks: for a task."""
        self.before = _look(client, self.name)
        load(client)
        self.after = _look(client, self.name)


class Reloads(QObject):
    """The outcomes by model. UI thread only."""

    changed = Signal(str)
    """The name of the model."""

    def __init__(self, loads: Callable[[], Mapping[str, Load]], parent: QObject) -> None:
        super().__init__(parent)
        self._loads = loads
        self._ended: dict[str, Reloading] = {}
        self._outcomes: dict[str, Reload] = {}
        self._cached: set[str] = set()
        """The models of which the response cache may hold answers from before a reload."""

    def of(self, name: str) -> Reload | None:
        """What the latest reload of a model came to; None where none is known."""
        return self._outcomes.get(name)

    def begin(self, name: str, *, has_log: bool, has_cache: bool) -> Reloading:
        """A model that is ready is loaded once more."""
        self._forget(name)
        return Reloading(name, self._loads().get(name), has_log, has_cache)

    def marked(self, result: InferResult) -> InferResult:
        """An answer, with what of it the response cache may have from before a reload."""
        reloaded = tuple(name for name in result.cached if name in self._cached)
        return replace(result, reloaded=reloaded) if reloaded else result

    def end(self, reloading: Reloading) -> None:
        """The server said yes: what it came to is told in a moment."""
        reloading.ended = time.monotonic()
        self._ended[reloading.name] = reloading
        QTimer.singleShot(_LOG_COMES_MS, self, lambda: self._tell(reloading))

    def fail(self, name: str, reason: str) -> None:
        """The server said no: what was there before runs on."""
        self._keep(name, Reload("failed", reason, time.time()))

    def note_log(self) -> None:
        """New lines of the log were read, which may come after the outcome was told."""
        for name, reloading in self._ended.items():
            if name in self._outcomes and time.monotonic() - reloading.ended < _STILL_COMES:
                self._tell(reloading)

    def forget(self) -> None:
        """There is no server any more."""
        for name in tuple(self._outcomes):
            self._forget(name)
        self._ended.clear()
        self._cached.clear()

    def _tell(self, reloading: Reloading) -> None:
        name = reloading.name
        if self._ended.get(name) is not reloading:
            return
        last = self._loads().get(name)
        found = outcome(reloading.before, reloading.after, reloading.first, last, has_log=reloading.has_log)
        known = self._outcomes.get(name)
        cached = reloading.has_cache and keeps_cache(found.kind, reloading.before, reloading.after)
        if cached:
            self._cached.add(name)
        self._keep(name, replace(found, at=known.at if known is not None else time.time(), keeps_cache=cached))

    def _keep(self, name: str, found: Reload) -> None:
        if self._outcomes.get(name) != found:
            self._outcomes[name] = found
            self.changed.emit(name)

    def _forget(self, name: str) -> None:
        self._ended.pop(name, None)
        if self._outcomes.pop(name, None) is not None:
            self.changed.emit(name)


def _look(client: Triton, name: str) -> Before:
    try:
        executions = sum(row.execution_count for row in client.statistics(name))
    except Failure:
        # Servers other than Triton have no statistics.
        executions = None
    try:
        return Before(executions, client.config(name))
    except Failure:
        return Before(executions)


def may_have_cache(spec: LaunchSpec) -> bool:
    """Whether a server has a response cache, or may have: of one that somebody else started nobody knows."""
    named = any(argument.startswith("--cache-config") for argument in spec.arguments)
    return spec.kind is EngineKind.ATTACHED or spec.cache_bytes > 0 or named
