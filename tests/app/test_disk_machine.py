"""Readings of the disk, edits, saves and another program in any order: the editor holds what the person did last."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication, QEventLoop

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.repository.disk_checks import DiskCheck
from studio.app.repository.reading import Read, Reading, Snapshot
from studio.app.session import Session
from studio.core.checking.check import check_each
from studio.core.checking.findings import Finding
from tests.fixtures.examples import examples

MODELS = ("one", "two")
_MOST_WAITING = 3
_SECONDS = 20.0
_any = st.sampled_from(MODELS)


class Nobody:
    """Waits for a reading and never leaves it."""

    def raise_if_cancelled(self) -> None:
        """Goes on."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Is not interested."""


@dataclass
class Story:
    """What a file held one after another, None where it was gone. `at` is what the studio last knew of that."""

    path: Path
    contents: list[str | None]
    at: int = 0

    def now(self) -> str | None:
        """What the file holds."""
        return self.path.read_text() if self.path.exists() else None

    def write(self, text: str | None) -> None:
        """It holds this now."""
        self.contents.append(text)

    def know(self, text: str | None) -> None:
        """The studio says that the file holds this: it did so at a time that is no earlier than what was known."""
        if text == self.contents[self.at]:
            return
        later = self.contents[self.at + 1 :]
        assert text in later, f"{text!r} was taken for the file's, which held {self.contents} and {self.at} was known"
        self.at += 1 + later.index(text)


@dataclass
class Waiting:
    """Readings and looks that began, and what those found that were carried out."""

    readings: list[Reading] = field(default_factory=list)
    found: list[Snapshot] = field(default_factory=list)
    checks: list[DiskCheck] = field(default_factory=list)
    checked: list[tuple[DiskCheck, tuple[Read, ...]]] = field(default_factory=list)


