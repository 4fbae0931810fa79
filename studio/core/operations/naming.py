"""Names of models and numbers of versions: which will do, and which one to propose."""

from __future__ import annotations

import re

from studio.core.files.repository import ModelFolder, Repository

_ALLOWED = re.compile(r"[\w.+-]+")
_LONGEST = 200
_LARGEST = (1 << 63) - 1


def name_problem(repository: Repository, name: str) -> str:
    """Why a new model cannot have a name, or ""."""
    if not name:
        return "A model needs a name."
    if not _ALLOWED.fullmatch(name) or name.startswith("."):
        return "Use letters, digits, “_”, “-” and “.”; not a “.” at the start."
    if len(name.encode()) > _LONGEST:
        return f"Use at most {_LONGEST} bytes."
    if repository.model(name) or any(file.name == name for file in repository.files):
        return f"{name} is there already."
    return ""


def free_name(repository: Repository, name: str) -> str:
    """The name to propose for a copy of a model."""
    taken = {*(each.name for each in repository.folders), *(f.name for f in repository.files)}
    return next(f"{name}_{number}" for number in range(2, len(taken) + 3) if f"{name}_{number}" not in taken)


def next_version(folder: ModelFolder) -> int:
    """The number to propose for a new version."""
    return max((each.number for each in folder.versions if each.number > 0), default=0) + 1


def version_problem(folder: ModelFolder, number: int) -> str:
    """Why a new version cannot have a number, or ""."""
    if not 0 < number <= _LARGEST:
        return "A version is a whole number from 1 on."
    taken = any(each.number == number for each in folder.versions)
    if taken or any(file.name == str(number) for file in folder.files):
        return f"Version {number} is there already."
    return ""
