"""What would hold up the window if it were made at once, made in several turns of the event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer


class InTurns(QObject):
    """Takes one step in each turn, in their order; `finish` takes at once what is left of them."""

    def __init__(self, steps: Sequence[Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(steps)
        self._after: list[Callable[[], object]] = []
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._take_next)
        self._next.start()

    @property
    def is_whole(self) -> bool:
        """Whether no step is left."""
        return not self._left

    def finish(self) -> None:
        """Takes all steps that are left."""
        while self._left:
            self._left.pop(0)()
        self._next.stop()
        self._end()

    def when_whole(self, then: Callable[[], object]) -> None:
        """Calls this once no step is left."""
        if self.is_whole:
            then()
        else:
            self._after.append(then)

    def _take_next(self) -> None:
        if self._left:
            self._left.pop(0)()
        if self._left:
            self._next.start()
        else:
            self._end()

    def _end(self) -> None:
        waiting, self._after = self._after, []
        for then in waiting:
            then()
