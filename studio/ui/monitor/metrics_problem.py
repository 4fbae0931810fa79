"""Why the monitor has no metrics of a server that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.serving.launch import State
from studio.ui.widgets import NoServer

if TYPE_CHECKING:
    from studio.app.serving.ladder import ServerStatus

_NO_METRICS = "This server offers no metrics: only its models and the latencies of our own requests are shown."


def instead_of_figures(status: ServerStatus) -> tuple[str, str]:
    """A title and a sentence for where there are no figures yet."""
    if status.state is State.STARTING:
        return "The server is starting", "Figures come as soon as it answers."
    return NoServer.TITLE, "Start one, or attach to one that runs: its figures come here."


def metrics_problem(status: ServerStatus, problem: str, left_out: str = "", slow: str = "") -> tuple[str, str] | None:
    """A severity and words for a person; None where metrics come, or no server is ready.

    `problem` is why the latest scrape failed, "" where it did not; `left_out` what of its answer was not taken,
    `slow` what of it takes long.
    """
    if status.state is not State.READY:
        return None
    if not status.addresses.metrics:
        return "hint", _NO_METRICS
    if problem:
        return "warning", f"The metrics cannot be read: {problem}"
    told = [f"Left out of the server's metrics: {left_out}."] if left_out else []
    return ("hint", " ".join([*told, slow]).strip()) if told or slow else None
