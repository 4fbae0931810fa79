"""Which file of a version is the model, and which others belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from studio.core.artifacts import reader
from studio.core.artifacts.artifact import Artifact
from studio.core.checking.deduction import Deduction, deduce
from studio.core.config.model_config import Config
from studio.core.failure import CoreError
from studio.core.files.repository import FileInfo, ModelFolder, Version

_SUFFIXES = {
    "onnxruntime": (".onnx",),
    "tensorrt": (".plan", ".engine"),
    "pytorch": (".pt", ".pth", ".pt2"),
    "openvino": (".xml",),
    "tensorflow": (".savedmodel", ".graphdef"),
    "python": (".py",),
}


def expected_name(folder: ModelFolder, config: Config | None) -> str:
    """The file name that the model's backend looks for in a version; "" where nobody can tell."""
    given = config or Config()
    found = deduce(
        folder.name, Deduction(given.backend, given.platform, given.default_model_filename), folder.first_names
    )
    return found.filename


def suits(folder: ModelFolder, config: Config | None, file: Path) -> bool:
    """Whether a file may be what the model's backend loads, by its ending."""
    given = config or Config()
    known = Deduction(given.backend, given.platform, given.default_model_filename)
    wanted = _SUFFIXES.get(deduce(folder.name, known, folder.first_names).backend)
    return wanted is None or file.suffix.lower() in wanted or file.is_dir()


def model_file(folder: ModelFolder, version: Version, config: Config | None) -> FileInfo | None:
    """The file of a version that is the model: the one that its backend loads, else the first that can be read."""
    name = expected_name(folder, config)
    by_name = next((file for file in version.files if file.name == name), None)
    if by_name is not None:
        return by_name
    return next((file for file in version.files if reader(file.path) is not None), None)


def belongings(files: Sequence[Path], name: str) -> list[tuple[Path, str]]:
    """What goes into a version, each with its name there: the model under its own, and what holds its weights."""
    found: dict[str, Path] = {}
    for index, file in enumerate(files):
        found[name if index == 0 and name else file.name] = file
    if files and not files[0].is_dir():
        for beside, called in _companions(files[0], name or files[0].name):
            found.setdefault(called, beside)
    return [(file, called) for called, file in found.items()]


def _companions(file: Path, name: str) -> Iterator[tuple[Path, str]]:
    """The files beside a model's own that hold its weights, as far as they lie in its folder."""
    try:
        artifact = read_artifact(file)
    except CoreError:
        # What cannot be read is copied as it is; what is wrong with it is told once it is there.
        return
    for outside in artifact.external:
        parts = PurePosixPath(outside)
        if not parts.is_absolute() and ".." not in parts.parts and (file.parent / outside).is_file():
            # OpenVINO looks for the weights by the name of the model, ONNX by the name that the model gives.
            called = PurePosixPath(name).with_suffix(".bin") if file.suffix.lower() == ".xml" else parts
            yield file.parent / outside, str(called)


def read_artifact(path: Path) -> Artifact:
    """What a file or a folder says of itself. Raises CoreError where there is no reader for it, or it is not sound."""
    read = reader(path)
    if read is None:
        reason = "the studio does not know this kind of file."
        raise CoreError(f"Read {path.name}", reason, "Triton may load it all the same.")
    return read(path)
