"""What can be compared: versions of models by their files, and models by their configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.core.artifacts.artifact import Artifact
from studio.core.checking.evidence import Files
from studio.core.failure import CoreError
from studio.core.files.model_file import model_file
from studio.core.files.repository import servable
from studio.core.merging.comparison import Interface, of_artifact, of_config

if TYPE_CHECKING:
    from studio.app.selection import Selected
    from studio.app.session import Session
    from studio.core.config.draft import Draft
    from studio.core.files.repository import ModelFolder

_OTHERS = 300


@dataclass(frozen=True, slots=True)
class Source:
    """One interface to compare: a version's file, or the configuration where `version` is 0."""

    model: str
    version: int = 0

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"{self.model} · {self.part}"

    @property
    def part(self) -> str:
        """What a person calls it within its model."""
        return f"version {self.version}" if self.version else "configuration"


def listed(session: Session, rows: Sequence[Selected]) -> list[Source]:
    """What is offered: everything of the selected models, then one of every other."""
    repository = session.repository
    if repository is None:
        return []
    wanted = list(dict.fromkeys(row.model for row in rows))
    folders = [folder for name in wanted if (folder := repository.model(name)) is not None]
    found = [source for folder in folders for source in _of_model(folder)]
    others = [folder for folder in repository.models if folder.name not in wanted][:_OTHERS]
    return found + [_usual(session, folder) for folder in others]


def proposed(session: Session, rows: Sequence[Selected]) -> tuple[Source, Source]:
    """The two that a selection most likely means: what changed from the older one to the newer."""
    repository = session.repository
    chosen = [_of_row(session, row) for row in rows if row.kind in ("model", "version")]
    chosen = list(dict.fromkeys(chosen))
    if len(chosen) > 1:
        first, second = chosen[0], chosen[1]
        same = first.model == second.model and first.version > second.version > 0
        return (second, first) if same else (first, second)
    name = rows[0].model
    folder = repository.model(name) if repository else None
    one = chosen[0] if chosen else Source(name)
    numbers = [version.number for version in folder.versions] if folder else []
    older = [number for number in numbers if number < one.version]
    newer = [number for number in numbers if number > one.version]
    if older:
        return Source(name, older[-1]), one
    if newer and one.version:
        return one, Source(name, newer[0])
    return Source(name), one if one.version else Source(name, numbers[-1] if numbers else 0)


def interface(source: Source, title: str, folder: ModelFolder | None, draft: Draft | None) -> Interface | CoreError:
    """Reads an interface; for a task. Gives what went wrong where there is none."""
    attempted = f"Compare {source.title}"
    if folder is None:
        return CoreError(attempted, "the repository has no such model any more.", "Choose another one.")
    config = draft.config if draft else None
    if not source.version:
        return of_config(config, title) if config else CoreError(attempted, "it has no configuration.")
    version = next((each for each in folder.versions if each.number == source.version), None)
    file = model_file(folder, version, config) if version else None
    if file is None:
        return CoreError(attempted, "no file in it tells an interface.", "Compare the configuration.")
    found = Files(folder.bounds).artifact(file.path)
    if isinstance(found, Artifact):
        return of_artifact(found, title)
    return found or CoreError(attempted, f"{file.name} tells nothing.", "Compare the configuration.")


def _of_model(folder: ModelFolder) -> list[Source]:
    return [*(Source(folder.name, each.number) for each in reversed(folder.versions)), Source(folder.name)]


def _usual(session: Session, folder: ModelFolder) -> Source:
    """The version that is served; the configuration of an ensemble and of what has no version."""
    draft = session.draft(folder.name)
    config = draft.config if draft else None
    if config is not None and config.is_ensemble:
        return Source(folder.name)
    served = servable(folder, config)
    return Source(folder.name, served[-1] if served else 0)


def _of_row(session: Session, row: Selected) -> Source:
    if row.kind == "version":
        return Source(row.model, row.version)
    folder = session.repository.model(row.model) if session.repository else None
    return _usual(session, folder) if folder else Source(row.model)
