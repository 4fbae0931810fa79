"""Pointers in the place of a model's files, as a checkout of git has them."""

from __future__ import annotations

from pathlib import Path

from studio.core.checking.findings import Finding
from studio.core.checking.rules.context import Context, ModelView
from studio.core.files.pointers import DVC, DVC_SUFFIX, FETCHING, LARGEST, keeper, kept_by_dvc
from studio.core.files.repository import ModelFolder, Version

_INNER = ("saved_model.pb", "model.onnx", "keras_metadata.pb")
"""The file by which a folder that is a model is known."""


def pointer_keeper(context: Context, file: Path) -> str:
    """Who keeps the file for which another one stands; "" where it stands for none."""
    size = context.files.size(file)
    return keeper(context.files.start(file, LARGEST)) if size is not None and 0 < size < LARGEST else ""


def is_elsewhere(context: Context, file: Path) -> bool:
    """Whether a file stands for another one that is where the server is."""
    return context.profile.weights_elsewhere and bool(pointer_keeper(context, file))


def model_pointer(context: Context, model: ModelView, version: Version, name: str) -> Finding | None:
    """What stands in the place of a version's model file, or of the main one in a folder that is the model."""
    found = next((file for file in version.files if file.name == name), None)
    if found is None:
        is_kept = kept_by_dvc(name, (file.name for file in version.files))
        return _pointer(model, version.path / name, DVC) if is_kept else None
    if not found.is_folder and not 0 < found.size < LARGEST:
        return None
    paths = [found.path / inner for inner in _INNER] if found.is_folder else [found.path]
    kept = ((path, pointer_keeper(context, path)) for path in paths)
    return next((_pointer(model, path, keeper) for path, keeper in kept if keeper), None)


def keeps_versions(folder: ModelFolder) -> bool:
    """Whether DVC keeps a version of the model, or all that is in its folder."""
    names = [file.name.removesuffix(DVC_SUFFIX) for file in folder.files if file.name.endswith(DVC_SUFFIX)]
    return any(name.isdecimal() for name in names)


def _pointer(model: ModelView, file: Path, kept: str) -> Finding:
    shown = file.relative_to(model.folder.path)
    stands = f"“{shown}” is kept by {kept} and not here" if kept == DVC else f"“{shown}” is a pointer of {kept}"
    return model.problem(
        "weights-pointer",
        f"{stands}: no backend can load that. Fetch the file: {FETCHING[kept]}.",
        phase="4d",
        file=file if kept != DVC else file.parent,
    )
