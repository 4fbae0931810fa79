"""The labels of the outputs of a repository's models, read when they are asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from studio.core.config.model_config import Config
from studio.core.failure import CoreError
from studio.core.inference.labels import label_file
from studio.core.inference.results import read_labels


class RepositoryLabels:
    """Reads the configurations once."""

    def __init__(self, repository: Path | None) -> None:
        self._repository = repository

    def of(self, model: str, output: str) -> tuple[str, ...]:
        """The labels of an output; none where it has no label file that can be read, or no repository is at hand."""
        folders, configs = self._read
        try:
            path = label_file(folders, configs, model, output)
            return read_labels(path) if path is not None else ()
        except CoreError:
            return ()

    @cached_property
    def _read(self) -> tuple[dict[str, Path], dict[str, Config]]:
        if self._repository is None:
            return {}, {}
        from studio.core.checking.served import read_drafts
        from studio.core.files.repository import scan

        try:
            found = scan(self._repository)
        except CoreError:
            return {}, {}
        folders = {folder.name: folder.path for folder in found.models}
        return folders, {name: draft.config for name, draft in read_drafts(found).items()}
