"""The text files of models that are open besides the configurations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app.editing.open_file import OpenFile, file_name
from studio.app.failure import AppError
from studio.app.settings import settings
from studio.app.ui_thread import ui_thread
from studio.core.config.plain import plain
from studio.core.failure import CoreError
from studio.core.files.bounds import LeadsOut, bounds_of
from studio.core.files.reading import read

if TYPE_CHECKING:
    from studio.core.files.repository import ModelFolder, Repository

_MODEL_FILES = frozenset({".onnx", ".plan", ".engine", ".pt", ".pth", ".bin", ".pb", ".safetensors", ".so", ".npy"})
"""What is no text whatever it holds: it is not even looked into."""


class LeadsElsewhere(AppError):
    """A file lies out of the repository: `target` is read only where a person says so."""

    def __init__(self, attempted: str, target: Path) -> None:
        super().__init__(attempted, f"it leads out of the repository, to {target}.", "It was not read.")
        self.target = target


class OpenFiles(QObject):
    """Opens text files and keeps them by name, which is their path within the repository. UI thread only."""

    opened = Signal(object)
    """OpenFile"""
    closed = Signal(str)
    decided = Signal(str)
    """A file was written or taken from disk: what was read of it before says nothing any more."""
    saved = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._repository: Repository | None = None
        self._requests: ModelFolder | None = None
        self._open: dict[str, OpenFile] = {}

    def all(self) -> dict[str, OpenFile]:
        """The open files by name."""
        return dict(self._open)

    def path_of(self, name: str) -> Path | None:
        """Where the file of a name lies; None where no model has such a place."""
        model, _, rest = name.partition("/")
        folder = self._named(model)
        return folder.path / rest if folder is not None and rest and ".." not in rest.split("/") else None

    def name_of(self, path: Path) -> str:
        """What a file is called; "" for one that lies in no model."""
        folder = self._folder(path)
        return file_name(folder, path) if folder is not None else ""

    @ui_thread
    def open(self, path: Path, *, is_new: bool = False) -> OpenFile:
        """The open file of that path, opened now if it is not. Raises AppError for what is no text of a model.

        `is_new`: it need not exist.
        """
        folder, attempted = self._folder(path), f"Open {path.name}"
        if folder is None:
            raise AppError(attempted, "it lies in no model of the repository.", "Open it with its program.")
        name = file_name(folder, path)
        if name not in self._open:
            if is_model_file(path):
                raise AppError(attempted, "it is a model file, not a text.", "The inspector shows what it says.")
            if is_new and not path.exists():
                self._add(name, OpenFile(folder, path, plain(b""), None, self))
            else:
                self._add(name, _read(folder, path, attempted, self))
        return self._open[name]

    def _add(self, name: str, file: OpenFile) -> None:
        self._open[name] = file
        file.decided.connect(lambda: self.decided.emit(name))
        file.saved.connect(self.saved)
        self.opened.emit(file)
        # What was read of it may be old by now.
        self.decided.emit(name)

    def close(self, name: str) -> None:
        """Close a file; unsaved edits are dropped, so ask before."""
        file = self._open.pop(name, None)
        if file is not None:
            self.closed.emit(name)
            file.deleteLater()

    def follow_requests(self, root: Path | None) -> None:
        """The folder of the saved requests, whose files are opened as those of a model are."""
        from studio.core.files.repository import ModelFolder

        beside = root.parent if root is not None else None
        self._requests = ModelFolder(beside.name, beside, bounds=bounds_of(beside)) if beside is not None else None

    def follow(self, repository: Repository | None) -> None:
        """Another reading of the repository: of what is not in it any more only unsaved edits stay open."""
        self._repository = repository
        for name, file in self.all().items():
            found = self._named(file.folder.name)
            file.see_folder(found)
            # Whether the reading of the file or that of the repository finds first that it is gone, it is closed.
            is_edited = file.is_unsaved and not file.is_only_lost
            if repository is None or not (is_edited or file.path.exists()):
                self.close(name)

    def unsaved_below(self, path: Path) -> list[str]:
        """The files in a folder, or that one file, with unsaved edits."""
        return [name for name, file in self._open.items() if file.is_unsaved and file.path.is_relative_to(path)]

    def _named(self, name: str) -> ModelFolder | None:
        found = self._repository.model(name) if self._repository else None
        return found or (self._requests if self._requests is not None and self._requests.name == name else None)

    def _folder(self, path: Path) -> ModelFolder | None:
        folders = (
            *(self._repository.folders if self._repository else ()),
            *((self._requests,) if self._requests else ()),
        )
        return next((each for each in folders if each.path in path.parents), None)


def is_model_file(path: Path) -> bool:
    """Whether a file is a model or weights by its name."""
    return path.suffix.lower() in _MODEL_FILES


def _read(folder: ModelFolder, path: Path, attempted: str, parent: QObject) -> OpenFile:
    try:
        data, stamp = read(path, settings().largest_config, folder.bounds)
    except CoreError as failure:
        if isinstance(failure.__cause__, LeadsOut):
            raise LeadsElsewhere(attempted, failure.__cause__.target) from failure
        raise AppError(attempted, failure.reason, failure.remedy or "Open it with its program.") from failure
    if b"\0" in data:
        raise AppError(attempted, "it is no text: there are zero bytes in it.", "Open it with its program.")
    return OpenFile(folder, path, plain(data), stamp, parent)
