"""Configurations that a server was given with a load call and runs in place of the file."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model was loaded with in place of its file; `began` in seconds since the epoch."""

    text: str
    began: float


class Trials(QObject):
    """The models that a server runs with another configuration than their file's, as far as this studio did that."""

    changed = Signal(str)
    """The name of the model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trials: dict[str, Trial] = {}
        self._overridden: set[str] = set()

    def of(self, name: str) -> Trial | None:
        """What the model runs with in place of its file; None where it runs its file."""
        return self._trials.get(name)

    def is_overridden(self, name: str) -> bool:
        """Whether the server was given a configuration for the model since it has it, the file's own included."""
        return name in self._overridden

    def loaded(self, name: str, config: str | None) -> None:
        """The server loaded a model, with a configuration in place of its file or, with None, as the file says."""
        if config is None:
            self._end(name)
        else:
            self._overridden.add(name)
            self._trials[name] = Trial(config, time.time())
            self.changed.emit(name)

    def serving(self, names: Iterable[str]) -> None:
        """The models that the server has loaded or is loading: what it no longer has is no longer tried."""
        there = set(names)
        self._overridden &= there
        for name in self._trials.keys() - there:
            self._end(name)

    def _end(self, name: str) -> None:
        if self._trials.pop(name, None) is not None:
            self.changed.emit(name)
