"""The named launches of the repository in front: read and written in tasks, each change with a way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching import presets
from studio.core.serving.launching.last import Last, keep_last, last
from studio.core.serving.launching.presets import Change, Presets
from studio.core.serving.launching.secrets import without_secrets
from studio.failure import Failure


class LaunchPresets(QObject):
    """Those of one repository at a time. UI thread only."""

    changed = Signal()
    read = Signal(object)
    """Last | None: what was used last of a repository that was just taken."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.repository: Path | None = None
        self.found = Presets()

    def set_repository(self, repository: Path | None) -> None:
        """Takes another repository, and reads what it has."""
        if repository == self.repository:
            return
        self.repository, self.found = repository, Presets()
        self.changed.emit()
        if repository is not None:
            tasks.run(self, lambda _: (presets.read_presets(repository), last(repository)), self._take_all, key="read")

    def look(self) -> None:
        """Reads again what another studio, or git, may have written."""
        repository = self.repository
        if repository is not None:
            tasks.run(self, lambda _: presets.read_presets(repository), self._take, key="look")

    def save(self, name: str, spec: LaunchSpec, done: Callable[[], object] = lambda: None) -> None:
        """Keeps a launch under a name; says what is not kept, as it may be a secret."""
        left = without_secrets(spec)[1]
        detail = f"Not kept, as it may be a secret: {', '.join(left)}." if left else ""
        called = name.strip()
        self._do(
            lambda repository: presets.keep_preset(repository, called, spec),
            f"Kept the launch “{called}”",
            done,
            detail,
        )

    def rename(self, old: str, new: str, done: Callable[[], object] = lambda: None) -> None:
        """Calls a launch otherwise."""
        told = f"Renamed the launch “{old}” to “{new.strip()}”"
        self._do(lambda repository: presets.rename_preset(repository, old, new), told, done)

    def delete(self, name: str, done: Callable[[], object] = lambda: None) -> None:
        """Takes a launch away."""
        self._do(lambda repository: presets.delete_preset(repository, name), f"Deleted the launch “{name}”", done)

    def keep_last(self, spec: LaunchSpec, name: str) -> None:
        """Keeps what a person launched, for the next time; `name` is the launch that they had chosen."""
        tasks.run(self, lambda _: keep_last(spec, name), lambda _: None, key="last")

    def _do(
        self, work: Callable[[Path], Change], told: str, done: Callable[[], object] = lambda: None, detail: str = ""
    ) -> None:
        repository = self.repository
        if repository is None:
            return

        def changed(result: tuple[Change, Presets]) -> None:
            self._take(result[1])
            done()
            undo = ("Undo", lambda: self._undo(repository, result[0]))
            notices.post("success", told, detail, (undo,), "launch presets")

        def failed(failure: Failure) -> None:
            notices.post_failure(failure)
            self.look()

        tasks.run(self, lambda _: (work(repository), presets.read_presets(repository)), changed, failed)

    def _undo(self, repository: Path, change: Change) -> None:
        if repository == self.repository:
            self._do(lambda folder: presets.undo_presets(folder, change), "Took it back")

    def _take_all(self, result: tuple[Presets, Last | None]) -> None:
        self._take(result[0])
        self.read.emit(result[1])

    def _take(self, found: Presets) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()
