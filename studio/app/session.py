"""The session: one repository, its open models, what is found in it, and its servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.editing.open_files import OpenFiles
from studio.app.editing.open_model import OpenModel
from studio.app.editing.open_text import OpenText
from studio.app.failure import AppError
from studio.app.repository import reading
from studio.app.repository.checker import Checker
from studio.app.repository.disk_checks import DiskChecks
from studio.app.repository.fixing import mend
from studio.app.repository.folder_work import FolderWork
from studio.app.repository.reading import Snapshot
from studio.app.repository.save_clock import SaveClock
from studio.app.repository.scanning import Scanning
from studio.app.repository.target import Target
from studio.app.repository.watch import RepositoryWatch
from studio.app.requests.requests import Requests
from studio.app.serving.connections import Connections
from studio.app.serving.several.current import CurrentServer
from studio.app.serving.several.current_sampler import CurrentSampler
from studio.app.serving.several.servers import Servers
from studio.app.settings import settings
from studio.app.ui_thread import ui_thread
from studio.core import garbage
from studio.core.checking.findings import Finding, Fix
from studio.core.checking.profile import Profile
from studio.core.checking.served import Served, is_in_picked
from studio.core.config.draft import Draft
from studio.core.files.repository import ModelFolder, Repository
from studio.failure import Failure


class Session(QObject):
    """Everything that the window shows. UI thread only; what waits runs in tasks.

    Its parts tell of themselves: `server.status_changed`, `checker.findings_changed`, `sampler.sampled`. The session's
    own signals are about the repository and its open models.
    """

    repository_changed = Signal(object)
    """Repository | None"""
    model_opened = Signal(object)
    """OpenModel"""
    model_closed = Signal(str)
    model_moved = Signal(str, str)
    """An open model's old name and its new one: it is open under the new one, and is closed now under the old."""
    scan_progressed = Signal(float, str)
    """How far the reading of a repository is, from 0 to 1; exactly 1 at its end."""
    opening_failed = Signal(object)
    """Failure: the repository could not be opened; a notice was posted too."""
    ended = Signal()
    """The session is over: its servers are stopped and no task runs any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.repository: Repository | None = None
        self.checker = Checker(self._served, self)
        self.servers = Servers(self)
        self.server = CurrentServer(self.servers, self)
        self.connections = Connections(self.server, self)
        self.sampler = CurrentSampler(self.server, self)
        self.requests = Requests(self.server, self)
        self.target = Target(self.server, self)
        self._snapshot: Snapshot | None = None
        self._open: dict[str, OpenModel] = {}
        self.files = OpenFiles(self)
        self.save_clock = SaveClock()
        self.scanning = Scanning(lambda: self._snapshot, self.save_clock, self)
        self.disk_checks = DiskChecks(self.texts, self.save_clock, self)
        self.folders = FolderWork(self, self)
        self._watch = RepositoryWatch(settings().get("poll_seconds"), self)
        self._connect()

    def _connect(self) -> None:
        self.servers.in_front = lambda: self.repository.path if self.repository else None
        self.servers.expected, self.servers.saved = self.servable_versions, self.saved_draft
        self._watch.changed.connect(self.rescan)
        self.checker.progressed.connect(self.scan_progressed)
        self.scanning.progressed.connect(self.scan_progressed)
        self.scanning.read.connect(self._rescanned)
        self.scanning.lost.connect(self._watch.look_by_clock)
        self.files.saved.connect(self.rescan)
        self.files.decided.connect(self._note_decided)
        self.repository_changed.connect(self.requests.follow)
        self.requests.saved.moved.connect(self.files.follow_requests)
        self.target.changed.connect(self.checker.set_profile)
        self.checker.set_profile(self.target.profile)

    # The repository

    @ui_thread
    def open_repository(self, path: Path | str) -> None:
        """Read a repository and make it the session's; the one that is open closes only once that worked.

        Unsaved edits are dropped then, so ask before; edits made while it is read keep the old one open.
        """
        wanted = Path(path).expanduser().absolute()
        given_up = {model.name: model.draft for model in self.unsaved()}
        self.scanning.open(wanted, lambda found: self._opened(found, given_up), self._not_opened)

    def close_repository(self) -> None:
        """Close the repository and its models; unsaved edits are dropped, so ask before."""
        self.cancel_scan()
        self.scanning.forget()
        for name in tuple(self._open):
            self.close_model(name)
        self._snapshot, self.repository = None, None
        self.files.follow(None)
        self._watch.watch(None)
        self.checker.clear()
        garbage.release()
        self.repository_changed.emit(None)

    def rescan(self, then: Callable[[], object] | None = None) -> None:
        """Look for changes on disk, and call `then` once they are known, or cannot be."""
        self.scanning.again(then)

    def cancel_scan(self) -> None:
        """Leave a reading that is under way, or the check that follows it."""
        if self.scanning.cancel():
            self.scan_progressed.emit(1.0, "Cancelled")
        self.checker.cancel()

    def shutdown(self, timeout: float = 20.0) -> bool:
        """Stop the servers and every task; for the end of the program. False where something did not end in time."""
        self.servers.end()
        self._watch.watch(None)
        self.checker.end()
        ended = tasks.drain(timeout)
        self.ended.emit()
        return ended

    # Models

    @ui_thread
    def open_model(self, name: str, moved: ModelFolder | None = None) -> OpenModel:
        """The open model of that name, opened now (from where it `moved`) if it is not. Raises AppError for none."""
        if name in self._open:
            return self._open[name]
        folder = moved or (self.repository.model(name) if self.repository else None)
        if folder is None:
            raise AppError(f"Open the model {name}", "the repository has no such model.", "Look at its folder.")
        found = reading.config_of(None if moved else self._snapshot, folder, settings().largest_config)
        if folder.unread or found.problem:
            raise AppError(f"Open the model {name}", folder.unread or found.problem)
        model = OpenModel(folder, found.text, found.stamp, self)
        self._open[name] = model
        model.changed.connect(lambda *_: self.checker.touch(name))
        model.decided.connect(lambda: self._note_file(model))
        model.saved.connect(self.rescan)
        self.model_opened.emit(model)
        # What was read of it may be old by now.
        self.disk_checks.check()
        return model

    def close_model(self, name: str, moved_to: str = "") -> None:
        """Close a model; unsaved edits are dropped, so ask before, unless whoever moves it keeps them."""
        model = self._open.pop(name, None)
        if model is None:
            return
        if moved_to:
            self.model_moved.emit(name, moved_to)
        was_unsaved = model.is_unsaved
        self.model_closed.emit(name)
        model.deleteLater()
        if was_unsaved:
            self.checker.touch(name)

    def models(self) -> dict[str, OpenModel]:
        """The open models by name."""
        return dict(self._open)

    def texts(self) -> dict[str, OpenText]:
        """All that is open by name: models, and further files of theirs."""
        return {**self._open, **self.files.all()}

    def unsaved(self) -> list[OpenText]:
        """The open models and files whose draft differs from the file."""
        return [each for each in self.texts().values() if each.is_unsaved]

    def save_all(self) -> bool:
        """Save all that is unsaved; false where something could not be."""
        kept = [model.save() for model in self.unsaved()]
        return all(kept)

    def draft(self, name: str) -> Draft | None:
        """A model's configuration as it is now, edits included; None where it has none."""
        if name in self._open:
            return self._open[name].draft
        found = self._snapshot.configs.get(name) if self._snapshot else None
        return found.text if found else None

    def saved_draft(self, name: str) -> Draft | None:
        """A model's configuration as its file says; None where it has none."""
        return self._open[name].saved_draft if name in self._open else self.draft(name)

    def drafts(self) -> dict[str, Draft]:
        """Every configuration as it is now, by model."""
        read = self._snapshot.drafts() if self._snapshot else {}
        edited = {name: m.draft for name, m in self._open.items() if m.stamp is not None or m.is_unsaved}
        return {**read, **edited}

    def servable_versions(self) -> dict[str, tuple[int, ...]]:
        """The versions that a server should load of what is on disk, by model."""
        return self._snapshot.servable() if self._snapshot else {}

    # Findings

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found in the whole repository."""
        return self.checker.findings

    @property
    def profile(self) -> Profile:
        """The server that the repository is checked for."""
        return self.checker.profile

    def findings_of(self, name: str) -> tuple[Finding, ...]:
        """What is found in one model."""
        return self.checker.findings_of(name)

    def findings_in_text(self, name: str) -> tuple[Finding, ...]:
        """What is found in one model without what lies in a file that takes the place of its configuration."""
        folder = self.repository.model(name) if self.repository else None
        return tuple(each for each in self.findings_of(name) if folder is None or not is_in_picked(each, folder))

    def apply_fix(self, finding: Finding, fix: Fix) -> None:
        """Mend a finding: an edit as one step to undo, or a move of a file that a notice offers to take back."""
        mend(self, finding, fix)

    # Inside

    def _note_file(self, model: OpenModel) -> None:
        """A model wrote its file or took it from disk: that is what is known of it, whatever an older reading finds."""
        if self._snapshot is not None:
            self._snapshot = self._snapshot.with_config(model.name, model.stamp, model.saved_draft)
        self._note_decided(model.name)

    def _note_decided(self, name: str) -> None:
        self.save_clock.note(name)
        self.disk_checks.check()

    def _not_opened(self, failure: Failure) -> None:
        self.scan_progressed.emit(1.0, "")
        notices.post_failure(failure)
        self.opening_failed.emit(failure)

    def _opened(self, found: Snapshot, given_up: Mapping[str, Draft]) -> None:
        if late := [model.name for model in self.unsaved() if given_up.get(model.name) is not model.draft]:
            reason = f"{', '.join(late)} was edited while it was read."
            self._not_opened(AppError(f"Open {found.repository.path.name}", reason, "Save, and open it again."))
            return
        for name in tuple(self._open):
            self.close_model(name)
        self.files.follow(None)
        self.checker.clear()
        self.scanning.forget()
        self._adopt(found.kept_from(self._snapshot, self.save_clock.since(found.begun)))
        self.target.set_gpus(found.gpus)
        self.target.set_project(found.project, found.project_failure)
        settings().remember(found.repository.path)
        if found.is_whole:
            self.checker.check_all()
        else:
            self.rescan()

    def _rescanned(self, found: Snapshot) -> None:
        before = self._snapshot
        found = found.kept_from(before, self.save_clock.since(found.begun))
        self._watch.watch(found.repository, found.seconds, found.project_path)
        self.target.set_project(found.project, found.project_failure)
        if reading.is_same(before, found):
            self._snapshot = found
        else:
            self._adopt(found)
            self.checker.check_changed(reading.changed(before, found))
        # A reading takes long, and what it found in the file of an open model may be outdated by now.
        self.disk_checks.check()

    def _adopt(self, found: Snapshot) -> None:
        self._snapshot, self.repository = found, found.repository
        for name, model in self._open.items():
            model.see_folder(found.repository.model(name))
        self.files.follow(found.repository)
        self._watch.watch(found.repository, found.seconds, found.project_path)
        self.repository_changed.emit(found.repository)

    def _served(self) -> Served | None:
        """What can be checked; nothing while a large repository is still being read."""
        found = self._snapshot
        return Served(found.repository, self.drafts()) if found is not None and found.is_whole else None
