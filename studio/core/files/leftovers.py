"""What saves and copies that were killed left in a repository and around it."""

from __future__ import annotations

import os
from pathlib import Path

from studio import temporary
from studio.core.files.repository import ModelFolder, Repository
from studio.core.files.saving import sibling


def sweep(repository: Repository) -> int:
    """Remove the temporaries of processes that are gone from every place where one is ever made; gives their number."""
    real, beside = Path(os.path.realpath(repository.path)), sibling(repository.path)
    places = {real.parent, real, beside, beside.parent, *beside.glob("*/")}
    for model in repository.folders:
        places.update(_places(model))
    return sum(map(temporary.sweep, places))


def _places(model: ModelFolder) -> set[Path]:
    found = {model.path} if any(temporary.is_temporary(each.name) for each in model.files) else set()
    # A configuration in there is saved by way of it where no place outside will do.
    found.update(each.path for each in model.files if each.is_folder and each.name == "configs")
    for version in model.versions:
        if any(temporary.is_temporary(each.name) for each in version.files):
            found.add(version.path)
    return found
