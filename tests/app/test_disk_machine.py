"""Readings of the disk, edits, saves and another program in any order: the editor holds what the person did last."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication

from studio.app import tasks
from studio.app.editing.open_model import OpenModel
from studio.app.session import Session
from studio.core.checking.check import check_each
from studio.core.checking.findings import Finding
from tests.app.witness import Witness, file_of
from tests.fixtures.examples import examples
from tests.fixtures.waiting import wait_until

MODELS = ("one", "two")
_MOST_WAITING = 3
_any = st.sampled_from(MODELS)


class Nobody:
    """Waits for a reading and never leaves it."""

    def raise_if_cancelled(self) -> None:
        """Goes on."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Is not interested."""


class Disk(RuleBasedStateMachine):
    """A session on real files. Its own readings run beside those that the machine begins, carries out and tells."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="trireme-disk-")
        self.count = 0
        self.root = Path(self.folder.name, "models")
        self.witnesses: dict[str, Witness] = {}
        for name in MODELS:
            (self.root / name / "1").mkdir(parents=True)
            path = self.root / name / "config.pbtxt"
            path.write_text(self.new_text())
            self.witnesses[name] = Witness(path)
        self.begun: list[Callable[[], Callable[[], None]]] = []
        """Readings of the disk that began: carried out they give what tells of it."""
        self.found: list[Callable[[], None]] = []
        """What tells the session what was found."""
        self.session = Session()
        self.session.model_opened.connect(lambda model: self.witnesses[model.name].follow(model))
        self.session.open_repository(self.root)
        wait_until(lambda: self.session.repository is not None and tasks.busy() == 0)
        for name in MODELS:
            self.session.open_model(name)

    def teardown(self) -> None:
        self.settle()
        assert self.session.shutdown()
        # The stacks' commands hold the models and those the stacks: left to the collector, Qt loses count of them.
        for model in self.session.models().values():
            model.undo_stack.clear()
        shiboken6.delete(self.session)
        self.folder.cleanup()

    def new_text(self) -> str:
        """A text that was never there before; all are of one length, and two of three have a finding."""
        self.count += 1
        return f'backend: "python"\nmax_batch_size: {-1 if self.count % 3 else 10:2}\n# {self.count:06}\n'

    def _editor(self, name: str) -> str:
        return self.session.models()[name].draft.document.text

    @invariant()
    def nothing_of_the_persons_is_lost(self) -> None:
        for name, model in self.session.models().items():
            witness = self.witnesses[name]
            assert not witness.wrong, f"{name}: {'; '.join(witness.wrong)}"
            assert self._editor(name) == witness.text
            assert file_of(model) == witness.known()

    # The person

    @rule(name=_any)
    def edit(self, name: str) -> None:
        text = self.new_text()
        with self.witnesses[name].act():
            self.session.open_model(name).edit("Typing", lambda draft: draft.with_text(text))

    @rule(name=_any, back=st.booleans())
    def undo(self, name: str, back: bool) -> None:
        stack = self.session.models()[name].undo_stack
        with self.witnesses[name].act():
            (stack.undo if back else stack.redo)()

    @rule()
    def bring_back(self) -> None:
        """The person wants what was in the editors before the files' texts were taken."""
        for name, witness in self.witnesses.items():
            if (replaced := witness.replaced) is not None:
                with witness.act():
                    self.session.models()[name].undo_stack.undo()
                assert self._editor(name) == replaced

    @rule(name=_any)
    def save(self, name: str) -> None:
        fine = self._may_save(name)
        with self.witnesses[name].act():
            assert self.session.models()[name].save() == fine, "a save was refused, or wrote over another program's"
        self._wrote(name, fine)

    @rule()
    def save_all(self) -> None:
        fine = {model.name: self._may_save(model.name) for model in self.session.unsaved()}
        with ExitStack() as acts:
            for name in fine:
                acts.enter_context(self.witnesses[name].act())
            assert self.session.save_all() == all(fine.values()), "a save was refused, or wrote over another program's"
        for name in fine:
            self._wrote(name, fine[name])

    def _may_save(self, name: str) -> bool:
        """Whether the studio knows what the file holds."""
        return self.witnesses[name].now() == self.witnesses[name].known()

    def _wrote(self, name: str, fine: bool) -> None:
        witness = self.witnesses[name]
        if fine:
            witness.write(self._editor(name))
            witness.know_last()
        assert witness.now() == witness.contents[-1]

    @rule(name=_any, how=st.sampled_from(["overwrite", "reload", "merge"]))
    def settle_conflict(self, name: str, how: str) -> None:
        """The person is asked what to keep, and says so."""
        model, witness = self.session.models()[name], self.witnesses[name]
        if not model.differs_on_disk or (how == "merge" and witness.now() is None):
            return
        with witness.act():
            if how == "overwrite":
                assert model.overwrite()
            elif how == "reload":
                assert model.reload()
            else:
                self._merge(model)
        if how == "overwrite":
            witness.write(self._editor(name))
        witness.know_last()
        assert how != "reload" or self._editor(name) == (witness.now() or "")
        assert witness.now() == witness.contents[-1]

    def _merge(self, model: OpenModel) -> None:
        found = model.disk()
        assert found is not None
        model.take_merge(found[0].with_text(self.new_text()), *found)

    @rule(name=_any)
    def close_and_open(self, name: str) -> None:
        repository = self.session.repository
        if repository is not None and repository.model(name) is not None:
            self.session.close_model(name)
            self.session.open_model(name)

    # Another program

    @rule(name=_any, how=st.sampled_from(["write", "replace", "hide", "remove", "move"]), seen=st.booleans())
    def change_elsewhere(self, name: str, how: str, seen: bool) -> None:
        """Another program changes the file; `seen` tells whether the session looks at it at once."""
        self._change(name, how)
        if seen:
            self._check()()()

    def _change(self, name: str, how: str) -> None:
        witness = self.witnesses[name]
        before = witness.path.stat() if witness.path.exists() else None
        if how == "move":
            self._move(witness)
        elif not witness.path.parent.is_dir():
            self._put_back(witness)
        elif how == "remove":
            if before is not None:
                witness.path.unlink()
                witness.write(None)
        elif how == "write":
            # Opening it empties it, and a reading may come before the text does.
            witness.write("")
            witness.path.write_text(self.new_text())
            witness.write(witness.now())
        else:
            self._replace(witness, before if how == "hide" else None)

    def _replace(self, witness: Witness, as_if: os.stat_result | None) -> None:
        """Another file takes its place, with the time of the old one where that is to hide it."""
        new = self.root.parent / "new"
        new.write_text(self.new_text())
        if as_if is not None:
            os.utime(new, ns=(as_if.st_atime_ns, as_if.st_mtime_ns))
        new.replace(witness.path)
        witness.write(witness.now())

    def _move(self, witness: Witness) -> None:
        """The model's folder is taken away, or put back in place of what a save may have made meanwhile."""
        folder, away = witness.path.parent, self._away(witness)
        if away.exists():
            self._put_back(witness)
        else:
            folder.rename(away)
            witness.write(None)

    def _put_back(self, witness: Witness) -> None:
        folder = witness.path.parent
        if folder.exists():
            shutil.rmtree(folder)
            witness.write(None)
        self._away(witness).rename(folder)
        witness.write(witness.now())

    def _away(self, witness: Witness) -> Path:
        return self.root.parent / f"{witness.path.parent.name}-away"

    # Readings: of the whole repository, and of the files of the open models

    @precondition(lambda self: len(self.begun) < _MOST_WAITING)
    @rule(whole=st.booleans(), at_once=st.booleans())
    def begin(self, whole: bool, at_once: bool) -> None:
        begun = self._reading() if whole else self._check()
        if at_once:
            self.found.append(begun())
        else:
            self.begun.append(begun)

    def _reading(self) -> Callable[[], Callable[[], None]]:
        known = self.session.scanning.known()
        assert known is not None
        reading = self.session.scanning.begin(known)
        return lambda: partial(self.session.scanning.take, reading.carry_out(Nobody()))

    def _check(self) -> Callable[[], Callable[[], None]]:
        check = self.session.disk_checks.begin()
        return lambda: partial(self.session.disk_checks.take, check, check.carry_out())

    @precondition(lambda self: self.begun)
    @rule(data=st.data())
    def carry_out(self, data: st.DataObject) -> None:
        self.found.append(self.begun.pop(data.draw(st.integers(0, len(self.begun) - 1)))())

    @precondition(lambda self: self.found)
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        self.found.pop(data.draw(st.integers(0, len(self.found) - 1)))()

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
        wait_until(lambda: told and tasks.busy() == 0)
        self.nothing_of_the_persons_is_lost()
        for name, model in self.session.models().items():
            assert model.differs_on_disk == (not self._may_save(name))
            assert not model.differs_on_disk or model.is_unsaved
            assert model.is_gone == (not self.witnesses[name].path.parent.is_dir())
            if not model.is_unsaved:
                assert self._editor(name) == (self.witnesses[name].now() or "")
        wait_until(self._findings_are_those_of_the_texts)

    def _findings_are_those_of_the_texts(self) -> bool:
        repository, found = self.session.repository, self.session.checker
        assert repository is not None
        fresh = dict(check_each(repository, self.session.drafts(), found.profile))
        return all(_rules(found.findings_of(name)) == _rules(fresh.get(name, ())) for name in MODELS)


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
