"""Which of two came first: that a reading of the disk began, or that the studio wrote or took a file."""

from __future__ import annotations


class SaveClock:
    """Counts what was decided about the configurations of models. UI thread only."""

    def __init__(self) -> None:
        self._count = 0
        self._last: dict[str, int] = {}

    def now(self) -> int:
        """The moment for a reading that begins."""
        return self._count

    def note(self, name: str) -> None:
        """The file of this model was written or taken now."""
        self._count += 1
        self._last[name] = self._count

    def since(self, begun: int) -> frozenset[str]:
        """The models of which a reading that began then says nothing."""
        return frozenset(name for name, moment in self._last.items() if moment > begun)
