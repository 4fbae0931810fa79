"""Folders, versions and names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studio.core.checking.findings import FileMove, Finding, Fix, MakeFolder, Severity
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.pointers import keeps_versions
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.pointers import DVC, FETCHING
from studio.core.files.reading import read_unstamped
from studio.core.files.repository import CONFIG_NAME, Link
from studio.core.files.version_names import VersionFault, version_number

_HISTORY = frozenset({".git", ".hg", ".svn", ".jj"})
_MADE_AGAIN = frozenset({"__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", "__MACOSX", ".idea"})


def undeducible(model: ModelView) -> str:
    """What the server says of a folder in which it finds no hint of a backend."""
    return (
        f"Invalid model name: Could not determine backend for model '{model.name}' with no backend in model "
        "configuration. Expected model name of the form 'model.<backend_name>'."
    )


def without_version(model: ModelView) -> str:
    """What the server says where the version policy picks nothing."""
    return (
        f"failed to load model '{model.name}': at least one version must be available under the version policy "
        f"of model '{model.name}'"
    )


def without_config(model: ModelView) -> str:
    """What a server that completes nothing says where there is no configuration."""
    return f"failed to open text file for read {model.folder.path / CONFIG_NAME}: No such file or directory"


def stray_folder(context: Context, model: ModelView) -> Iterator[Finding]:
    """A folder in the repository that is no model; the server takes every one for a model and does not start."""
    if not model.folder.is_stray:
        return
    early = model.deduced.undeducible or not context.profile.auto_complete
    said = undeducible(model) if context.profile.auto_complete else without_config(model)
    yield model.problem(
        "stray-folder",
        _stray_message(model),
        phase="2" if early else "4a",
        server=said if early else without_version(model),
        file=model.folder.path,
        fixes=[_stray_fix(context, model)],
    )


def _stray_message(model: ModelView) -> str:
    start = f"“{model.name}” is not a model, but Triton takes every folder in a repository for one and will not start."
    if model.name in _HISTORY:
        return f"{start} Keep the models in a subfolder of the checkout and open that one."
    if model.name.startswith(".") or model.name in _MADE_AGAIN:
        return start
    return f"{start} It has neither a config.pbtxt nor a version folder."


def _stray_fix(context: Context, model: ModelView) -> Fix | None:
    # Moving a history would turn the folder around the repository into the checkout: a person has to decide that.
    if model.name in _HISTORY:
        return None
    if model.name in _MADE_AGAIN:
        return Fix(f"Move “{model.name}” to the trash", move=FileMove(model.folder.path, None))
    target = context.repository.path.resolve().parent / model.name
    if target.exists():
        return None
    return Fix(f"Move “{model.name}” out of the repository", move=FileMove(model.folder.path, target))


def broken_link(_context: Context, model: ModelView) -> Iterator[Finding]:
    """A link in a model's folder that leads nowhere: the server fails to read the folder's time stamps."""
    for note in model.folder.problems:
        if note.link is Link.BROKEN:
            yield model.problem(
                "model-dir-stat-fails",
                f"The link “{note.path.name}” leads nowhere, so the server cannot read the model's folder.",
                phase="2",
                server=f"failed to stat file {note.path}",
                file=note.path,
                fixes=[Fix(f"Move the link “{note.path.name}” to the trash", move=FileMove(note.path, None))],
            )


def unread(_context: Context, model: ModelView) -> Iterator[Finding]:
    """A folder or file that was not looked into, so that nothing can be said about it."""
    for note in model.folder.problems:
        if note.link not in (Link.BROKEN, Link.OUTSIDE):
            text = f"“{note.path.name}” was not checked. {note.text}"
            # Of a model that cannot be entered nothing is known: neither that it loads nor that it does not.
            rule = "config-unread" if note.path == model.folder.path else "not-read"
            yield model.problem(rule, text, phase="2", severity=Severity.WARNING, file=note.path)


def unread_config(context: Context, model: ModelView) -> Iterator[Finding]:
    """A configuration that cannot be read; where it is a folder, the server aborts."""
    path = model.folder.config_path
    if path is None or not model.lacks_text or context.files.outside(path):
        return
    entry = next((each for each in model.folder.files if each.path == path), None)
    if entry and entry.is_folder:
        yield model.problem(
            "config-is-directory",
            "“config.pbtxt” is a folder. The server stops at once when it tries to read it.",
            phase="2",
            server="terminate called after throwing an instance of 'std::length_error'",
            file=path,
        )
    else:
        text = f"The configuration could not be read, so this model was not checked: {_why(path, model.folder.bounds)}"
        yield model.problem("config-unread", text, phase="2", severity=Severity.WARNING, file=path)


def _why(path: Path, bounds: Bounds) -> str:
    try:
        read_unstamped(path, bounds=bounds)
    except CoreError as failure:
        return failure.reason
    return "it was not there a moment ago."


def no_config(context: Context, model: ModelView) -> Iterator[Finding]:
    """A model without a configuration on a server that does not complete one."""
    if context.profile.auto_complete or model.folder.config_path or model.folder.is_stray or model.folder.unread:
        return
    yield model.problem(
        "config-missing-strict",
        "There is no config.pbtxt, and this server was told not to complete configurations.",
        phase="2",
        server=without_config(model),
        file=model.folder.path,
    )


def name_mismatch(context: Context, model: ModelView) -> Iterator[Finding]:
    """The configuration's name is not that of the folder."""
    name = model.config.name
    if not name or name == model.name:
        return
    yield model.problem(
        "model-name-mismatch",
        f"The configuration says “{name}”, but the folder is called “{model.name}”. Both must be the same.",
        phase="2",
        server=f"unexpected directory name '{model.name}' for model '{name}', directory name must equal model name",
        path=("name",),
        fixes=_name_fixes(context, model, name),
    )


