"""The configuration as a server will hold it: what is written, what the server fills in, and why.

The order is that of Triton's core and of its backends: backend, platform and file name are deduced, then the backend
completes what the model's file tells, then defaults are put in, and at last the instance groups are settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio import TYPE_CHECKING
from studio.core.artifacts.artifact import Artifact, Partial
from studio.core.checking.deduction import Deduction, deduce
from studio.core.checking.evidence import Files
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.config.model_config import TensorConfig
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.repository import ModelFolder, servable
from studio.named_tuple import NamedTuple
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.artifacts.python import Completion

_WILDCARD = -1
_IDLE = 1_000_000
_TWO_ON_CPU = frozenset({"onnxruntime", "tensorflow"})
_WITH_CPU = frozenset({"openvino"})
_PYTHON = "auto_complete_config of model.py"


class FilledValue(NamedTuple):
    """One value that nobody wrote: where it goes, what it is, and why. `source` is "server", "backend" or "file"."""

    path: TextPath
    value: object
    source: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Effective:
    """A configuration as the server will hold it, and which values of it were filled in."""

    draft: Draft
    filled: tuple[FilledValue, ...]

    def origin(self, path: TextPath) -> FilledValue | None:
        """Why there is a value at a path, or around it; None for one that is written."""
        for length in range(len(path), 0, -1):
            found = next((each for each in self.filled if each.path == path[:length]), None)
            if found:
                return found
        return None


class _Making:
    """A draft that is being completed, with the log of what was put in."""

    def __init__(self, given: Draft) -> None:
        self.draft = given
        self.filled: list[FilledValue] = []

    def fill(self, path: TextPath, value: object, reason: str, source: str = "server") -> None:
        """Puts a value in, over one that the server replaces."""
        self.draft = self.draft.set(*path, value)
        self.filled = [each for each in self.filled if each.path != path]
        self.filled.append(FilledValue(path, value, source, reason))


def effective(
    folder: ModelFolder, given: Draft | None, profile: Profile, files: Files | None = None, *, decoupled: bool = False
) -> Effective:
    """The configuration of a model as the server will hold it. `decoupled`: whether a step of the ensemble is.

    A text that the server cannot read stays as it is, with nothing filled in.
    """
    start = given or draft("")
    if not start.document.ok:
        return Effective(start, ())
    making = _Making(start)
    try:
        _complete(making, folder, profile, files or Files(folder.bounds), decoupled)
    except CoreError:
        # What the schema refuses is told by the rules; the server would not get this far either.
        return Effective(start, ())
    return Effective(making.draft, tuple(making.filled))


def _complete(making: _Making, folder: ModelFolder, profile: Profile, files: Files, decoupled: bool) -> None:
    config = making.draft.config
    known = Deduction(config.backend, config.platform, config.default_model_filename)
    found = deduce(folder.name, known, folder.first_names, profile.release)
    if not config.name:
        making.fill(("name",), folder.name, "the folder's name")
    _deduced(making, known, found)
    is_ensemble = found.platform == "ensemble" and not found.backend
    if profile.auto_complete and not is_ensemble:
        _from_file(making, folder, found, profile, files)
    _defaults(making, is_ensemble)
    if is_ensemble:
        path = ("model_transaction_policy", "decoupled")
        if config.decoupled != decoupled or not making.draft.has("model_transaction_policy"):
            making.fill(path, decoupled, "an ensemble is decoupled where one of its steps is")
        return
    _groups(making, folder.name, found.backend, profile)


def _deduced(making: _Making, known: Deduction, found: Deduction) -> None:
    for field, before, now in (
        ("backend", known.backend, found.backend),
        ("platform", known.platform, found.platform),
        ("default_model_filename", known.filename, found.filename),
    ):
        if now and now != before:
            making.fill((field,), now, "follows from the other fields, or from the files in the version folder")


def _defaults(making: _Making, is_ensemble: bool) -> None:
    now = making.draft
    if not now.has("version_policy"):
        making.fill(("version_policy",), {"latest": {"num_versions": 1}}, "only the latest version is served")
    most = now.config.max_batch_size
    if now.has("dynamic_batching") and most > 0 and not now.has("dynamic_batching", "preferred_batch_size"):
        making.fill(("dynamic_batching", "preferred_batch_size"), [most], "the largest batch")
    if now.has("sequence_batching"):
        if now.has("sequence_batching", "oldest") and most > 0:
            path: TextPath = ("sequence_batching", "oldest", "preferred_batch_size")
            if not now.has(*path):
                making.fill(path, [most], "the largest batch")
        path = ("sequence_batching", "max_sequence_idle_microseconds")
        if not now.get(*path):
            making.fill(path, _IDLE, "a sequence may idle for a second")
    if not is_ensemble:
        for side in ("input_pinned_memory", "output_pinned_memory"):
            if not now.has("optimization", side):
                making.fill(("optimization", side), {"enable": True}, "pinned memory is used unless it is turned off")


def _groups(making: _Making, name: str, backend: str, profile: Profile) -> None:
    if not making.draft.config.instance_groups:
        kind = "KIND_CPU" if backend in _WITH_CPU else "KIND_AUTO"
        making.fill(("instance_group",), [{"name": name, "kind": kind}], "one group is made where none is written")
    for index, group in enumerate(making.draft.config.instance_groups):
        path = group.path
        if not group.name:
            making.fill((*path, "name"), f"{name}_{index}", "the model's name and the place of the group")
        kind = group.kind
        gpus = profile.usable_gpus
        if kind in ("", "KIND_AUTO"):
            kind = "KIND_GPU" if gpus and not profile.lacking(group.gpus) else "KIND_CPU"
            making.fill((*path, "kind"), kind, "KIND_AUTO: the GPUs where there are any, else the CPU")
        if group.count < 1:
            count = 2 if kind == "KIND_CPU" and backend in _TWO_ON_CPU else 1
            making.fill((*path, "count"), count, "what this backend takes where no count is written")
        if kind == "KIND_GPU" and not group.gpus and gpus and not profile.any_gpu:
            making.fill((*path, "gpus"), list(gpus), "all GPUs of the server")


def _from_file(making: _Making, folder: ModelFolder, found: Deduction, profile: Profile, files: Files) -> None:
    version = next((each for each in folder.versions if each.number in servable(folder, making.draft.config)), None)
    if version is None:
        return
    file = version.path / (found.filename or "model").lstrip("/")
    if found.backend == "onnxruntime":
        artifact = files.artifact(file)
        if isinstance(artifact, Artifact):
            _from_onnx(making, artifact, profile)
    elif found.backend == "python":
        completes = _completion(file, folder.bounds)
        if completes is not None:
            _from_python(making, completes)


def _completion(file: Path, bounds: Bounds) -> Completion | None:
    from studio.core.artifacts.python import python_model

    try:
        return python_model(file, bounds).completes
    except CoreError:
        # A file that is no Python, or lies elsewhere, is told by a rule.
        return None


def _from_onnx(making: _Making, file: Artifact, profile: Profile) -> None:
    config = making.draft.config
    if (config.inputs or making.draft.has("batch_input")) and config.outputs:
        return
    batches = all(each.shape and each.shape[0] == _WILDCARD for each in (*file.inputs, *file.outputs))
    if batches and config.max_batch_size == 0 and not making.draft.has("max_batch_size"):
        making.fill(
            ("max_batch_size",),
            profile.default_max_batch_size,
            "the backend's default for a model that batches",
            "file",
        )
    most = making.draft.config.max_batch_size
    if batches and most > 1 and not config.scheduling:
        making.fill(("dynamic_batching",), {}, "the backend turns it on for a model that batches", "backend")
    for word, ours, theirs in (("input", config.inputs, file.inputs), ("output", config.outputs, file.outputs)):
        if not ours and theirs:
            tensors = [_tensor(each, most > 0) for each in theirs]
            making.fill((word,), tensors, f"the ONNX file's {word}s", "file")


def _tensor(tensor: TensorInfo, batches: bool) -> dict[str, object]:
    dims: Sequence[int] = tensor.shape[1:] if batches else tensor.shape
    found: dict[str, object] = {"name": tensor.name, "data_type": tensor.data_type.config, "dims": list(dims) or [1]}
    if not dims and batches:
        found["reshape"] = {"shape": []}
    return found


def _from_python(making: _Making, given: Completion) -> None:
    config = making.draft.config
    if given.max_batch_size is not None and config.max_batch_size == 0:
        making.fill(("max_batch_size",), given.max_batch_size, _PYTHON, "backend")
    if given.dynamic_batching and not config.scheduling:
        making.fill(("dynamic_batching",), {}, _PYTHON, "backend")
    if given.decoupled is not None and not making.draft.has("model_transaction_policy"):
        making.fill(("model_transaction_policy", "decoupled"), given.decoupled, _PYTHON, "backend")
    for word, ours, theirs in (("input", config.inputs, given.inputs), ("output", config.outputs, given.outputs)):
        known = {each.name: each for each in ours}
        new = [each for each in theirs if each.data_type and each.shape is not None]
        for each in new:
            if each.name in known:
                _merge(making, known[each.name], each)
        added = [each for each in new if each.name not in known]
        for index, each in enumerate(added):
            value: dict[str, object] = {"name": each.name, "dims": list(each.shape or ())}
            value["data_type"] = each.data_type.config if each.data_type else "TYPE_INVALID"
            if each.optional and word == "input":
                value["optional"] = True
            making.draft = making.draft.append(word, value)
            making.filled.append(FilledValue((word, len(ours) + index), value, "backend", _PYTHON))


def _merge(making: _Making, ours: TensorConfig, theirs: Partial) -> None:
    """A tensor that is written in part gets what it lacks."""
    if ours.data_type in ("", "0", "TYPE_INVALID") and theirs.data_type:
        making.fill((*ours.path, "data_type"), theirs.data_type.config, _PYTHON, "backend")
    if not ours.dims and theirs.shape:
        making.fill((*ours.path, "dims"), list(theirs.shape), _PYTHON, "backend")
