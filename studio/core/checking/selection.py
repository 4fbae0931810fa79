"""What is checked of the paths that a person, a hook or a pipeline names: whole repositories, or models of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.discovery import discover, has_models, is_checkout, is_model
from studio.core.files.repository import CONFIG_NAME
from studio.value_class import dataclass

_BELOW = "trireme check --discover"
_DEEPEST = 16
"""How far down a model's folder a file may lie that is still taken for its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a repository is checked: all of it, or what some of its models concern.

    `is_apart`: nothing is known of what lies beside the one model, since its folder is the root of a checkout.
    `is_found`: nobody said that the folder is a repository, so that what is no model in it says nothing.
    """

    repository: Path
    models: frozenset[str] | None = None
    is_apart: bool = False
    is_found: bool = False


def found(root: Path) -> tuple[Part, ...]:
    """The repositories at and below a folder. Raises CoreError where there are none, or it cannot be read."""
    parts = below(root)
    if not parts:
        raise CoreError(
            f"Find model repositories in {root}",
            "no folder in it is a model.",
            "A model is a folder with a config.pbtxt, or with a version such as 1/model.onnx.",
        )
    return parts


def below(root: Path) -> tuple[Part, ...]:
    """The repositories at and below a folder, none where there are none. Raises CoreError where it cannot be read."""
    return tuple(Part(each, is_found=True) for each in discover(root))


def named(path: Path) -> tuple[Part, ...]:
    """What one path stands for: a repository, a model's folder, or a file of a model, which may be gone.

    Nothing for a file that belongs to no model. Raises CoreError for what is neither there nor was part of a model, and
    for a checkout that is no repository.
    """
    if disk.is_folder(path):
        model = next((each for each in (path, *_around(_whole(path))) if is_model(each)), None)
        if model is not None:
            return (_of_model(model),)
        if is_checkout(path) and not has_models(path):
            raise CoreError(
                f"Check {path}",
                "this is a git checkout, not a model repository: no folder at its top is a model.",
                f"Find the repositories in it: {_BELOW} {path}",
            )
        return (Part(path),)
    model = _model_around(path.parent)
    if model is not None:
        return (_of_model(model),)
    gone = None if os.path.lexists(path) else _gone(path)
    if gone is None and not os.path.lexists(path):
        raise CoreError(f"Check {path}", "there is no such folder.", "Give a model repository, a model or its files.")
    return (gone,) if gone else ()


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Each repository once, in the order in which they came, with all that is asked of it."""
    known: dict[str, Part] = {}
    for part in parts:
        key = os.path.realpath(part.repository)
        before = known.get(key)
        known[key] = part if before is None else _both(before, part)
    return tuple(known.values())


def _both(one: Part, other: Part) -> Part:
    if one.models is None or other.models is None:
        return one if one.models is None else other
    return Part(one.repository, one.models | other.models, one.is_apart and other.is_apart)


def _of_model(folder: Path) -> Part:
    whole = _whole(folder)
    return Part(whole.parent, frozenset((whole.name,)), is_apart=is_checkout(folder))


def _whole(folder: Path) -> Path:
    """A folder with its own name: that of "." or ".." is none."""
    return folder if folder.name not in ("", "..") else Path(os.path.realpath(folder))


def _around(folder: Path) -> tuple[Path, ...]:
    """The folder around one that may be a version, or stands where a configuration should be."""
    return (folder.parent,) if folder.name.isdecimal() or folder.name == CONFIG_NAME else ()


def _model_around(folder: Path) -> Path | None:
    """The model's folder in which a file lies, not looked for above the checkout."""
    return next((each for each in _upwards(folder) if is_model(each)), None)


def _upwards(folder: Path) -> Iterator[Path]:
    here = folder
    for _ in range(_DEEPEST):
        yield here
        if is_checkout(here):
            return
        here = here.parent if here.name not in ("", "..") else here / ".."


def _gone(path: Path) -> Part | None:
    """The model that a path belonged to: the folder in a repository by which the path went on."""
    for folder, below in zip(path.parents, (path, *path.parents), strict=False):
        if disk.is_folder(folder):
            return Part(folder, frozenset((below.name,))) if has_models(folder) else None
    return None
