"""What a server that runs can do with a model that has just been made."""

from __future__ import annotations

from pathlib import Path

from studio.app.notices import Action
from studio.app.serving.server import ServerControl
from studio.core.serving.launch import ControlMode, EngineKind


def after_creation(server: ServerControl, repository: Path, name: str) -> tuple[str, tuple[Action, ...]]:
    """What a person is told of the server, and what is offered; nothing where none serves the repository."""
    spec = server.status.spec if server.status.is_running else None
    if spec is None or spec.repository not in (None, repository):
        return "", ()
    if spec.control is ControlMode.POLL:
        return "The server looks into the folder and loads it by itself.", ()
    if spec.control is ControlMode.EXPLICIT or spec.kind is EngineKind.ATTACHED:
        return "", (("Load", lambda: server.load(name)),)
    return "The server loads it when it is started again.", ()
