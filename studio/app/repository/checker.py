"""What is found in the repository of a session: everything is checked once, then only what an edit can touch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from studio.app import notices, tasks
from studio.app.repository import checks
from studio.app.repository.checks import Checked, Findings
from studio.app.repository.others import OtherRepositories
from studio.app.settings import settings
from studio.core.checking.findings import Finding
from studio.core.checking.mending import Mended
from studio.core.checking.profile import Profile
from studio.core.checking.served import Served
from studio.core.files.configs import ConfigReader
from studio.failure import Failure

_AFTER_MS = 150


class Checker(QObject):
    """Keeps the findings of one repository. UI thread only; the checks run in tasks."""

    findings_changed = Signal(object)
    """tuple[Finding, ...] of the whole repository"""
    profile_changed = Signal(object)
    """Profile: another server is checked for."""
    progressed = Signal(float, str)
    """How far the check of everything is, from 0 to 1; exactly 1 at its end."""

    def __init__(self, served: Callable[[], Served | None], parent: QObject | None = None) -> None:
        """`served` gives what is to be checked, edits included, at each check; None where no repository is open."""
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        self.profile = Profile()
        self._served = served
        self._reader = _reader()
        self._failure: Failure | None = None
        self._by_model: Findings = {}
        self._touched: set[str] = set()
        """The models that changed since they were last checked: a finding in one of them may be outdated."""
        self._leave = threading.Event()
        self._turn = threading.Lock()
        """Two checks at once would take as long as one after the other, and take twice as much from the window."""
        self._all: tasks.Task[Checked] | None = None
        self._some: tasks.Task[Checked] | None = None
        self._some_names: frozenset[str] = frozenset()
        self._after: list[Callable[[], object]] = []
        """Who waits until what was edited is checked."""
        self._soon = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(self._check_touched)
        self._others = OtherRepositories(self)
        self._others.changed.connect(self.check_all)

    @property
    def is_pausing(self) -> bool:
        """Whether the pause after an edit lasts, which comes before the check."""
        return self._soon.isActive()

    def findings_of(self, name: str) -> tuple[Finding, ...]:
        """What is found in one model; of the repository itself under ""."""
        return self._by_model.get(name, ())

    @property
    def is_waiting(self) -> bool:
        """Whether a model was touched that is not checked yet."""
        return bool(self._touched)

    def when_checked(self, then: Callable[[], object]) -> None:
        """Call once the findings are those of the texts as they are now; at once where they are.

        A check of the whole repository, which may take long, is not waited for.
        """
        self._after.append(then)
        self._tell_after()

    def _tell_after(self) -> None:
        is_late = self.is_pausing or (self._some is not None and self._some.running)
        if is_late and not (self._all is not None and self._all.running):
            return
        waiting, self._after = self._after, []
        for each in waiting:
            each()

    def mend(
        self,
        owner: QObject,
        names: Iterable[str],
        done: Callable[[tuple[Mended, ...]], object],
        failed: Callable[[Failure], object],
        progress: Callable[[float, str], object],
    ) -> tasks.Task[tuple[Mended, ...]] | None:
        """Find what can be mended in these models without a look at it, in a task; None while nothing is read yet."""
        own, profile, reader, wanted = self._served(), self.profile, self._reader, tuple(names)
        if own is None:
            return None
        return tasks.run(owner, lambda c: checks.mend(own, wanted, profile, reader, c), done, failed, progress, "mend")

    def set_profile(self, profile: Profile) -> None:
        """Check for another server than before."""
        if profile != self.profile:
            self.profile = profile
            self.profile_changed.emit(profile)
            self.check_all()

    def check_changed(self, names: Iterable[str] | None) -> None:
        """Check the models that another program changed; None: all, since it concerns the repository as a whole."""
        if names is None:
            self.check_all()
        for name in names or ():
            self.touch(name)

    def touch(self, name: str) -> None:
        """A model changed: what it can touch is checked once the person pauses."""
        self._touched.add(name)
        self._soon.start()

    def clear(self) -> None:
        """Forget what was found, for another repository."""
        if self._all is not None and self._all.running:
            self._all.cancel()
            self.progressed.emit(1.0, "")
        if self._some is not None:
            self._some.cancel()
        self._soon.stop()
        self._touched.clear()
        self._after.clear()
        self._failure, self._reader = None, _reader()
        self._some_names = frozenset()
        self.end()
        self._take({})

    def end(self) -> None:
        """Follow nothing on disk any more."""
        self._others.watch(())

    def cancel(self) -> None:
        """Leave the check of everything; what it has found so far is kept."""
        self._leave.set()

    def check_all(self) -> None:
        """Check every model anew."""
        own, profile, reader = self._served(), self.profile, self._reader
        if own is None:
            return
        self._leave.set()
        self._leave = leave = threading.Event()
        self._touched.clear()
        self._soon.stop()
        if self._some is not None:
            self._some.cancel()

        def work(context: tasks.TaskContext) -> Checked:
            with self._turn:
                context.raise_if_cancelled()
                return checks.check_all(own, profile, reader, context, leave.is_set)

        self._all = tasks.run(self, work, self._checked, progress=self.progressed.emit, key="check")

    def _checked(self, found: Checked) -> None:
        self.progressed.emit(1.0, "")
        self._others.watch(self.profile.repositories, found.others, found.seconds)
        self._take(self._without_old({}, found.findings))
        self._tell(found.failure)
        if found.models < found.of and found.of:
            counted = f"{found.models:,} of {found.of:,} models were checked"
            notices.post("info", f"The check was stopped: {counted}", actions=(("Check again", self.check_all),))
        if self._touched:
            self._soon.start()
        self._tell_after()

    def _check_touched(self) -> None:
        own, profile, reader = self._served(), self.profile, self._reader
        if own is None or (self._all is not None and self._all.running):
            # What was edited under a check of everything is checked after it.
            self._tell_after()
            return
        if self._some is not None and self._some.running:
            # A newer check takes its place, and its models with it.
            self._touched |= self._some_names
        names = self._some_names = frozenset(self._touched)
        self._touched.clear()

        def work(context: tasks.TaskContext) -> Checked:
            with self._turn:
                context.raise_if_cancelled()
                return checks.check_some(own, names, profile, reader, context)

        self._some = tasks.run(self, work, self._checked_some, self._not_checked, key="touched")

    def _checked_some(self, found: Checked) -> None:
        self._some_names = frozenset()
        self._take(self._without_old(self._by_model, found.findings))
        self._tell(found.failure)
        self._tell_after()

    def _not_checked(self, failure: Failure) -> None:
        self._touched |= self._some_names
        notices.post_failure(failure)
        self._tell_after()

    def _without_old(self, kept: Findings, found: Findings) -> Findings:
        """What was found, but of models that were edited since what was known of them until they are checked again."""
        old = {name: self._by_model[name] for name in self._touched if name in self._by_model}
        return {**kept, **{name: several for name, several in found.items() if name not in self._touched}, **old}

    def _tell(self, failure: Failure | None) -> None:
        """Say once that other repositories of the server cannot be read, not at each check."""
        if failure is not None and str(failure) != str(self._failure):
            notices.post_failure(failure)
        self._failure = failure

    def _take(self, by_model: Findings) -> None:
        self._by_model = by_model
        findings = tuple(_in_order(by_model, self._served()))
        if findings != self.findings:
            self.findings = findings
            self.findings_changed.emit(findings)


def _reader() -> ConfigReader:
    return ConfigReader(settings().largest_config)


def _in_order(by_model: Findings, own: Served | None) -> Iterable[Finding]:
    """Those of the repository first, then model by model as they stand in it."""
    folders = own.repository.folders if own else ()
    for name in ("", *(folder.name for folder in folders)):
        yield from by_model.get(name, ())