def _name_fixes(context: Context, model: ModelView, name: str) -> Iterator[Fix]:
    folder = model.name
    yield Fix(f"Change the name to “{folder}”", edit=lambda draft: draft.set("name", folder))
    usable = "/" not in name and name not in (".", "..") and context.model(name) is None
    if usable:
        target = model.folder.path.with_name(name)
        yield Fix(f"Rename the folder to “{name}”", move=FileMove(model.folder.path, target))


def ignored_version(context: Context, model: ModelView) -> Iterator[Finding]:
    """Folders of a model that the server passes over as no versions."""
    taken = {version.path.name for version in model.folder.versions}
    for path in model.folder.strays:
        fault = version_number(path.name)
        if fault is VersionFault.OUT_OF_RANGE:
            yield model.problem(
                "version-dir-out-of-range",
                f"The number of the folder “{path.name}” is too large for a version: the server stops at once.",
                phase="4a",
                server="terminate called after throwing an instance of 'std::out_of_range' what(): stoll",
                file=path,
            )
        elif fault is VersionFault.LEADING_ZERO:
            plain = path.name.lstrip("0") or "0"
            free = plain.isdecimal() and plain not in taken
            move = FileMove(path, path.with_name(plain))
            yield model.problem(
                "version-dir-leading-zero",
                f"The folder “{path.name}” is not served: a version's number must not start with 0.",
                phase="4a",
                server=f"ignore version directory '{path.name}' which contains leading zeros in its directory name",
                severity=Severity.WARNING,
                file=path,
                fixes=[Fix(f"Rename the folder to “{plain}”", move=move) if free else None],
            )
        elif fault is VersionFault.NOT_A_NUMBER:
            yield _no_number(context, model, path)


def _no_number(context: Context, model: ModelView, path: Path) -> Finding:
    """A Python model may read what lies there, so that only other folders may be moved away."""
    target = context.repository.path.resolve().parent / f"{model.name}-{path.name}"
    is_idle = model.deduced.backend not in ("", "python") and not context.files.exists(target)
    return model.problem(
        "version-dir-nonnumeric",
        f"The folder “{path.name}” is no version number; the server warns of it at every load.",
        phase="4a",
        server=f"ignore version directory '{path.name}' which fails to convert to integral number",
        severity=Severity.WARNING,
        file=path,
        fixes=[Fix(f"Move “{path.name}” out of the repository", move=FileMove(path, target)) if is_idle else None],
    )


def no_version(_context: Context, model: ModelView) -> Iterator[Finding]:
    """The version policy picks no version folder."""
    if model.versions or model.folder.unread or any(map(_is_fatal, model.folder.strays)):
        return
    yield model.problem(
        "no-servable-version",
        _no_version_message(model),
        phase="4a",
        server=without_version(model),
        path=("version_policy",) if model.folder.versions else (),
        file=None if model.folder.versions else model.folder.path,
        fixes=_version_fixes(model),
    )


def _is_fatal(path: object) -> bool:
    return version_number(getattr(path, "name", "")) is VersionFault.OUT_OF_RANGE


def _no_version_message(model: ModelView) -> str:
    if not model.folder.versions and keeps_versions(model.folder):
        return f"There is no version to serve: DVC keeps it, and it is not here. Fetch it: {FETCHING[DVC]}."
    if not model.folder.versions:
        return f"There is no version to serve. Make a folder named “1” in “{model.name}” for the model's files."
    there = ", ".join(str(version.number) for version in model.folder.versions)
    return f"The version policy picks none of the versions that are there ({there})."


def _version_fixes(model: ModelView) -> Iterator[Fix]:
    if model.folder.versions:
        yield Fix("Serve the latest version", edit=lambda draft: draft.clear("version_policy"))
        yield Fix("Serve all versions", edit=lambda draft: draft.set("version_policy", {"all": {}}))
        return
    first = model.folder.path / "1"
    if not any(file.name == "1" for file in model.folder.files):
        yield Fix("Make the version folder “1”", make=MakeFolder(first))


def missing_version(_context: Context, model: ModelView) -> Iterator[Finding]:
    """Versions that the policy names and the folder lacks, while others are there."""
    if not model.versions or model.config.version_policy.kind != "specific":
        return
    there = {version.number for version in model.folder.versions}
    for index, number in enumerate(model.config.version_policy.numbers):
        if number not in there:
            path = ("version_policy", "specific", "versions", index)
            yield model.problem(
                "version-specific-missing",
                f"The version policy names version {number}, of which there is no folder.",
                phase="4a",
                server=f"version {number} is specified for model '{model.title}', but the version directory is not "
                "present",
                severity=Severity.WARNING,
                path=path,
                fixes=[removing(path, f"Remove {number} from the policy")],
            )


FOLDER_RULES = (stray_folder, broken_link, unread, unread_config, no_config)
NAME_RULES = (name_mismatch,)
VERSION_RULES = (ignored_version, no_version, missing_version)
