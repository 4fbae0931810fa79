"""The same model on another server that this studio knows, where it works, and in what the two servers differ."""

from __future__ import annotations

import time

from studio.app.serving.server import ServerControl
from studio.app.serving.several.identity import Identity
from studio.app.session import Session
from studio.core.inference.model_index import is_ready
from studio.core.serving.gpus import gpus_text
from studio.core.serving.kinds import EngineKind
from studio.core.serving.why.facts import Elsewhere

_ENGINES = {
    EngineKind.EMBEDDED: "the embedded engine, whose backends are stand-ins",
    EngineKind.DOCKER: "a container",
    EngineKind.ATTACHED: "a server of others",
}


def elsewhere(session: Session, model: str) -> Elsewhere | None:
    """The first other server on which the model is ready; None where there is none."""
    servers = session.servers
    here = servers.current
    for other in servers.listed:
        if other is not here and is_ready(other.models.get(model, ())):
            return Elsewhere(servers.identity(other).name, time.time(), differences(session, model, other, here))
    return None


def differences(session: Session, model: str, there: ServerControl, here: ServerControl) -> tuple[tuple[str, str], ...]:
    """What differs between two servers, by layer, as far as it is known."""
    found: list[tuple[str, str]] = []
    one, other = session.servers.identity(there), session.servers.identity(here)
    if one.folder != other.folder:
        found.append(("artifact", f"it serves {_folder(one)}, this one {_folder(other)}"))
    if (there.trials.of(model) is None) != (here.trials.of(model) is None):
        found.append(("artifact", "one of the two tries unsaved text"))
    if there.status.version != here.status.version:
        versions = there.status.version or "of an unknown version", here.status.version or "of an unknown version"
        found.append(("backend", f"it is Triton {versions[0]}, this one {versions[1]}"))
    found += _launched_otherwise(there, here)
    return tuple(found)


def _folder(identity: Identity) -> str:
    return str(identity.folder) if identity.folder is not None else "a folder that is not told"


def _launched_otherwise(there: ServerControl, here: ServerControl) -> list[tuple[str, str]]:
    one, other = there.status.spec, here.status.spec
    if one is None or other is None:
        return []
    found = []
    if one.kind is not other.kind:
        found.append(("backend", f"it is {_ENGINES[one.kind]}, this one {_ENGINES[other.kind]}"))
    if EngineKind.ATTACHED not in (one.kind, other.kind):
        if one.gpus != other.gpus:
            found.append(("device", f"it has GPUs {gpus_text(one.gpus)}, this one {gpus_text(other.gpus)}"))
        if one.environment != other.environment or one.arguments != other.arguments:
            found.append(("instance", "it was launched with another environment or other arguments"))
    return found
