"""How long a server takes over what the studio itself asks it for again and again: its index of models, its metrics."""

from __future__ import annotations

import math
from collections import deque

from studio.core.serving.figures.bounds import Usual

_IN_A_ROW = 3
_LEAST, _LONG = 0.2, 1.0
"""Seconds: slower than usual by less is nothing, and what takes so long is told whatever is usual."""


class Polls:
    """One server's, by what is asked for. What takes long once is no sign."""

    def __init__(self) -> None:
        self._usual: dict[str, Usual] = {}
        self._latest: dict[str, deque[float]] = {}

    def note(self, what: str, seconds: float) -> None:
        """An answer came after so long."""
        if math.isfinite(seconds):
            self._latest.setdefault(what, deque(maxlen=_IN_A_ROW)).append(seconds)
            self._usual.setdefault(what, Usual()).note(seconds * 1000)

    @property
    def text(self) -> str:
        """The latest of each, for a person."""
        return ", ".join(f"{what} {_words(each[-1])}" for what, each in sorted(self._latest.items()))

    @property
    def slow(self) -> str:
        """What takes long lately, with figures; "" where nothing does."""
        return " ".join(self._told(what) for what in sorted(self._latest) if self._is_slow(what))

    def _is_slow(self, what: str) -> bool:
        latest, usual = self._latest[what], self._usual[what]
        # The bound is infinite while too little was seen.
        bound = min(_LONG, max(usual.bound / 1000, usual.middle / 1000 + _LEAST))
        return len(latest) == _IN_A_ROW and min(latest) > bound

    def _told(self, what: str) -> str:
        latest, usual = self._latest[what][-1], self._usual[what].middle / 1000
        more = f", usually {_words(usual)}" if usual < latest / 2 else ""
        return f"The server takes {_words(latest)} to tell its {what}{more}."


def _words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
