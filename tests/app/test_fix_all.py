"""Fixing all safe problems while the disk is read, files are saved and other programs write: nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication, QEvent

from studio.app import tasks
from studio.app.repository.fixing import take_mended
from studio.app.session import Session
from studio.core.checking.mending import Mended
from studio.failure import Failure
from tests.app.test_disk_machine import MODELS, Disk
from tests.fixtures.examples import examples
from tests.fixtures.waiting import wait_until

Until = Callable[..., None]
BROKEN = 'backend: "python"\nmax_batch_size: "8"\ninput { name: "a" data_type: FP32 dims: [ 3 ] }\n'
SOUND = 'backend: "python"\nmax_batch_size: 8\ninput { name: "a" data_type: TYPE_FP32 dims: [ 3 ] }\n'


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Three models that can be mended; one is open in the tests."""
    for name in ("one", "two", "three"):
        (tmp_path / "models" / name / "1").mkdir(parents=True)
        (tmp_path / "models" / name / "config.pbtxt").write_text(BROKEN)
    return tmp_path / "models"


@pytest.fixture
def opened(session: Session, repository: Path, until: Until) -> Session:
    """A session on it."""
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    return session


def _failed(failure: Failure) -> None:
    pytest.fail(str(failure))


def _found(session: Session, until: Until, *names: str) -> tuple[Mended, ...]:
    told: list[tuple[Mended, ...]] = []
    progress: list[float] = []
    session.checker.mend(session, names, told.append, _failed, lambda fraction, _: progress.append(fraction))
    until(lambda: told)
    return told[0]


def _text(session: Session, name: str) -> str:
    return session.open_model(name).draft.document.text


def test_each_file_is_one_step_to_undo_and_nothing_is_saved(opened: Session, repository: Path, until: Until) -> None:
    found = _found(opened, until, "one", "two")
    done = take_mended(opened, found)
    assert [model.name for model in done.texts] == ["one", "two"]
    assert not done.late
    for name in ("one", "two"):
        assert _text(opened, name) == SOUND
        assert opened.open_model(name).undo_stack.count() == 1
        assert (repository / name / "config.pbtxt").read_text() == BROKEN
    assert _text(opened, "three") == BROKEN
    opened.open_model("two").edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    done.undo()
    assert _text(opened, "one") == BROKEN
    assert "max_batch_size: 4" in _text(opened, "two"), "what was done since was undone with it"


def test_what_was_edited_since_it_was_looked_at_is_left_alone(opened: Session, until: Until) -> None:
    opened.open_model("one")
    found = _found(opened, until, "one", "two")
    opened.open_model("one").edit("Mine", lambda draft: draft.with_text("# mine\n"))
    done = take_mended(opened, found)
    assert done.late == ("one",)
    assert _text(opened, "one") == "# mine\n"
    assert _text(opened, "two") == SOUND


def test_what_another_program_wrote_meanwhile_is_not_written_over(
    opened: Session, repository: Path, until: Until
) -> None:
    """Whether the studio has seen it or not: it is left alone, or the save asks."""
    opened.open_model("one")
    found = _found(opened, until, "one", "two", "three")
    for name in ("one", "two"):
        (repository / name / "config.pbtxt").write_text("# theirs\n")
    opened.rescan()
    until(lambda: _text(opened, "one") == "# theirs\n" and tasks.busy() == 0)
    (repository / "three" / "config.pbtxt").write_text("# theirs, unseen\n")
    done = take_mended(opened, found)
    assert done.late == ("one", "two")
    assert not opened.open_model("three").save(), "the save wrote over another program's text"
    assert (repository / "three" / "config.pbtxt").read_text() == "# theirs, unseen\n"
    assert _text(opened, "three") == SOUND
    assert {_text(opened, name) for name in ("one", "two")} == {"# theirs\n"}


def test_a_model_that_went_away_meanwhile_is_left_out(opened: Session, repository: Path, until: Until) -> None:
    found = _found(opened, until, "one", "two")
    shutil.rmtree(repository / "one")
    opened.rescan()
    until(lambda: opened.repository is not None and opened.repository.model("one") is None and tasks.busy() == 0)
    assert take_mended(opened, found).late == ("one",)


def test_a_reading_that_runs_meanwhile_undoes_nothing(opened: Session, until: Until) -> None:
    found = _found(opened, until, "one", "two")
    opened.rescan()
    take_mended(opened, found)
    opened.open_model("one").save()
    until(lambda: tasks.busy() == 0)
    assert [_text(opened, name) for name in ("one", "two")] == [SOUND, SOUND]
    assert not opened.open_model("one").is_unsaved


class Mending(Disk):
    """The machine of readings, saves and other programs, in which the person has safe problems fixed as well."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[tuple[Mended, ...]] = []

    def new_text(self) -> str:
        """Two of three have something that can be mended."""
        self.count += 1
        size = '"8"' if self.count % 3 else "888"
        return f'backend: "python"\nmax_batch_size: {size}\n# {self.count:06}\n'

    @precondition(lambda self: len(self.looked) < 3)
    @rule()
    def look(self) -> None:
        """What can be mended is looked for; it is taken later, or never."""
        told: list[tuple[Mended, ...]] = []
        self.session.checker.mend(self.session, MODELS, told.append, _failed, lambda *_: None)
        wait_until(lambda: told)
        self.looked += told

    @precondition(lambda self: self.looked)
    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        found = self.looked.pop(data.draw(st.integers(0, len(self.looked) - 1)))
        before = {name: model.draft.document.text for name, model in self.session.models().items()}
        with ExitStack() as acts:
            for witness in self.witnesses.values():
                acts.enter_context(witness.act())
            done = take_mended(self.session, found)
        wanted = {each.model: each for each in found}
        for model in done.texts:
            mended = wanted[model.name]
            assert model.draft.document.text == mended.after.document.text
            assert before.get(model.name) in (None, mended.before.document.text)
        for name in done.late:
            assert name not in before or self.session.models()[name].draft.document.text == before[name]


def test_readings_saves_and_other_programs_lose_nothing_to_it(application: QCoreApplication) -> None:
    profile = settings(
        max_examples=examples(20),
        stateful_step_count=40,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    run_state_machine_as_test(Mending, settings=profile)


def test_an_undo_that_comes_late_takes_nothing_else_back(opened: Session, repository: Path, until: Until) -> None:
    first = take_mended(opened, _found(opened, until, "one", "two"))
    model = opened.open_model("one")
    model.edit("Break it again", lambda held: held.with_text(BROKEN))
    take_mended(opened, _found(opened, until, "one"))
    first.undo()
    assert (_text(opened, "one"), _text(opened, "two")) == (SOUND, BROKEN)


def test_an_undo_passes_over_models_that_were_closed(opened: Session, repository: Path, until: Until) -> None:
    done = take_mended(opened, _found(opened, until, "one", "two"))
    opened.close_model("one")
    until(lambda: tasks.busy() == 0)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    done.undo()
    assert _text(opened, "two") == BROKEN
