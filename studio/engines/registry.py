"""The engines that there are, by their kind."""

from __future__ import annotations

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.engines.engine import Engine, Server


def engine(kind: EngineKind) -> Engine:
    """The engine of a kind; its libraries load here, not before."""
    if kind is EngineKind.EMBEDDED:
        from studio.engines.embedded import EmbeddedEngine

        return EmbeddedEngine()
    if kind is EngineKind.DOCKER:
        from studio.engines.docker.engine import DockerEngine

        return DockerEngine()
    from studio.engines.attached import AttachedEngine

    return AttachedEngine()


def start(spec: LaunchSpec) -> Server:
    """Start the server that a specification describes."""
    return engine(spec.kind).start(spec)
