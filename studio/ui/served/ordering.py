"""The order of thousands of rows, worked out a little in each turn of the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

Key: TypeAlias = tuple[float, str, str]
_TURN_S = 0.02
"""So long one turn may take."""
_MANY = 200
"""Up to so many are in order before the turn that asks for it is over."""


class Ordering(QObject):
    """Sorts names by a key that is dear to work out; `done` tells the end, in the first turn where that is enough."""

    done = Signal(list)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: Iterator[str] = iter(())
        self._key: Callable[[str], Key] = lambda name: (0.0, "", name)
        self._keys: list[tuple[Key, str]] = []
        self._is_down = False
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._go_on)

    def begin(self, names: Sequence[str], key: Callable[[str], Key], *, is_down: bool) -> None:
        """Sorts these, and forgets what is still being sorted."""
        self._names, self._key, self._is_down = iter(tuple(names)), key, is_down
        self._keys = []
        if len(names) > _MANY:
            # The turn that asks for it has shown or counted as many already.
            self._next.start()
        else:
            self._go_on()

    def stop(self) -> None:
        """Forgets what is being sorted."""
        self._next.stop()

    def _go_on(self) -> None:
        end = time.monotonic() + _TURN_S
        for name in self._names:
            self._keys.append((self._key(name), name))
            if time.monotonic() > end:
                self._next.start()
                return
        self._next.stop()
        self.done.emit([name for _, name in sorted(self._keys, reverse=self._is_down)])
        self._keys = []
