"""What work on the folders of a repository needs of who holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from studio.app.editing.open_files import OpenFiles
from studio.app.editing.open_model import OpenModel
from studio.app.repository.disk_checks import DiskChecks
from studio.app.serving.several.current import CurrentServer
from studio.core.files.repository import ModelFolder, Repository


class Holder(Protocol):
    """One repository, its open models and its servers: the session."""

    repository: Repository | None
    server: CurrentServer
    disk_checks: DiskChecks
    files: OpenFiles

    def models(self) -> dict[str, OpenModel]:
        """The open models by name."""

    def open_model(self, name: str, moved: ModelFolder | None = None) -> OpenModel:
        """The open model of that name, opened now where it is not. Raises AppError where there is none.

        `moved` is the folder of one that was renamed since the repository was read.
        """

    def close_model(self, name: str, moved_to: str = "") -> None:
        """Closes a model; unsaved edits are dropped, unless it is open under its new name to get them."""

    def rescan(self, then: Callable[[], object] | None = None) -> None:
        """Looks for changes on disk, and calls `then` once they are known."""
