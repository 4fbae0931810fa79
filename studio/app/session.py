"""The session: one repository, its open models, what is found in it, and one server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import mending, notices, reading, tasks
from studio.app.failure import AppError
from studio.app.open_model import OpenModel
from studio.app.overrides import on_cpu
from studio.app.reading import Read, Snapshot
from studio.app.sampler import Sampler
from studio.app.server import ServerControl
from studio.app.settings import settings
from studio.app.tasks import TaskContext, ui_thread
from studio.app.watch import RepositoryWatch
from studio.core.draft import Draft
from studio.core.findings import Finding, Fix
from studio.core.repository import ModelFolder, Repository, servable
from studio.core.rules import Profile
from studio.failure import Failure

_CHECK_AFTER_MS = 150


class Session(QObject):
    """Everything that the window shows. UI thread only; what waits runs in tasks."""

    repository_changed = Signal(object)
    """Repository | None"""
    model_opened = Signal(object)
    """OpenModel"""
    model_closed = Signal(str)
    findings_changed = Signal(object)
    """tuple[Finding, ...] of the whole repository"""
    scan_progressed = Signal(float, str)
    """How far the reading of a repository is, from 0 to 1; exactly 1 at its end."""
    opening_failed = Signal(object)
    """Failure: the repository could not be opened; a notice was posted too."""
    server_changed = Signal(object)
    models_changed = Signal(object)
    log_appended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.repository: Repository | None = None
        self.findings: tuple[Finding, ...] = ()
        self.profile = Profile(cache=_has_cache())
        self.server = ServerControl(self)
        self.sampler = Sampler(self.server, self)
        self._snapshot: Snapshot | None = None
        self._open: dict[str, OpenModel] = {}
        self._by_model: dict[str, tuple[Finding, ...]] = {}
        self._touched: set[str] = set()
        self._scan: tasks.Task[Snapshot] | None = None
        self._watch = RepositoryWatch(settings().get("poll_seconds"), self)
        self._soon = QTimer(self, singleShot=True, interval=_CHECK_AFTER_MS)
        self._connect()

    def _connect(self) -> None:
        self.server.status_changed.connect(self.server_changed)
        self.server.models_changed.connect(self.models_changed)
        self.server.log_appended.connect(self.log_appended)
        self.server.gpu_missing.connect(self._offer_cpu)
        self.server.expected = self.servable_versions
        self._watch.changed.connect(self.rescan)
        self._soon.timeout.connect(self._check_touched)
        settings().changed.connect(self._note_setting)

    # The repository

    @ui_thread
    def open_repository(self, path: Path | str) -> None:
        """Read a repository and make it the session's; the one that is open closes only once that worked."""
        wanted = Path(path).expanduser().absolute()
        self._read(wanted, None, self._opened, self._not_opened)

    def close_repository(self) -> None:
        """Close the repository and its models; unsaved edits are dropped, so ask before."""
        self.cancel_scan()
        for name in tuple(self._open):
            self.close_model(name)
        self._snapshot, self.repository = None, None
        self._watch.watch(None)
        self._set_findings({})
        self.repository_changed.emit(None)

    def rescan(self) -> None:
        """Look for changes on disk."""
        if self.repository is not None:
            self._read(self.repository.path, self._snapshot, self._rescanned, notices.post_failure)

    def cancel_scan(self) -> None:
        """Leave a reading that is under way."""
        if self._scan is not None and self._scan.running:
            self._scan.cancel()
            self.scan_progressed.emit(1.0, "Cancelled")

    def shutdown(self, timeout: float = 20.0) -> bool:
        """Stop the server and every task; for the end of the program. False where something did not end in time."""
        self.server.stop()
        self.sampler.pause()
        self._watch.watch(None)
        return tasks.drain(timeout)

    # Models

    @ui_thread
    def open_model(self, name: str) -> OpenModel:
        """The open model of that name, opened now where it is not. Raises AppError where there is none."""
        if name in self._open:
            return self._open[name]
        folder = self.repository.model(name) if self.repository else None
        if folder is None:
            raise AppError(f"Open the model {name}", "the repository has no such model.", "Look at its folder.")
        found = self._config(folder)
        if found.problem:
            raise AppError(f"Open the model {name}", found.problem)
        model = OpenModel(folder, found.text, found.stamp, self)
        self._open[name] = model
        model.changed.connect(lambda *_: self._touch(name))
        model.saved.connect(self.rescan)
        self.model_opened.emit(model)
        return model

    def close_model(self, name: str) -> None:
        """Close a model; unsaved edits are dropped, so ask before."""
        model = self._open.pop(name, None)
        if model is None:
            return
        was_unsaved = model.is_unsaved
        self.model_closed.emit(name)
        model.deleteLater()
        if was_unsaved:
            self._touch(name)

    def models(self) -> dict[str, OpenModel]:
        """The open models by name."""
        return dict(self._open)

    def unsaved(self) -> list[OpenModel]:
        """The open models whose draft differs from the file."""
        return [model for model in self._open.values() if model.is_unsaved]

    def save_all(self) -> bool:
        """Save every unsaved model; false where one could not be."""
        kept = [model.save() for model in self.unsaved()]
        return all(kept)

    def draft(self, name: str) -> Draft | None:
        """A model's configuration as it is now, edits included; None where it has none."""
        if name in self._open:
            return self._open[name].draft
        found = self._snapshot.configs.get(name) if self._snapshot else None
        return found.text if found else None

    def drafts(self) -> dict[str, Draft]:
        """Every configuration as it is now, by model."""
        configs = self._snapshot.configs if self._snapshot else {}
        read = {name: found.text for name, found in configs.items() if found.text is not None}
        edited = {name: m.draft for name, m in self._open.items() if m.stamp is not None or m.is_unsaved}
        return {**read, **edited}

    def servable_versions(self) -> dict[str, tuple[int, ...]]:
        """The versions that a server should load of what is on disk, by model."""
        if self._snapshot is None:
            return {}
        configs = self._snapshot.configs
        models = self._snapshot.repository.models
        texts = {model.name: configs[model.name].text for model in models if model.name in configs}
        return {m.name: servable(m, text.config if (text := texts.get(m.name)) else None) for m in models}

    # Findings

    def findings_of(self, name: str) -> tuple[Finding, ...]:
        """What is found in one model."""
        return self._by_model.get(name, ())

    def set_profile(self, profile: Profile) -> None:
        """Check for another server than before."""
        if profile != self.profile:
            self.profile = profile
            self._check_all()

    def _note_setting(self, name: str) -> None:
        if name == "cache_megabytes":
            self.set_profile(replace(self.profile, cache=_has_cache()))

    def apply_fix(self, finding: Finding, fix: Fix) -> None:
        """Mend a finding: an edit as one step to undo, or a move of a file that a notice offers to take back."""
        if fix.edit is not None:
            self._edit_by_fix(finding, fix.title, fix.edit)
        if fix.move is not None:
            mending.move(self, fix.move, fix.title, self.rescan)
        if fix.make is not None:
            mending.make(self, fix.make, fix.title, self.rescan)

    # Inside

    def _read(
        self,
        path: Path,
        before: Snapshot | None,
        done: Callable[[Snapshot], None],
        failed: Callable[[Failure], None],
    ) -> None:
        limit = settings().get("largest_config_kilobytes") * 1024

        def work(context: TaskContext) -> Snapshot:
            return reading.snapshot(path, before, context, limit)

        self._scan = tasks.run(self, work, done, failed, self.scan_progressed.emit, key="scan")

    def _not_opened(self, failure: Failure) -> None:
        self.scan_progressed.emit(1.0, "")
        notices.post_failure(failure)
        self.opening_failed.emit(failure)

    def _opened(self, found: Snapshot) -> None:
        for name in tuple(self._open):
            self.close_model(name)
        self._set_findings({})
        self._adopt(found)
        self.profile = replace(self.profile, gpus=found.gpus)
        settings().remember(found.repository.path)
        self._check_all()

    def _rescanned(self, found: Snapshot) -> None:
        same = self._snapshot is not None and self._snapshot.repository == found.repository
        self._watch.watch(found.repository)
        for name, model in self._open.items():
            read = found.configs.get(name, Read())
            if not read.problem:
                model.see_disk(read.data, read.stamp)
        if not same:
            before = self._snapshot
            self._adopt(found)
            self._check_changed(before, found)

    def _check_changed(self, before: Snapshot | None, now: Snapshot) -> None:
        """Check what another program changed; everything where it concerns the repository as a whole."""
        changed = reading.changed(before, now)
        if changed is None:
            self._check_all()
        for name in changed or ():
            self._touch(name)

    def _adopt(self, found: Snapshot) -> None:
        self._snapshot, self.repository = found, found.repository
        for name, model in self._open.items():
            model.folder = found.repository.model(name) or model.folder
        self._watch.watch(found.repository)
        self.repository_changed.emit(found.repository)

    def _config(self, folder: ModelFolder) -> Read:
        known = self._snapshot.configs if self._snapshot else {}
        return known.get(folder.name, Read())

    def _edit_by_fix(self, finding: Finding, title: str, edit: Callable[[Draft], Draft]) -> None:
        try:
            model = self.open_model(finding.model)
        except AppError as failure:
            notices.post_failure(failure)
            return
        model.edit(title, edit)

    def _touch(self, name: str) -> None:
        self._touched.add(name)
        self._soon.start()

    def _check_touched(self) -> None:
        repository, drafts, profile = self.repository, self.drafts(), self.profile
        if repository is None:
            return
        names = tuple(self._touched)

        def done(found: dict[str, tuple[Finding, ...]]) -> None:
            self._touched -= set(names)
            self._set_findings({**self._by_model, **found})

        tasks.run(self, lambda c: reading.check_some(repository, names, drafts, profile, c), done, key="check")

    def _check_all(self) -> None:
        repository, drafts, profile = self.repository, self.drafts(), self.profile
        if repository is None:
            return
        self._touched.clear()
        self._soon.stop()
        tasks.run(self, lambda _: reading.check_all(repository, drafts, profile), self._set_findings, key="check")

    def _set_findings(self, by_model: dict[str, tuple[Finding, ...]]) -> None:
        self._by_model = by_model
        folders = (*self.repository.models, *self.repository.strays) if self.repository else ()
        names = ("", *(folder.name for folder in folders))
        findings = tuple(each for name in names for each in by_model.get(name, ()))
        if findings != self.findings:
            self.findings = findings
            self.findings_changed.emit(findings)

    def _offer_cpu(self, name: str, reason: str) -> None:
        text = self._open[name].saved_draft if name in self._open else self.draft(name)
        detail = f"{reason} Its file stays as it is."
        action = ("Load on the CPU", lambda: text and self.server.load(name, on_cpu(text)))
        actions = (action,) if text is not None else ()
        notices.post("warning", f"The model {name} asks for a GPU that this server does not have", detail, actions)


def _has_cache() -> bool:
    """Whether the servers that are launched here get a response cache."""
    return int(settings().get("cache_megabytes")) > 0
