"""Why the monitor has no metrics of a server that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.serving.launch import State

if TYPE_CHECKING:
    from studio.app.serving.ladder import ServerStatus

_NO_METRICS = "This server offers no metrics: only its models and the latencies of our own requests are shown."


def metrics_problem(status: ServerStatus, problem: str) -> tuple[str, str] | None:
    """A severity and words for a person; None where metrics come, or no server is ready.

    `problem` is why the latest scrape failed, "" where it did not.
    """
    if status.state is not State.READY:
        return None
    if not status.addresses.metrics:
        return "hint", _NO_METRICS
    return ("warning", f"The metrics cannot be read: {problem}") if problem else None
