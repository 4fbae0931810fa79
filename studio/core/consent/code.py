"""The code in a repository: what a server that serves it may run, file by file, with a hash of each. Nothing is run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from studio.core.config.draft import Draft, read_draft
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain

_MOST_ENTRIES = 400_000
_HASHED_WHOLE = 64 << 20
"""Bytes. Of a larger file the hash is of what any change of it changes: no program can set the last of these times."""
_CHUNK = 1 << 20
_LARGEST_CONFIG = 16 << 20
_UNREADABLE = "cannot be read"
_MODEL_FOLDER = "$$TRITON_MODEL_DIRECTORY"


class CodeKind(Enum):
    """How a file runs."""

    PYTHON = "Python"
    LIBRARY = "native library"
    ENVIRONMENT = "Python environment"
    PICKLE = "TorchScript or pickle"
    PLAN = "TensorRT plan"
    GRAPH = "TensorFlow graph"


_SUFFIXES = {
    **dict.fromkeys((".py", ".pyc", ".pyz", ".pyw", ".egg", ".whl", ".pth"), CodeKind.PYTHON),
    **dict.fromkeys((".so", ".dll", ".dylib"), CodeKind.LIBRARY),
    **dict.fromkeys((".tar.gz", ".tgz", ".tar", ".zip"), CodeKind.ENVIRONMENT),
    **dict.fromkeys((".pt", ".pt2", ".pkl", ".pickle", ".joblib", ".ckpt"), CodeKind.PICKLE),
    **dict.fromkeys((".plan", ".engine", ".trt"), CodeKind.PLAN),
    **dict.fromkeys((".graphdef", ".pb"), CodeKind.GRAPH),
}
_NAMES = {"triton_python_backend_stub": CodeKind.LIBRARY, "pytorch_model.bin": CodeKind.PICKLE}


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One file that may run: its path in the repository, an absolute one elsewhere, and a hash of what it holds."""

    path: str
    digest: str
    size: int
    kind: CodeKind

    @property
    def model(self) -> str:
        """The model that it lies in; "" for what lies elsewhere."""
        folder, sign, _ = self.path.partition("/")
        return folder if sign else ""

    @property
    def name(self) -> str:
        """Its path in its model."""
        return self.path.removeprefix(f"{self.model}/") if self.model else self.path


def read_code(repository: Path) -> tuple[CodeFile, ...]:
    """All code in a repository and what its configurations name elsewhere, by path.

    Links are followed, as the server does. Raises CoreError where there is more in the folder than can be looked at.
    """
    found = {path: kind for path in _files(repository) if (kind := _kind(path.name))}
    found |= dict(_named(repository))
    read = {path: _read(repository, path, kind) for path, kind in found.items()}
    return tuple(sorted(read.values(), key=lambda file: file.path))


def _kind(name: str) -> CodeKind | None:
    low = name.lower()
    if ".so." in low:
        return CodeKind.LIBRARY
    ends = (kind for suffix, kind in _SUFFIXES.items() if low.endswith(suffix))
    return _NAMES.get(low) or next(ends, None)


def _files(folder: Path) -> Iterator[Path]:
    """Every file under a folder; a folder that links lead to again and again is entered once."""
    waiting, count = [folder], 0
    seen: set[tuple[int, int]] = set()
    while waiting:
        here = waiting.pop()
        for entry in _entries(here):
            count += 1
            if count > _MOST_ENTRIES:
                raise CoreError(f"Look what code is in {folder}", f"it holds more than {_MOST_ENTRIES:,} files.")
            try:
                is_folder, status = entry.is_dir(), entry.stat()
            except OSError:
                # A link to nowhere.
                continue
            if not is_folder:
                yield here / entry.name
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                waiting.append(here / entry.name)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        # What cannot be looked into here cannot be by the server, which has the same rights or fewer.
        return []


def _named(repository: Path) -> Iterator[tuple[Path, CodeKind]]:
    """What configurations name as code, whatever it is called."""
    for model in (repository / entry.name for entry in _entries(repository) if entry.is_dir()):
        for config in (model / "config.pbtxt", *sorted((model / "configs").glob("*.pbtxt"))):
            draft = _draft(config)
            if draft is not None:
                yield from _named_by(draft, model)


def _named_by(draft: Draft, model: Path) -> Iterator[tuple[Path, CodeKind]]:
    config = draft.config
    environment = config.parameters.get("EXECUTION_ENV_PATH", "")
    if environment:
        yield model / environment.replace(_MODEL_FOLDER, str(model)), CodeKind.ENVIRONMENT
    libraries = draft.get("model_operations", "op_library_filename")
    for library in libraries if isinstance(libraries, tuple) else ():
        yield model / str(library), CodeKind.LIBRARY
    if config.default_model_filename and config.backend == "python":
        for path in (model / entry.name / config.default_model_filename for entry in _entries(model)):
            if path.is_file():
                yield path, CodeKind.PYTHON


def _draft(path: Path) -> Draft | None:
    try:
        with open_plain(path) as file:
            return read_draft(file.read(_LARGEST_CONFIG))
    except OSError:
        return None


def _read(repository: Path, path: Path, kind: CodeKind) -> CodeFile:
    place = Path(os.path.normpath(path))
    inside = place.is_relative_to(repository)
    shown = place.relative_to(repository).as_posix() if inside else str(place)
    try:
        size, digest = _folder(place) if place.is_dir() else _file(place)
    except OSError:
        size, digest = -1, _UNREADABLE
    return CodeFile(shown, digest, size, kind)


def _file(path: Path) -> tuple[int, str]:
    with open_plain(path) as file:
        status = os.fstat(file.fileno())
        if status.st_size <= _HASHED_WHOLE:
            return status.st_size, hashlib.sha256(file.read()).hexdigest()
        made = hashlib.sha256(_mark(status))
        made.update(file.read(_CHUNK))
        file.seek(-_CHUNK, os.SEEK_END)
        made.update(file.read(_CHUNK))
        return status.st_size, made.hexdigest()


def _folder(path: Path) -> tuple[int, str]:
    """An environment that is unpacked: what each of its files is, not what it holds."""
    made, size = hashlib.sha256(), 0
    for each in sorted(_files(path)):
        status = each.stat()
        size += status.st_size
        made.update(f"{each.relative_to(path)}\0".encode("utf-8", "surrogateescape") + _mark(status))
    return size, made.hexdigest()


def _mark(status: os.stat_result) -> bytes:
    """What any change of a file changes."""
    return repr((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)).encode()
