"""A model's new name: its folder, the name in its configuration, and the ensembles that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from studio.core.artifacts.python import python_model
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.reading import Stamp, read
from studio.core.files.repository import ModelFolder, Repository
from studio.core.files.saving import save
from studio.core.operations.copying import explained
from studio.core.operations.models import configurations
from studio.text.parse import render
from studio.value_class import dataclass, replace

_STEPS = ("ensemble_scheduling", "step")


@dataclass(frozen=True, slots=True)
class Use:
    """A configuration that names the model. `is_own` for its `name`, else `steps` are those that run it."""

    model: str
    path: Path
    data: bytes
    stamp: Stamp
    is_own: bool
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Uses:
    """Where a model is named. `unsure` are places that a person has to look at: Python that calls it by name."""

    folder: ModelFolder
    uses: tuple[Use, ...]
    unsure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was changed: its bytes before and its stamp after."""

    model: str
    path: Path
    before: bytes
    after: bytes
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Renamed:
    """A rename that was carried out, with all it takes to undo it."""

    old: str
    new: str
    folder: Path
    files: tuple[Written, ...]


def find_uses(folder: ModelFolder, repository: Repository, going_on: Callable[[], object] = lambda: None) -> Uses:
    """Where a model is named, read from the files as they are now. `going_on` may raise to leave the work."""
    name = folder.name.encode()
    found = list(_own_uses(folder))
    unsure: list[str] = []
    for each in repository.models:
        going_on()
        found += _step_uses(each, folder.name, name)
        unsure += _elsewhere(each)
        unsure += _calls(each, folder.name, name)
    return Uses(folder, tuple(found), tuple(unsure))


def rename_steps(before: Draft, old: str, new: str) -> Draft:
    """A configuration whose steps run a model by its new name."""
    after = before
    for step in before.config.steps:
        if step.model_name == old:
            after = after.set(*step.path, "model_name", new)
    return after


def rename(uses: Uses, new: str) -> Renamed:
    """Renames a model and all that names it, or nothing at all. Raises CoreError where it could not be done."""
    folder = uses.folder
    attempted = f"Rename {folder.name}"
    target = folder.path.with_name(new)
    if target.exists() or target.is_symlink():
        raise CoreError(attempted, f"{target} is there already.", "Choose another name.")
    _require_inside(uses, attempted)
    _require_unchanged(uses, attempted)
    with explained(attempted):
        folder.path.rename(target)
    done: list[Written] = []
    try:
        for use in uses.uses:
            _write(_moved(use, folder.path, target), folder.name, new, done)
    except BaseException:
        _take_within(done, folder.path, target)
        raise
    return Renamed(folder.name, new, target, tuple(done))


def undo(renamed: Renamed) -> tuple[Written, ...]:
    """Gives a model its old name back, and every file the bytes that it had; the files with their new stamps.

    Raises CoreError, having done nothing, where one was changed since or the old name was taken.
    """
    attempted = f"Rename {renamed.new} back to {renamed.old}"
    target = renamed.folder.with_name(renamed.old)
    if target.exists() or target.is_symlink():
        raise CoreError(attempted, f"{target} is there again.", "Move that one away first.")
    for each in renamed.files:
        if read(each.path)[1].digest != each.stamp.digest:
            raise CoreError(attempted, f"{each.path} was changed since.", "Rename the model by hand.")
    undone: list[Written] = []
    try:
        for each in renamed.files:
            stamp = save(each.path, each.before, each.stamp)
            undone.append(Written(each.model, each.path, each.after, each.before, stamp))
        with explained(attempted):
            renamed.folder.rename(target)
    except BaseException:
        for each in reversed(undone):
            with suppress(CoreError):
                save(each.path, each.before, each.stamp)
        raise
    return tuple(replace(each, path=_within(each.path, renamed.folder, target)) for each in undone)


def _within(path: Path, old: Path, new: Path) -> Path:
    return new / path.relative_to(old) if path.is_relative_to(old) else path


def _own_uses(folder: ModelFolder) -> Iterator[Use]:
    for path in configurations(folder.path):
        data, stamp = read(path, bounds=folder.bounds)
        if draft(data).has("name"):
            yield Use(folder.name, path, data, stamp, is_own=True)


def _step_uses(folder: ModelFolder, wanted: str, name: bytes) -> Iterator[Use]:
    for path in configurations(folder.path) if folder.config_path else ():
        try:
            data, stamp = read(path, bounds=folder.bounds)
        except CoreError:
            # What cannot be read cannot be served either; a rule tells of it.
            continue
        if name in data:
            steps = [i for i, step in enumerate(draft(data).config.steps) if step.model_name == wanted]
            if steps:
                yield Use(folder.name, path, data, stamp, is_own=False, steps=tuple(steps))


def _elsewhere(folder: ModelFolder) -> Iterator[str]:
    """Configurations out of the repository that nobody allowed to be read: they may name the model."""
    for path in configurations(folder.path) if folder.config_path else ():
        if folder.bounds.outside(path):
            yield f"{folder.name}/{path.name}"


def _calls(folder: ModelFolder, wanted: str, name: bytes) -> Iterator[str]:
    for version in folder.versions:
        for file in version.files:
            if file.name.endswith(".py") and not file.is_folder and _is_called(file.path, wanted, name, folder.bounds):
                yield f"{folder.name}/{version.path.name}/{file.name}"


def _is_called(path: Path, wanted: str, name: bytes, bounds: Bounds) -> bool:
    try:
        return name in read(path, bounds=bounds)[0] and wanted in python_model(path, bounds).calls
    except CoreError:
        return False


def _require_inside(uses: Uses, attempted: str) -> None:
    """What a person allowed to be read is not for that to be written."""
    repository = Bounds(uses.folder.bounds.roots[:1])
    for use in uses.uses:
        target = repository.outside(use.path)
        if target is not None:
            raise CoreError(attempted, f"{use.path} leads out of the repository, to {target}.", "Change it by hand.")


def _require_unchanged(uses: Uses, attempted: str) -> None:
    for use in uses.uses:
        if read(use.path)[1].digest != use.stamp.digest:
            raise CoreError(attempted, f"{use.path} was changed meanwhile.", "Try again.")


def _moved(use: Use, old: Path, new: Path) -> Use:
    """A use after the folder got its new name."""
    return replace(use, path=_within(use.path, old, new))


def _write(use: Use, old: str, new: str, done: list[Written]) -> None:
    before = draft(use.data)
    after = before.set("name", new) if use.is_own else rename_steps(before, old, new)
    data = render(after.document)
    done.append(Written(use.model, use.path, use.data, data, save(use.path, data, use.stamp)))


def _take_within(done: list[Written], old: Path, new: Path) -> None:
    """Undoes the part of a rename that was done when the rest failed."""
    for each in reversed(done):
        with suppress(CoreError):
            save(each.path, each.before, each.stamp)
    with suppress(OSError):
        new.rename(old)
