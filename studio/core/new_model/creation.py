"""Writing a new model into a repository: all of it, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from studio.core.failure import CoreError
from studio.core.files.repository import CONFIG_NAME, Repository, scan
from studio.core.new_model.proposal import Proposal, Source
from studio.core.new_model.rendering import config_text
from studio.core.operations.copying import copy, explained, put, staged
from studio.core.operations.naming import name_problem
from studio.core.operations.writing import sync, write_text
from studio.core.progress import Progress, no_progress
from studio.value_class import replace


def create(proposal: Proposal, repository: Path, progress: Progress = no_progress) -> Path:
    """Makes the model's folder beside the repository and moves it in as one step; gives its path.

    Raises CoreError where it cannot be, and leaves nothing then. `progress` may raise to leave the work.
    """
    attempted = f"Create the model {proposal.name}"
    found = scan(repository)
    problem = proposal.refusal or name_problem(found, proposal.name)
    if problem:
        raise CoreError(attempted, problem)
    with explained(attempted), staged(repository, _inner(found), attempted) as place:
        made = place / proposal.name
        _fill(made, proposal, progress)
        put(made, repository / proposal.name, attempted)
    return repository / proposal.name


def make_repository(path: Path) -> Path:
    """A folder for models, new or empty; one that holds other things is refused."""
    problem = repository_problem(path)
    attempted = f"Make the model repository {path}"
    if problem:
        raise CoreError(attempted, problem, "Choose a new or an empty folder.")
    with explained(attempted):
        path.mkdir(parents=True, exist_ok=True)
    return path


def repository_problem(path: Path) -> str:
    """Why a folder cannot become a repository, or "". One that is a repository already can."""
    if not path.is_absolute():
        return "Give the whole path, from “/” on."
    if not path.exists():
        above = next((each for each in path.parents if each.exists()), path)
        return "" if os.access(above, os.W_OK | os.X_OK) else f"You may not write to {above}."
    if not path.is_dir():
        return "It is a file, not a folder."
    if (path / CONFIG_NAME).is_file():
        return "It is a model’s folder, not one for models."
    if not os.access(path, os.W_OK | os.X_OK):
        return "You may not write to it."
    try:
        strays = scan(path).strays
    except CoreError as failure:
        return failure.reason
    return f"It holds {strays[0].name}, which a server would take for a model." if strays else ""


def _fill(made: Path, proposal: Proposal, progress: Progress) -> None:
    made.mkdir()
    # A version's folder has to be there even where nothing comes into it.
    if not any(source.target.isdecimal() for source in proposal.sources):
        (made / "1").mkdir()
    whole, done = max(1, proposal.size), 0
    for source in proposal.sources:
        _bring(source, made / source.target, _part(progress, done / whole, source.size / whole), link=proposal.link)
        done += source.size
    for written in proposal.texts:
        write_text(made / written.target, written.text)
    write_text(made / CONFIG_NAME, config_text(proposal))
    sync(made)


def _bring(source: Source, target: Path, progress: Progress, *, link: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if link and not source.path.is_dir():
        # A hard link: a server in a container sees it as any other file, which it would not with a symbolic one.
        target.hardlink_to(source.path.resolve())
        progress(1.0, source.path.name)
        return
    copy(source.path, target, progress)


def can_link(proposal: Proposal, repository: Path) -> bool:
    """Whether its files may be linked instead of copied: plain ones on the repository's own disk."""
    try:
        device = repository.stat().st_dev
        return bool(proposal.sources) and all(
            source.path.is_file() and source.path.stat().st_dev == device for source in proposal.sources
        )
    except OSError:
        return False


def _part(progress: Progress, start: float, share: float) -> Progress:
    """The progress of one file as a part of the whole."""
    return lambda fraction, text: progress(start + fraction * share, text)


def _inner(repository: Repository) -> Path:
    """A folder inside that no server takes for a model, for a repository that has no place beside it."""
    versions = (version.path for model in repository.models for version in model.versions)
    return next(versions, repository.path)


def renamed(proposal: Proposal, name: str) -> Proposal:
    """The proposal under another name."""
    parameters = tuple((key, value.replace("/NAME/", f"/{name}/")) for key, value in proposal.parameters)
    return replace(proposal, name=name, parameters=parameters)
