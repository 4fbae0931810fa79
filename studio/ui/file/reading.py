"""Which file is shown, and what was read from it; what was read once is kept for as long as the file is the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.evidence import Files
from studio.core.failure import CoreError
from studio.core.files.bounds import EVERYWHERE, Bounds
from studio.core.files.model_file import model_file
from studio.core.files.repository import servable

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder, Version


@dataclass(frozen=True, slots=True)
class Shown:
    """A file of a model. `version` is 0 for one that lies in no version."""

    model: str
    path: Path
    version: int = 0
    size: int = -1
    bounds: Bounds = EVERYWHERE
    """What may be read of its model."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file said: the artifact, or why there is none; None where it is of a kind that nobody reads here."""

    shown: Shown
    artifact: Artifact | CoreError | None


def pick(session: Session, folder: ModelFolder, number: int = 0, path: Path | None = None) -> Shown | None:
    """The file of a version to show; of the version that is served where none is given."""
    draft = session.draft(folder.name)
    config = draft.config if draft else None
    if path is not None:
        for version in folder.versions:
            for file in version.files:
                if file.path == path:
                    return Shown(folder.name, path, version.number, -1 if file.is_folder else file.size, folder.bounds)
        return None
    served = servable(folder, config)
    wanted = number or (served[-1] if served else 0)
    chosen: Version | None = next((each for each in folder.versions if each.number == wanted), None)
    if chosen is None and folder.versions:
        chosen = folder.versions[-1]
    file_info = model_file(folder, chosen, config) if chosen else None
    if chosen is None or file_info is None:
        return None
    size = -1 if file_info.is_folder else file_info.size
    return Shown(folder.name, file_info.path, chosen.number, size, folder.bounds)


def read(shown: Shown) -> Told:
    """Reads a file; for a task."""
    found = Files(shown.bounds).artifact(shown.path)
    if found is None and shown.size == 0:
        empty = CoreError(f"Read {shown.path.name}", "the file is empty.", "Put the model’s file in its place.")
        return Told(shown, empty)
    return Told(shown, found)
