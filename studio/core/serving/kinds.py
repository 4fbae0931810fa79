"""Kinds of engines, and of control over what a server loads."""

from __future__ import annotations

from enum import Enum


class EngineKind(Enum):
    """Where a Triton comes from."""

    EMBEDDED = "embedded"
    DOCKER = "docker"
    ATTACHED = "attached"


class ControlMode(Enum):
    """Triton's model control mode."""

    NONE = "none"
    EXPLICIT = "explicit"
    POLL = "poll"
