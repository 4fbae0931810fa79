"""The order of saves: those of one request one after another, those of several at once."""

from __future__ import annotations

from collections.abc import Callable

Save = Callable[[], object]


class SaveQueue:
    """Of the saves of a name that wait for one under way only the last is made: it says what those before it did."""

    def __init__(self) -> None:
        self._waiting: dict[str, Save | None] = {}

    def add(self, name: str, save: Save) -> None:
        """Makes a save now, or as soon as the one of the same name is over; its end must be told."""
        if name in self._waiting:
            self._waiting[name] = save
            return
        self._waiting[name] = None
        save()

    def end(self, name: str) -> None:
        """The save of a name is over, however it went."""
        following = self._waiting.pop(name, None)
        if following is not None:
            self.add(name, following)
