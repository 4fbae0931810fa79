"""What Docker's errors mean, and what to do about them."""

from __future__ import annotations

import re

from studio.core.serving.container_causes import container_cause
from studio.engines.failure import EngineError

_ATTEMPT = "Start the container"

# Pattern, reason, remedy: of the connection to Docker. A log may hold such words and mean something else.
_CONNECTION: tuple[tuple[str, str, str], ...] = (
    (
        r"PermissionError|permission denied while trying to connect|connect: permission denied",
        "you may not use Docker.",
        "Join the docker group (sudo usermod -aG docker $USER, then log in again), or use rootless Docker.",
    ),
    (r"[Tt]imed out|ReadTimeout|TimeoutError", "Docker did not answer in time.", "Try again; then restart Docker."),
    (
        r"FileNotFoundError|ConnectionRefused|Connection (aborted|refused)|Max retries exceeded|NewConnectionError",
        "no Docker engine answers.",
        "Install Docker or start it, or use the embedded engine.",
    ),
)


def explain(text: str) -> tuple[str, str]:
    """The reason and the remedy for an error's text; the text itself where it is not known."""
    if found := container_cause(text):
        return found.reason, found.remedy
    for pattern, reason, remedy in _CONNECTION:
        if re.search(pattern, text):
            return reason, remedy
    return text.strip() or "Docker gave no reason.", ""


def failure(error: Exception, attempted: str = _ATTEMPT) -> EngineError:
    """An error of docker-py, or of the connection under it, as ours."""
    explanation = getattr(error, "explanation", None)
    if isinstance(explanation, bytes):
        explanation = explanation.decode("utf-8", "replace")
    return EngineError(attempted, *explain(str(explanation or repr(error))))
