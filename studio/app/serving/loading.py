"""What a server that runs is offered to do with a model: load what was made, or on the CPU what asks for a GPU."""

from __future__ import annotations

from pathlib import Path

import shiboken6

from studio.app import notices
from studio.app.editing.open_model import OpenModel
from studio.app.notices import Action
from studio.app.serving.overrides import on_cpu
from studio.app.serving.server import ServerControl
from studio.core.config.draft import Draft, draft
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.reloads import CACHE_WORDS


def after_creation(server: ServerControl, repository: Path, name: str) -> tuple[str, tuple[Action, ...]]:
    """What a person is told of the server, and what is offered; nothing where none serves the repository."""
    spec = server.status.spec if server.status.is_running else None
    if spec is None or spec.repository not in (None, repository):
        return "", ()
    if spec.control is ControlMode.POLL:
        return "The server looks into the folder and loads it by itself.", ()
    if spec.kind is EngineKind.ATTACHED and server.guard.refusal:
        return server.guard.refusal, ()
    if spec.control is ControlMode.EXPLICIT or spec.kind is EngineKind.ATTACHED:
        return "", (("Load", lambda: server.load(name)),)
    return "The server loads it when it is started again.", ()


def try_text(server: ServerControl, repository: Path, name: str, text: str) -> None:
    """Loads a text on the server in place of the model's file, which stays as it is. A notice tells where it cannot."""
    spec = server.status.spec if server.status.is_running else None
    if spec is None:
        return
    if spec.repository not in (None, repository):
        detail = f"It serves {spec.repository}. Launch it on this repository first."
        notices.post("warning", f"The server cannot try {name}", detail)
    else:
        server.load(name, text)


def offer_cpu(server: ServerControl, name: str, reason: str, text: Draft | None) -> None:
    """Tells of a model that asks for a GPU which the server does not have, and offers to load it on the CPU."""
    actions = (("Load on the CPU", lambda: server.load(name, on_cpu(text))),) if text is not None else ()
    detail = f"{reason} Its file stays as it is."
    notices.post("warning", f"The model {name} asks for a GPU that this server does not have", detail, actions)


def tell_of_cache(server: ServerControl, name: str) -> None:
    """Tells of a model that was reloaded while the response cache holds answers of what was there before."""
    found = server.reloads.of(name)
    if found is None or not found.keeps_cache or not found.at:
        return
    is_ours = server.status.spec is not None and server.status.spec.kind is not EngineKind.ATTACHED

    def restart() -> None:
        if shiboken6.isValid(server) and not server.is_free:
            server.restart()

    actions = (("Restart the server", restart),) if is_ours else ()
    detail = f"{CACHE_WORDS[0].upper()}{CACHE_WORDS[1:]}. It empties when the server restarts, and not by an unload."
    notices.post(
        "info", f"{name} is reloaded, the response cache is not", detail, actions, f"cache:{id(server)}:{name}"
    )


def keep_trial(server: ServerControl, model: OpenModel) -> None:
    """Writes what the server tries in place of a model's file to that file, even where the text went on since."""
    trial = server.trials.of(model.name)
    if trial is None:
        return
    if model.draft.document.text != trial.text:
        model.edit("Keep what the server tries", lambda _: draft(trial.text))
    model.save()
