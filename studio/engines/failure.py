"""What goes wrong with engines."""

from __future__ import annotations

from studio.failure import Failure


class EngineError(Failure):
    """A server that could not be started, found, installed or stopped."""


class NoRoomOrNetwork(EngineError):
    """An installation that the disk or the network did not let go on: what it began is worth nothing."""
