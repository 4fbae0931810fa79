"""Changes of models' folders in a session: what is open follows, what is unsaved stays, and all can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import tasks
from studio.app.editing.journal import Journal
from studio.app.editing.shelf import root as shelves
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.checking.findings import FileMove, MakeFolder
from studio.core.graph.positions import Positions, read_positions, write_positions
from studio.core.operations.renaming import Uses
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until

_CONFIG = '# Kept.\nname: "{name}"\nbackend: "identity"\nmax_batch_size: 8\n'
_PIPELINE = 'platform: "ensemble"\nensemble_scheduling { step [ { model_name: "alpha" }, { model_name: "beta" } ] }\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "models"
    for name in ("alpha", "beta"):
        (found / name / "1").mkdir(parents=True)
        (found / name / "1" / "model.bin").write_bytes(b"weights")
        (found / name / "config.pbtxt").write_text(_CONFIG.format(name=name))
    (found / "pipeline" / "1").mkdir(parents=True)
    (found / "pipeline" / "config.pbtxt").write_text(_PIPELINE)
    return found


@pytest.fixture
def session(root: Path, own_trash: Path, open_session: OpenSession) -> Session:
    return open_session(root)


def _files(root: Path) -> dict[str, bytes]:
    return {str(each.relative_to(root)): each.read_bytes() for each in sorted(root.rglob("*")) if each.is_file()}


def _names(session: Session) -> list[str]:
    return [each.name for each in session.repository.models] if session.repository else []


def _rename(session: Session, qtbot: QtBot, old: str, new: str) -> None:
    folder = session.repository.model(old) if session.repository else None
    assert folder is not None
    done: list[bool] = []

    def found(uses: Uses) -> None:
        session.folders.rename(uses, new, lambda: done.append(True))

    session.folders.find_uses(folder, found)
    wait_until(lambda: bool(done))


def test_a_rename_is_followed_by_all_that_is_open_and_can_be_taken_back(
    session: Session, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    before = _files(root)
    write_positions(root, "pipeline", Positions({"alpha": (10, 20)}))
    pipeline, alpha = session.open_model("pipeline"), session.open_model("alpha")
    pipeline.edit("Batch", lambda draft: draft.set("max_batch_size", 3))
    alpha.edit("Batch", lambda draft: draft.set("max_batch_size", 5))
    _rename(session, qtbot, "alpha", "omega")
    assert _names(session) == ["beta", "omega", "pipeline"]
    assert read_positions(root, "pipeline").nodes == {"omega": (10, 20)}
    assert b'"omega"' in (root / "pipeline" / "config.pbtxt").read_bytes()
    assert b"max_batch_size" not in (root / "pipeline" / "config.pbtxt").read_bytes()
    assert pipeline.is_unsaved
    assert not pipeline.differs_on_disk
    assert [step.model_name for step in pipeline.draft.config.steps] == ["omega", "beta"]
    assert pipeline.draft.config.max_batch_size == 3
    omega = session.models()["omega"]
    assert "alpha" not in session.models()
    assert (omega.draft.config.name, omega.draft.config.max_batch_size) == ("omega", 5)
    assert omega.saved_draft.config.max_batch_size == 8
    assert posted[-1].text == "alpha is now omega"
    assert posted[-1].detail == "1 ensemble that uses it followed."
    posted[-1].actions[0][1]()
    wait_until(lambda: "alpha" in session.models())
    assert _files(root) == before
    assert read_positions(root, "pipeline").nodes == {"alpha": (10, 20)}
    assert [step.model_name for step in pipeline.draft.config.steps] == ["alpha", "beta"]
    assert pipeline.draft.config.max_batch_size == 3
    assert session.models()["alpha"].draft.config.max_batch_size == 5
    assert pipeline.save()


def test_unsaved_edits_of_a_renamed_model_do_not_wait_for_the_repository_to_be_read(
    session: Session, root: Path, qtbot: QtBot
) -> None:
    journal = Journal(session)
    session.open_model("alpha").edit("Batch", lambda draft: draft.set("max_batch_size", 5))
    unsaved: list[str] = []

    def leave(*_: object) -> None:
        # The reading that follows the rename tells its begin before its end, which is not to come.
        if not unsaved and "alpha" not in session.models():
            unsaved.extend(model.name for model in session.unsaved())
            unsaved.extend(f"not read: {name}" for name in ("omega",) if name not in _names(session))
            session.scanning.cancel()

    session.scanning.progressed.connect(leave)
    folder = session.repository.model("alpha") if session.repository else None
    assert folder is not None
    session.folders.find_uses(folder, lambda uses: session.folders.rename(uses, "omega"))
    wait_until(lambda: unsaved)
    assert unsaved == ["omega", "not read: omega"]
    omega = session.models()["omega"]
    assert (omega.draft.config.name, omega.draft.config.max_batch_size) == ("omega", 5)
    wait_until(lambda: any('"omega"' in each.read_text() for each in shelves().glob("*/*.json")))
    assert session.save_all()
    assert b"max_batch_size: 5" in (root / "omega" / "config.pbtxt").read_bytes()
    journal.close()


def test_a_clean_ensemble_that_is_open_stays_clean_and_takes_one_step(session: Session, qtbot: QtBot) -> None:
    pipeline = session.open_model("pipeline")
    _rename(session, qtbot, "alpha", "omega")
    assert not pipeline.is_unsaved
    assert pipeline.undo_stack.undoText() == "Rename alpha to omega"
    pipeline.undo_stack.undo()
    assert pipeline.draft.document.text == _PIPELINE
    assert pipeline.is_unsaved


def test_unsaved_edits_that_alone_name_the_model_follow_too(session: Session, root: Path, qtbot: QtBot) -> None:
    beta = session.open_model("beta")
    text = beta.draft.document.text + 'ensemble_scheduling { step [ { model_name: "alpha" } ] }\n'
    beta.edit("Type", lambda draft: draft.with_text(text))
    before = (root / "beta" / "config.pbtxt").read_bytes()
    _rename(session, qtbot, "alpha", "omega")
    assert [step.model_name for step in beta.draft.config.steps] == ["omega"]
    assert (root / "beta" / "config.pbtxt").read_bytes() == before


def test_a_rename_that_is_taken_back_touches_no_model_of_another_repository(
    session: Session, root: Path, tmp_path: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(root, other)
    before = _files(root)
    _rename(session, qtbot, "alpha", "omega")
    undo = posted[-1].actions[0][1]
    session.open_repository(other)
    qtbot.waitUntil(lambda: session.repository is not None and session.repository.path == other, timeout=20_000)
    pipeline = session.open_model("pipeline")
    pipeline.edit("Step", lambda draft: draft.set("ensemble_scheduling", "step", 0, "model_name", "omega"))
    undo()
    qtbot.waitUntil(lambda: posted[-1].text == "omega is alpha again" and tasks.busy() == 0, timeout=20_000)
    assert _files(root) == before
    assert [step.model_name for step in pipeline.draft.config.steps] == ["omega", "beta"]
    assert pipeline.undo_stack.count() == 1


def test_a_copy_and_a_version_appear_and_are_told(session: Session, qtbot: QtBot, posted: list[Notice]) -> None:
    folder = session.repository.model("alpha") if session.repository else None
    assert folder is not None
    session.folders.duplicate(folder, "alpha_2")
    wait_until(lambda: "alpha_2" in _names(session))
    session.folders.copy_version(folder, 1, 2)
    session.folders.add_version(folder, 5, [folder.path / "1" / "model.bin"], "other.bin")
    wait_until(lambda: session.servable_versions().get("alpha") == (5,))
    wait_until(lambda: tasks.busy() == 0)
    assert {each.level for each in posted} == {"success"}
    held = session.repository.model("alpha") if session.repository else None
    assert held is not None
    assert [version.number for version in held.versions] == [1, 2, 5]


def test_a_copy_that_is_cancelled_leaves_nothing(
    session: Session, root: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.core.operations import copying

    monkeypatch.setattr(copying, "CHUNK", 1)
    (root / "alpha" / "1" / "model.bin").write_bytes(bytes(200_000))
    before = _files(root.parent / "models")
    folder = session.repository.model("alpha") if session.repository else None
    assert folder is not None
    with qtbot.waitSignal(session.folders.progressed, timeout=60_000):
        session.folders.duplicate(folder, "omega")
    session.folders.cancel()
    wait_until(lambda: tasks.busy() == 0)
    assert _files(root) == before
    assert sorted(each.name for each in root.parent.iterdir()) == ["models"]


def test_several_models_go_to_the_trash_and_come_back(
    session: Session, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    before = _files(root)
    session.open_model("alpha")
    session.folders.to_trash([root / "alpha", root / "beta"], "2 models")
    wait_until(lambda: _names(session) == ["pipeline"])
    assert session.models() == {}
    assert posted[-1].text == "2 models are in the trash"
    posted[-1].actions[0][1]()
    wait_until(lambda: _names(session) == ["alpha", "beta", "pipeline"])
    assert _files(root) == before


def test_what_fails_is_told_and_the_rest_can_come_back(
    session: Session, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    session.folders.to_trash([root / "alpha", root / "nowhere", root / "beta"], "3 models")
    wait_until(lambda: len(posted) == 2)
    assert [each.level for each in posted] == ["error", "success"]
    assert "not there any more" in posted[0].detail
    wait_until(lambda: _names(session) == ["beta", "pipeline"])
    posted[-1].actions[0][1]()
    wait_until(lambda: _names(session) == ["alpha", "beta", "pipeline"])


def _is_settled(path: Path, there: bool) -> bool:
    return path.exists() == there and tasks.busy() == 0


def test_what_is_made_or_copied_can_be_taken_back_and_comes_back(
    session: Session, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    before = _files(root)
    alpha = session.repository.model("alpha") if session.repository else None
    assert alpha is not None
    works: list[tuple[str, Callable[[], object]]] = [
        ("alpha2", lambda: session.folders.duplicate(alpha, "alpha2")),
        ("alpha/2", lambda: session.folders.copy_version(alpha, 1, 2)),
        ("made", lambda: session.folders.make("made", [("config.pbtxt", 'backend: "identity"\n')], lambda: None)),
    ]
    for made, work in works:
        posted.clear()
        work()
        wait_until(lambda: bool(posted) and tasks.busy() == 0)
        assert (root / made).is_dir()
        during = _files(root)
        dict(posted[-1].actions)["Undo"]()
        wait_until(partial(_is_settled, root / made, there=False))
        assert _files(root) == before
        dict(posted[-1].actions)["Restore"]()
        wait_until(partial(_is_settled, root / made, there=True))
        assert _files(root) == during
        before = during


def test_an_undo_leaves_a_model_with_edits_that_are_not_saved(
    session: Session, root: Path, qtbot: QtBot, posted: list[Notice]
) -> None:
    session.folders.make("made", [("config.pbtxt", 'backend: "identity"\n')], lambda: None)
    wait_until(lambda: "made" in _names(session) and tasks.busy() == 0)
    session.open_model("made").edit("Batch", lambda draft: draft.set("max_batch_size", 3))
    dict(posted[-1].actions)["Undo"]()
    assert "not saved" in posted[-1].detail
    assert (root / "made").is_dir()
    assert session.open_model("made").draft.config.max_batch_size == 3


def test_work_on_folders_tells_its_progress_to_the_end(session: Session, root: Path, qtbot: QtBot) -> None:
    told: list[float] = []
    session.folders.progressed.connect(lambda fraction, _text: told.append(fraction))
    session.folders.make_folder(MakeFolder(root / "alpha" / "7"), "A version was made")
    wait_until(lambda: (root / "alpha" / "7").is_dir() and tasks.busy() == 0)
    session.folders.move(FileMove(root / "alpha" / "7", root / "beta" / "7"), "It was moved")
    wait_until(lambda: (root / "beta" / "7").is_dir() and tasks.busy() == 0)
    assert told == [1.0, 1.0]
