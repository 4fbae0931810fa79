"""What goes wrong with engines."""

from __future__ import annotations

from studio.failure import Failure


class EngineError(Failure):
    """A server that could not be started, found, installed or stopped."""
