"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], object]
"""Called with how far the work is, from 0 to 1, and what is at hand. May raise to leave the work."""


def no_progress(_fraction: float, _text: str) -> None:
    """For work that nobody follows."""
