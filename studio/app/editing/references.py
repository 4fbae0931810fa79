"""What a model's configuration can refer to in the open repository, edits included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.assist.references import Scope

if TYPE_CHECKING:
    from studio.app.editing.open_model import OpenModel
    from studio.app.session import Session
    from studio.core.config.model_config import Config


def scope_of(session: Session, model: OpenModel) -> Scope:
    """The view of one open model on the repository around it."""
    repository = session.repository

    def config(name: str) -> Config | None:
        found = session.draft(name)
        return found.config if found else None

    def versions(name: str) -> tuple[int, ...]:
        folder = repository.model(name) if repository else None
        return tuple(version.number for version in folder.versions) if folder else ()

    folder = model.folder
    files = [file.name for file in folder.files if not file.is_folder and not file.name.endswith(".pbtxt")]
    files += [file.name for version in folder.versions for file in version.files]
    return Scope(
        model.name,
        model.draft.config,
        tuple(each.name for each in repository.models) if repository else (),
        config,
        versions,
        tuple(dict.fromkeys(files)),
        tuple(session.profile.gpus or ()),
    )
