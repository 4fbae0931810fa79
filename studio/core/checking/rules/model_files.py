"""The checks of backends against the model's file.

They speak only of files that have something in them: what an empty or an unreadable file holds, nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.artifacts.artifact import Artifact
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.rules.backend import KNOWN
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.onnx_file import onnx
from studio.core.checking.rules.other_files import allocation, openvino, tensorrt
from studio.core.checking.rules.pointers import model_pointer
from studio.core.checking.rules.tensor_differences import tensor_differences
from studio.core.checking.rules.torch_file import lists, pytorch
from studio.core.failure import CoreError

if TYPE_CHECKING:
    from typing import TypeAlias

_Judge: TypeAlias = Callable[[Context, ModelView, Artifact], Iterator[Finding]]
_FILES: dict[str, tuple[str, _Judge]] = {
    "onnxruntime": ("model.onnx", onnx),
    "pytorch": ("model.pt", pytorch),
    "openvino": ("model.xml", openvino),
    "tensorrt": ("model.plan", tensorrt),
    "tensorflow": ("model.savedmodel", tensor_differences),
    "fil": ("xgboost.model", tensor_differences),
}
_REFUSING = frozenset(["onnxruntime", "openvino", "pytorch", "tensorrt"])
"""The backends known to refuse a version without their file."""
_FORESTS = {
    "xgboost": "xgboost.model",
    "xgboost_json": "xgboost.json",
    "xgboost_ubj": "xgboost.ubj",
    "lightgbm": "model.txt",
    "treelite_checkpoint": "checkpoint.tl",
}
"""The file that the FIL backend loads, by the parameter `model_type`."""


def files(context: Context, model: ModelView) -> Iterator[Finding]:
    """The model's file in each version that is served."""
    name, judge = _FILES.get(model.deduced.backend) or _by_file(model)
    if not judge or model.config.runtime == "model.py":
        return
    yield from _without_file(model)
    if model.deduced.backend == "fil":
        name = _FORESTS.get(model.config.parameters.get("model_type", "xgboost"), "")
    name = model.deduced.filename or name
    for version in model.served:
        found = next((file for file in version.files if file.name == name), None)
        pointer = model_pointer(context, model, version, name) if name else None
        if pointer is not None:
            yield pointer
        elif found is None and version.files and name:
            yield _missing(context.profile, model, version.path / name, name)
        elif found is not None and (found.size or found.is_folder):
            yield from _read(context, model, version.path / name, judge)


def _without_file(model: ModelView) -> Iterator[Finding]:
    """What two backends ask of a configuration whatever the file holds."""
    if model.deduced.backend == "tensorrt":
        yield from allocation(model)
    # Of a model without a configuration that is said once there is a file with something in it.
    elif model.deduced.backend == "pytorch" and (model.draft or any(f.size for v in model.served for f in v.files)):
        yield from lists(model)


def _by_file(model: ModelView) -> tuple[str, _Judge | None]:
    """For a backend or platform that nobody knows: the backend of the usual model file that is there."""
    if model.is_ensemble or model.deduced.backend in KNOWN or model.deduced.filename:
        return "", None
    present = {file.name for version in model.served for file in version.files}
    found = [each for each in _FILES.values() if each[0] in present]
    return found[0] if len(found) == 1 else ("", None)


def _missing(profile: Profile, model: ModelView, file: Path, name: str) -> Finding:
    text = f"“{file.parent.name}/{name}” is missing, without which the backend has nothing to load."
    # A backend that nobody knows, and those that take one of several names, may load another file.
    decided = profile.weights == "here" and model.deduced.backend in _REFUSING
    given = model.given("default_model_filename")
    return model.problem(
        "model-file-missing",
        text,
        phase="4d",
        severity=Severity.ERROR if decided else Severity.WARNING,
        undecided=not decided,
        server=f"unable to find '{file}' for model instance '{model.title}'",
        path=("default_model_filename",) if given else (),
        file=None if given else file.parent,
    )


def _read(
    context: Context,
    model: ModelView,
    file: Path,
    judge: _Judge,
) -> Iterator[Finding]:
    found = context.files.artifact(file)
    if isinstance(found, CoreError):
        yield model.problem(
            "model-file-unread",
            f"“{file.parent.name}/{file.name}” was not checked: {found.reason}",
            phase="4d",
            severity=Severity.WARNING,
            file=file,
        )
    elif found is not None:
        yield from judge(context, model, found)


RULES = (files,)