class Disk(RuleBasedStateMachine):
    """A session on real files. Its own readings run beside those that the machine begins, carries out and tells."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="trireme-disk-")
        self.count = 0
        self.root = Path(self.folder.name, "models")
        self.stories: dict[str, Story] = {}
        for name in MODELS:
            (self.root / name / "1").mkdir(parents=True)
            path = self.root / name / "config.pbtxt"
            path.write_text(self._text())
            self.stories[name] = Story(path, [path.read_text()])
        self.hidden: set[str] = set()
        """The models whose last change kept size and time, which only a look into the file can tell."""
        self.waiting = Waiting()
        self.session = Session()
        self.session.open_repository(self.root)
        self._until(lambda: self.session.repository is not None and tasks.busy() == 0)
        for name in MODELS:
            self.session.open_model(name)
        self.texts = {name: self._editor(name) for name in MODELS}

    def teardown(self) -> None:
        self.settle()
        assert self.session.shutdown()
        # The stacks' commands hold the models and those the stacks: left to the collector, Qt loses count of them.
        for model in self.session.models().values():
            model.undo_stack.clear()
        shiboken6.delete(self.session)
        self.folder.cleanup()

    # What is known

    def _text(self) -> str:
        """A text that was never there before; all are of one length, and every third has a finding."""
        self.count += 1
        return f'backend: "python"\nmax_batch_size: {-1 if self.count % 3 else 10:2}\n# {self.count:06}\n'

    def _editor(self, name: str) -> str:
        return self.session.models()[name].draft.document.text

    def _model(self, name: str) -> OpenModel | None:
        return self.session.models().get(name)

    def _unsaved(self, name: str) -> bool:
        """Whether the person did something that no file holds, as this machine has it."""
        known = self.stories[name].contents[self.stories[name].at]
        return self.texts[name] != known and self.texts[name] != self._before_loss(name)

    def _before_loss(self, name: str) -> str | None:
        """What the file held before it went, where it is known to be gone."""
        story = self.stories[name]
        held = [text for text in story.contents[: story.at] if text is not None]
        return held[-1] if story.contents[story.at] is None and held else None

    @invariant()
    def nothing_of_the_persons_is_lost(self) -> None:
        for name, model in self.session.models().items():
            story, text = self.stories[name], self._editor(name)
            was_unsaved = self._unsaved(name)
            story.know(model.saved_draft.document.text if model.stamp is not None else None)
            if text != self.texts[name]:
                assert not was_unsaved, f"{name} had unsaved edits, and was changed from {self.texts[name]!r}"
                assert text == story.contents[story.at], "the editor was changed to what no file held"
            self.texts[name] = text

    # The person

    def _did(self, name: str) -> None:
        self.texts[name] = self._editor(name)

    @rule(name=_any)
    def edit(self, name: str) -> None:
        text = self._text()
        self.session.open_model(name).edit("Typing", lambda draft: draft.with_text(text))
        self._did(name)

    @rule(name=_any, back=st.booleans())
    def undo(self, name: str, back: bool) -> None:
        if model := self._model(name):
            (model.undo_stack.undo if back else model.undo_stack.redo)()
            self._did(name)

    @rule(name=_any)
    def save(self, name: str) -> None:
        if model := self._model(name):
            self._saved(name, model.save)

    @rule()
    def save_all(self) -> None:
        fine = {name: self._may_save(name) for name in MODELS}
        unsaved = [model.name for model in self.session.unsaved()]
        assert self.session.save_all() == all(fine[name] for name in unsaved)
        for name in unsaved:
            self._wrote(name, fine[name])

    def _may_save(self, name: str) -> bool:
        story = self.stories[name]
        return story.now() == story.contents[story.at]

    def _saved(self, name: str, save: Callable[[], bool]) -> None:
        fine = self._may_save(name)
        assert save() == fine, "a save was refused, or another program's text was overwritten"
        self._wrote(name, fine)

    def _wrote(self, name: str, fine: bool) -> None:
        story = self.stories[name]
        if fine:
            story.write(self._editor(name))
            story.at = len(story.contents) - 1
        assert story.now() == story.contents[-1]

    @rule(name=_any, ours=st.booleans())
    def decide(self, name: str, ours: bool) -> None:
        """The person settles a conflict."""
        model = self._model(name)
        if model is None or not model.differs_on_disk:
            return
        story = self.stories[name]
        if ours:
            assert model.overwrite()
            story.write(self._editor(name))
        elif story.now() is not None:
            assert model.reload()
        story.at = len(story.contents) - 1 if ours or story.now() is not None else story.at
        self._did(name)

    @rule(name=_any)
    def merge(self, name: str) -> None:
        model = self._model(name)
        if model is None or not model.differs_on_disk or self.stories[name].now() is None:
            return
        found = model.disk()
        assert found is not None
        text = self._text()
        model.take_merge(found[0].with_text(text), *found)
        self.stories[name].at = len(self.stories[name].contents) - 1
        self._did(name)

    @rule(name=_any)
    def close_and_open(self, name: str) -> None:
        self.session.close_model(name)
        model = self.session.open_model(name)
        self.stories[name].know(model.saved_draft.document.text if model.stamp is not None else None)
        self._did(name)

    # Another program

    @rule(name=_any, how=st.sampled_from(["write", "replace", "hide"]))
    def write_elsewhere(self, name: str, how: str) -> None:
        story, text = self.stories[name], self._text()
        before = story.path.stat() if story.path.exists() else None
        target = story.path if how == "write" else self.root.parent / "new"
        target.write_text(text)
        if how == "hide" and before is not None:
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
            self.hidden.add(name)
        target.replace(story.path)
        story.write(text)

    @rule(name=_any)
    def remove_elsewhere(self, name: str) -> None:
        story = self.stories[name]
        if story.path.exists():
            story.path.unlink()
            story.write(None)

    # Readings

    @precondition(lambda self: len(self.waiting.readings) < _MOST_WAITING)
    @rule()
    def begin_reading(self) -> None:
        known = self.session.scanning.known()
        assert known is not None
        self.waiting.readings.append(self.session.scanning.begin(known))

    @precondition(lambda self: self.waiting.readings)
    @rule(data=st.data())
    def carry_out(self, data: st.DataObject) -> None:
        begun = self.waiting.readings
        one = begun.pop(data.draw(st.integers(0, len(begun) - 1)))
        self.waiting.found.append(one.carry_out(Nobody()))

    @precondition(lambda self: self.waiting.found)
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        found = self.waiting.found
        self.session.scanning.take(found.pop(data.draw(st.integers(0, len(found) - 1))))

    @precondition(lambda self: len(self.waiting.checks) < _MOST_WAITING)
    @rule()
    def begin_look(self) -> None:
        self.waiting.checks.append(self.session.disk_checks.begin())

    @precondition(lambda self: self.waiting.checks)
    @rule(data=st.data())
    def carry_out_look(self, data: st.DataObject) -> None:
        begun = self.waiting.checks
        one = begun.pop(data.draw(st.integers(0, len(begun) - 1)))
        self.waiting.checked.append((one, one.carry_out()))

    @precondition(lambda self: self.waiting.checked)
    @rule(data=st.data())
    def tell_look(self, data: st.DataObject) -> None:
        found = self.waiting.checked
        self.session.disk_checks.take(*found.pop(data.draw(st.integers(0, len(found) - 1))))

    @rule()
    def let_events_happen(self) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        application.processEvents()

    @rule()
    def settle(self) -> None:
        """Everything is read and told: what the editor and the file hold is the same, or the person is asked."""
        told: list[bool] = []
        self.session.rescan(lambda: told.append(True))
        self._until(lambda: told and tasks.busy() == 0)
        self.nothing_of_the_persons_is_lost()
        for name, model in self.session.models().items():
            story = self.stories[name]
            assert model.differs_on_disk == (
                story.at != len(story.contents) - 1 and story.now() != story.contents[story.at]
            )
            assert not model.differs_on_disk or model.is_unsaved
            if not model.is_unsaved:
                assert self._editor(name) == (story.now() or "")
        self._until(self._findings_are_those_of_the_texts)

    def _findings_are_those_of_the_texts(self) -> bool:
        repository, found = self.session.repository, self.session.checker
        assert repository is not None
        fresh = dict(check_each(repository, self.session.drafts(), found.profile))
        return all(_rules(found.findings_of(name)) == _rules(fresh.get(name, ())) for name in MODELS)

    def _until(self, holds: Callable[[], object]) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        end = time.monotonic() + _SECONDS
        while not holds():
            assert time.monotonic() < end, "it did not come true in time"
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def _rules(found: tuple[Finding, ...]) -> list[tuple[str, int]]:
    return [(each.rule, each.line) for each in found]


def test_readings_in_any_order_undo_nothing(application: QCoreApplication) -> None:
    profile = settings(
        max_examples=examples(40),
        stateful_step_count=40,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    run_state_machine_as_test(Disk, settings=profile)
