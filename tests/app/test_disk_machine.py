"""Readings of the disk, edits, saves and another program in any order: the editor holds what the person did last."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
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
from studio.core.config.draft import Draft
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
    """What a file held one after another, None where it was gone, and what the studio knows of that."""

    path: Path
    contents: list[str | None]
    at: int = 0
    """What the studio last knew the file to hold."""
    lost: str | None = None
    """What the editor and the file held when the studio learned that the file is gone."""

    def now(self) -> str | None:
        """What the file holds."""
        return self.path.read_text() if self.path.exists() else None

    def known(self) -> str | None:
        """What the file holds as far as the studio knows."""
        return self.contents[self.at]

    def write(self, text: str | None) -> None:
        """It holds this now."""
        self.contents.append(text)

    def know(self, text: str | None) -> bool:
        """The studio says that the file holds this; whether it did so, at a time no earlier than what was known."""
        later = self.contents[self.at + 1 :]
        if text != self.known():
            if text not in later:
                return False
            self.at += 1 + later.index(text)
        return True

    def know_last(self) -> None:
        """The person decided upon what the file holds now."""
        self.at, self.lost = len(self.contents) - 1, None


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
        self.waiting = Waiting()
        self.acting = False
        self.was_unsaved: dict[str, bool] = {}
        """Whether the person had unsaved edits when the studio learned last what the file holds."""
        self.replaced: dict[str, str] = {}
        """What the editor held before the studio took another text from the file, where that was done last."""
        self.wrong: list[str] = []
        """What was wrong when the studio told a model of its file: an exception in there would go no further."""
        self.session = Session()
        self.session.model_opened.connect(self._follow)
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

    def _unsaved(self, name: str) -> bool:
        """Whether the person did something that no file holds, as this machine has it."""
        story = self.stories[name]
        return self.texts[name] not in (story.known() or "", story.lost)

    def _follow(self, model: OpenModel) -> None:
        model.decided.connect(partial(self._file_known, model))
        model.changed.connect(partial(self._changed, model.name))

    def _file_known(self, model: OpenModel) -> None:
        """The studio tells what the file holds. Between two steps of the machine it may do so more than once."""
        if self.acting:
            return
        story = self.stories[model.name]
        self.was_unsaved[model.name] = was_unsaved = self._unsaved(model.name)
        self._know(model)
        gone = story.known() is None
        story.lost = self.texts[model.name] if gone and not was_unsaved else None

    def _know(self, model: OpenModel) -> None:
        story, text = self.stories[model.name], _file_of(model)
        if not story.know(text):
            self.wrong.append(f"{text!r} was taken for the file's, which held {story.contents} from {story.at} on")

    def _changed(self, name: str, before: Draft, after: Draft) -> None:
        """The editor holds something else, by what was found in the file unless the person did it."""
        text = after.document.text
        if self.acting:
            self.replaced.pop(name, None)
        else:
            self.replaced[name] = before.document.text
            if self.was_unsaved.get(name, True):
                self.wrong.append(f"{name} had unsaved edits {before.document.text!r}, and was changed to {text!r}")
            if text != self.stories[name].known():
                self.wrong.append(f"{name} was changed to {text!r}, which its file did not hold")
        self.texts[name] = text

    @invariant()
    def nothing_of_the_persons_is_lost(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)
        for name, model in self.session.models().items():
            assert self._editor(name) == self.texts[name]
            assert _file_of(model) == self.stories[name].known()

    # The person

    @contextmanager
    def _act(self) -> Iterator[None]:
        """What happens meanwhile is what the person does."""
        self.acting = True
        try:
            yield
        finally:
            self.acting = False

    @rule(name=_any)
    def edit(self, name: str) -> None:
        text = self._text()
        with self._act():
            self.session.open_model(name).edit("Typing", lambda draft: draft.with_text(text))

    @rule(name=_any, back=st.booleans())
    def undo(self, name: str, back: bool) -> None:
        stack, replaced = self.session.models()[name].undo_stack, self.replaced.get(name)
        with self._act():
            (stack.undo if back else stack.redo)()
        if back and replaced is not None:
            assert self._editor(name) == replaced, "what was in the editor before the file's text did not come back"

    @rule(name=_any)
    def save(self, name: str) -> None:
        fine = self._may_save(name)
        with self._act():
            assert self.session.models()[name].save() == fine, "a save was refused, or wrote over another program's"
        self._wrote(name, fine)

    @rule()
    def save_all(self) -> None:
        fine = {model.name: self._may_save(model.name) for model in self.session.unsaved()}
        with self._act():
            assert self.session.save_all() == all(fine.values()), "a save was refused, or wrote over another program's"
        for name in fine:
            self._wrote(name, fine[name])

    def _may_save(self, name: str) -> bool:
        return self.stories[name].now() == self.stories[name].known()

    def _wrote(self, name: str, fine: bool) -> None:
        story = self.stories[name]
        if fine:
            story.write(self._editor(name))
            story.know_last()
        assert story.now() == story.contents[-1]

    def _asked(self, name: str) -> OpenModel | None:
        """The model where the person is asked what to keep."""
        model = self.session.models()[name]
        return model if model.differs_on_disk else None

    @rule(name=_any)
    def overwrite(self, name: str) -> None:
        if model := self._asked(name):
            with self._act():
                assert model.overwrite()
            self._wrote(name, True)

    @rule(name=_any)
    def reload(self, name: str) -> None:
        if model := self._asked(name):
            with self._act():
                assert model.reload()
            self.stories[name].know_last()
            assert self._editor(name) == (self.stories[name].now() or "")

    @rule(name=_any)
    def merge(self, name: str) -> None:
        model = self._asked(name)
        if model is None or self.stories[name].now() is None:
            return
        text = self._text()
        with self._act():
            found = model.disk()
            assert found is not None
            model.take_merge(found[0].with_text(text), *found)
        self.stories[name].know_last()

    @rule(name=_any)
    def close_and_open(self, name: str) -> None:
        self.session.close_model(name)
        model = self.session.open_model(name)
        self._know(model)
        self.stories[name].lost = None
        self.texts[name] = self._editor(name)
        self.replaced.pop(name, None)

    # Another program

    @rule(name=_any, how=st.sampled_from(["write", "replace", "hide"]))
    def write_elsewhere(self, name: str, how: str) -> None:
        story, text = self.stories[name], self._text()
        before = story.path.stat() if story.path.exists() else None
        target = story.path if how == "write" else self.root.parent / "new"
        if how == "write":
            # Opening it empties it, and a reading may come before the text does.
            story.write("")
        target.write_text(text)
        if how == "hide" and before is not None:
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))
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
            assert model.differs_on_disk == (not self._may_save(name))
            assert not model.differs_on_disk or model.is_unsaved
            if not model.is_unsaved:
                assert self._editor(name) == (self.stories[name].now() or "")
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


def _file_of(model: OpenModel) -> str | None:
    """What the studio says that a model's file holds, None where there is none."""
    return model.saved_draft.document.text if model.stamp is not None else None


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
