"""Which models became others on the server since saved requests were last run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from studio.app.requests.runs import RequestRuns
from studio.app.serving.several.current import CurrentServer
from studio.core.inference.model_index import is_changing, is_ready, ready_versions
from studio.core.inference.requests import ModelState


class ModelChanges(QObject):
    """Watches the current server. A model that is loaded for the first time is none that changed. UI thread only."""

    changed = Signal()

    def __init__(self, server: CurrentServer, runs: RequestRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: tuple[str, ...] = ()
        """Those that changed, in the order in which they did."""
        self._seen: dict[str, Sequence[ModelState]] = {}
        """What the index said of a model when it last answered and was not being loaded."""
        self._gone: set[str] = set()
        self._told: dict[str, float] = {}
        """When the reload of a model was that is known of; the log may tell more of it later."""
        self._server = server
        server.switched.connect(self._forget)
        server.models_changed.connect(self._see)
        server.reload_changed.connect(self._see_reload)
        runs.began.connect(lambda _names: self.clear())
        self._see(server.models)

    def clear(self) -> None:
        """A person knows of them, or all requests are sent again."""
        if self.models:
            self.models = ()
            self.changed.emit()

    def _forget(self) -> None:
        self._seen, self._gone = {}, set()
        self.clear()

    def _see(self, models: Mapping[str, Sequence[ModelState]]) -> None:
        if not self._server.status.is_running:
            self._seen, self._gone = {}, set()
            return
        for name, rows in models.items():
            if not is_ready(rows) or is_changing(rows):
                # While it is loaded the one before may still answer.
                self._gone |= {name} & self._seen.keys()
                continue
            before = self._seen.get(name, rows)
            self._seen[name] = rows
            if name in self._gone or (before != rows and set(ready_versions(before)) != set(ready_versions(rows))):
                self._note(name)

    def _see_reload(self, name: str) -> None:
        found = self._server.reloads.of(name) if name else None
        if found is not None and found.kind in ("in place", "full", "not known") and self._told.get(name) != found.at:
            self._told[name] = found.at
            self._note(name)

    def _note(self, name: str) -> None:
        self._gone.discard(name)
        if name not in self.models:
            self.models = (*self.models, name)
            self.changed.emit()
