"""The code in a repository: what a server that serves it may run, file by file, with a hash of each. Nothing is run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path

from studio.core.config.draft import Draft, read_draft
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain
from studio.value_class import dataclass

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
    return _all_read(repository, dict(_code(repository, {})))


def read_code_of(repository: Path, loads: Mapping[str, str | None]) -> tuple[CodeFile, ...]:
    """What loading these models may run: all code but what lies in the folders of models that they do not need.

    `loads` has for each a text that stands in for its file, None for its file.
    """
    needed = _needed(repository, loads)
    others = {entry.name for entry in _entries(repository) if entry.name not in needed and _is_model(entry)}
    return _all_read(repository, dict(_code(repository, loads, others)))


def code_mark(repository: Path) -> str:
    """What changes with any change of any code in a repository; takes less than reading it all."""
    made = hashlib.sha256()
    for path in sorted(dict(_code(repository, {}))):
        try:
            mark = _folder(path)[1].encode() if path.is_dir() else _mark(path.stat())
        except OSError:
            continue
        made.update(f"{path}\0".encode("utf-8", "surrogateescape") + mark)
    return made.hexdigest()


def _code(
    repository: Path, texts: Mapping[str, str | None], without: Iterable[str] = ()
) -> Iterator[tuple[Path, CodeKind]]:
    left = frozenset(without)
    yield from ((path, kind) for path in _files(repository, left) if (kind := _kind(path.name)))
    yield from _named(repository, texts, left)


def _all_read(repository: Path, found: Mapping[Path, CodeKind]) -> tuple[CodeFile, ...]:
    read = {path: _read(repository, path, kind) for path, kind in found.items()}
    return tuple(sorted(read.values(), key=lambda file: file.path))


def _needed(repository: Path, loads: Mapping[str, str | None]) -> set[str]:
    """These models and, of ensembles, those of their steps: the server loads them too."""
    waiting, found = list(loads), set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for draft in _drafts(repository / name, loads.get(name)):
            waiting += [step.model_name for step in draft.config.steps]
    return found


def _is_model(entry: os.DirEntry[str]) -> bool:
    if not entry.is_dir():
        return False
    return any(each.name == "config.pbtxt" or each.name.isdecimal() for each in _entries(Path(entry.path)))


def _kind(name: str) -> CodeKind | None:
    low = name.lower()
    if ".so." in low:
        return CodeKind.LIBRARY
    ends = (kind for suffix, kind in _SUFFIXES.items() if low.endswith(suffix))
    return _NAMES.get(low) or next(ends, None)


def _files(folder: Path, without: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Every file under a folder but in those `without`; a folder that links lead to again and again is entered once."""
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
            elif here == folder and entry.name in without:
                continue
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


def _named(
    repository: Path, texts: Mapping[str, str | None], without: frozenset[str]
) -> Iterator[tuple[Path, CodeKind]]:
    """What configurations name as code, whatever it is called."""
    for model in (repository / entry.name for entry in _entries(repository) if entry.is_dir()):
        if model.name in without:
            continue
        for draft in _drafts(model, texts.get(model.name)):
            yield from _named_by(draft, model)


def _drafts(model: Path, text: str | None) -> Iterator[Draft]:
    """The configurations of a model; `text` stands in for all of its files."""
    if text is not None:
        yield read_draft(text.encode("utf-8", "surrogateescape"))
        return
    for config in (model / "config.pbtxt", *sorted((model / "configs").glob("*.pbtxt"))):
        draft = _draft(config)
        if draft is not None:
            yield draft


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
