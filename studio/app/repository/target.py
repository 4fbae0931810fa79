"""Which server the repository is checked for: the one that a person chose, that its project names, or that runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices
from studio.app.serving.ladder import ServerStatus
from studio.app.serving.several.current import CurrentServer
from studio.app.settings import settings
from studio.core.checking.images import read_server
from studio.core.checking.profile import Profile
from studio.core.checking.project.project_file import ProjectFile
from studio.core.checking.project.project_target import choice_of, on_project, target_of
from studio.core.checking.target import ANY, Choice, chosen, of_server
from studio.core.failure import CoreError

_CHOICE = ("target_server", "target_backends", "target_gpus", "target_flags", "target_mount")
"""The settings of a choice, in its order."""
_OURS = frozenset({"cache_megabytes", "target", *_CHOICE})


class Target(QObject):
    """Follows the server and the settings. UI thread only."""

    changed = Signal(object)
    """Profile"""

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = server
        self.machine: tuple[int, ...] = (0,)
        self._project: ProjectFile | None = None
        self._told = ""
        self.profile = self._now()
        server.status_changed.connect(self._follow)
        settings().changed.connect(self._note_setting)

    @property
    def is_automatic(self) -> bool:
        """Whether the target follows the project's file, where it names a server, else the server that runs."""
        return bool(settings().get("target") == "automatic")

    @property
    def choice(self) -> Choice:
        """What a person chose, or would start from: what the project's file says, else what was chosen last."""
        if self.is_automatic and self.project_path is not None:
            said = choice_of(self._project, {})
            return replace(said, backends=said.backends or read_server(said.server).variant or ANY)
        return Choice(*(str(settings().get(name)) for name in _CHOICE))

    def choose(self, choice: Choice | None) -> None:
        """Check for a server of one's own choice; None follows the server again. Raises CoreError for a wrong one."""
        if choice is not None:
            chosen(choice, self.machine)
            for name in _CHOICE:
                settings().set(name, getattr(choice, name.removeprefix("target_")))
        settings().set("target", "automatic" if choice is None else "chosen")

    def set_gpus(self, machine: tuple[int, ...]) -> None:
        """The GPUs of this machine are known."""
        self.machine = machine
        self._renew()

    def set_project(self, project: ProjectFile | None, failure: CoreError | None) -> None:
        """What the file of the repository's project says is known, or why it could not be taken."""
        if failure is not None and str(failure) != self._told:
            notices.post_failure(failure)
        self._told = str(failure or "")
        self._project = project
        self._renew()

    @property
    def project_path(self) -> Path | None:
        """The project's file, where it names a server: that is the target unless a person chose one."""
        return self._project.path if self._project is not None and self._project.names_server else None

    def why(self) -> str:
        """Where the target comes from, for a person."""
        if not self.is_automatic:
            return "chosen"
        if self.project_path is not None:
            return str(self.project_path)
        return "the server that runs" if self._running() else "no server runs"

    def _running(self) -> ServerStatus | None:
        status = self._server.status
        return status if status.is_running and status.spec is not None else None

    def _follow(self, _status: ServerStatus) -> None:
        if self.is_automatic:
            self._renew()

    def _note_setting(self, name: str) -> None:
        if name in _OURS:
            self._renew()

    def _renew(self) -> None:
        now = self._now()
        if now != self.profile:
            self.profile = now
            self.changed.emit(now)

    @property
    def followed(self) -> Profile:
        """The target where nobody chooses one."""
        if self._project is not None and self._project.names_server:
            return target_of(self._project, {})
        status = self._running()
        if status is not None and status.spec is not None:
            # It was started on a folder of this machine: a file that is missing here is missing for it.
            here = replace(of_server(status.spec, status.version, self.machine), weights="here")
            return on_project(here, self._project)
        plain = replace(Profile(self.machine), cache=int(settings().get("cache_megabytes")) > 0)
        return on_project(plain, self._project)

    def _now(self) -> Profile:
        if not self.is_automatic:
            try:
                return on_project(chosen(self.choice, self.machine), self._project)
            except CoreError as failure:
                # The settings file was edited outside the studio.
                notices.post_failure(failure)
        return self.followed
