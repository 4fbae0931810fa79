"""Judges the models of a server that is not asked, by what it counts of others' requests. UI thread only."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import tasks
from studio.app.serving.connection import Connection
from studio.app.serving.probing.counts import CountsReader
from studio.core.serving.alive import Proof
from studio.core.serving.launch import Addresses
from studio.core.serving.watched import Seen, Watch
from studio.failure import Failure

_EVERY_MS = 2000
_REST = 20
"""Reading takes one part in so many of the time at most."""


class Watcher(QObject):
    """Reads the counts of one server every few seconds, and says what they prove of each model that is ready."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watches: dict[str, Watch] = {}
        self._problem = ""
        self._connection: Connection | None = None
        self._reader: CountsReader | None = None
        self._models: frozenset[str] = frozenset()
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def follow(self, connection: Connection | None, addresses: Addresses) -> None:
        """Watch this server from now on, none where it is None."""
        if connection is self._connection:
            return
        self._timer.stop()
        self._connection, self._problem = connection, ""
        self._watches.clear()
        self._reader = CountsReader(addresses) if connection is not None else None
        if connection is not None:
            self._look()

    def models(self, names: Iterable[str]) -> None:
        """These are ready now."""
        self._models = frozenset(names)
        for gone in self._watches.keys() - self._models:
            del self._watches[gone]

    def proofs(self) -> dict[str, Proof]:
        """What is proven of each model that is ready; nothing where no server is watched."""
        now = time.monotonic()
        if self._connection is None:
            return {}
        if self._problem:
            return {name: Proof("unknown", why=self._problem) for name in self._models}
        return {name: self._watches.get(name, Watch()).proof(now) for name in self._models}

    def _look(self) -> None:
        connection, reader = self._connection, self._reader
        if connection is None or reader is None:
            return
        began = time.monotonic()

        def work(_: object) -> dict[str, Seen]:
            try:
                return connection.call(reader.read)
            finally:
                reader.close()

        def over(problem: str) -> None:
            if connection is not self._connection:
                return
            self._problem = problem
            self._timer.start(max(_EVERY_MS, int(1000 * _REST * (time.monotonic() - began))))
            self.changed.emit()

        def done(found: dict[str, Seen]) -> None:
            if connection is self._connection:
                self._take(found)
            over("")

        tasks.run(self, work, done, lambda failure: over(_told(failure)), key="counts")

    def _take(self, found: dict[str, Seen]) -> None:
        for name, seen in found.items():
            if name in self._models:
                self._watches[name] = self._watches.get(name, Watch()).follow(seen)


def _told(failure: Failure) -> str:
    return f"the server does not tell what it counts: {failure.reason}"
