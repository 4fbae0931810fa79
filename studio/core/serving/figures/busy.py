"""How busy the instances of a model are, reckoned from what the server counts: an estimate."""

from __future__ import annotations

import math


def share(inferences_s: float, batch: float, run_ms: float, instances: int) -> float:
    """Of 1. A run keeps one instance for input, compute and output together, `run_ms`, whatever its batch is.

    The server counts the time of a run once for each of its requests, so that their mean is that of a run; runs a
    second are inferences by batch. NaN where any of it is not known.
    """
    if not (batch > 0 and instances > 0):
        return math.nan
    return inferences_s / batch * run_ms / 1000 / instances


def told(share_of_one: float, instances: int) -> str:
    """As a sentence; "" where it is not known."""
    if not math.isfinite(share_of_one):
        return ""
    whose = "Its one instance was" if instances == 1 else f"Its {instances} instances were"
    most = " More instances would help where requests wait." if share_of_one > 0.8 else ""
    return f"{whose} busy {min(share_of_one, 1.0):.0%} of the time, an estimate by runs and their times.{most}"
