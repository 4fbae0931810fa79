"""When a request that failed is sent again."""

from __future__ import annotations

_GONE = ("unreachable", "deadline")
"""Kinds of failures after which the same request may be answered: the server is away for a moment, or busy."""
_BUSY = ("exceeds maximum queue size", "too many requests", "resource exhausted", "request timeout expired")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0


def may_be_retried(kind: str, reason: str) -> bool:
    """Whether a request that failed in this way may be answered when it is sent again; a bad one stays bad."""
    low = reason.lower()
    return kind in _GONE or (kind == "refused" and any(mark in low for mark in _BUSY))


def pause_after(tries: int) -> float:
    """How many seconds to wait after so many tries: twice as long each time."""
    return float(min(_FIRST_PAUSE * 2 ** max(0, tries - 1), _LONGEST_PAUSE))
