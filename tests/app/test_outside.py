"""A session and what lies out of its repository: read after a press, written after another, remembered for both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.failure import AppError
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.config.draft import Draft

_OUTSIDE = '# shared\nbackend: "python"\n'
Until = Callable[..., None]


def _named(text: Draft) -> Draft:
    return text.set("max_batch_size", 8)


@pytest.fixture
def shared(repository: Path, tmp_path: Path) -> Path:
    """The configuration of `one`, kept out of the repository."""
    made = tmp_path / "store" / "shared.pbtxt"
    made.parent.mkdir()
    made.write_text(_OUTSIDE)
    config = repository / "one" / "config.pbtxt"
    config.unlink()
    config.symlink_to(made)
    return made


@pytest.fixture
def leading(shared: Path, opened: Session, until: Until) -> Session:
    """A session on the repository that leads out of itself, checked."""
    until(lambda: any(each.rule == "config-outside" for each in opened.checker.findings_of("one")))
    return opened


def _press(session: Session, until: Until) -> None:
    finding = next(each for each in session.checker.findings_of("one") if each.rule == "config-outside")
    session.apply_fix(finding, finding.fixes[0])
    until(lambda: session.draft("one") is not None and tasks.busy() == 0)


def test_it_is_read_after_a_press_and_for_the_session(leading: Session, until: Until) -> None:
    assert leading.draft("one") is None
    with pytest.raises(AppError, match="leads out of the repository"):
        leading.open_model("one")
    _press(leading, until)
    until(lambda: not any(each.rule == "config-outside" for each in leading.checker.findings_of("one")))
    assert leading.open_model("one").draft.document.text == _OUTSIDE
    done: list[bool] = []
    leading.rescan(lambda: done.append(True))
    until(lambda: bool(done))
    assert leading.draft("one") is not None


def test_a_link_that_is_put_in_place_of_an_open_file_is_not_read(
    opened: Session, repository: Path, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("PlantedSecret")
    model = opened.open_model("one")
    before = model.draft.document.text
    (repository / "one" / "config.pbtxt").unlink()
    (repository / "one" / "config.pbtxt").symlink_to(secret)
    done: list[bool] = []
    opened.rescan(lambda: done.append(True))
    until(lambda: bool(done) and tasks.busy() == 0)
    assert not model.reload()
    assert model.disk() is None
    assert model.draft.document.text == before
    assert "leads out of the repository" in posted[-1].detail
    assert "PlantedSecret" not in str(posted)


def test_saving_out_of_the_repository_asks_once_and_names_the_target(
    leading: Session, shared: Path, until: Until, posted: list[Notice]
) -> None:
    _press(leading, until)
    model = leading.open_model("one")
    model.edit("Batch", _named)
    assert not model.save()
    assert shared.read_text() == _OUTSIDE
    assert model.is_unsaved
    assert str(shared) in posted[-1].detail
    ((label, save_it),) = posted[-1].actions
    assert label == "Save it all the same"
    save_it()
    assert "max_batch_size: 8" in shared.read_text()
    assert model.path.is_symlink()
    model.edit("Batch", lambda text: text.set("max_batch_size", 9))
    assert model.save()
    assert "max_batch_size: 9" in shared.read_text()


def test_a_link_within_the_repository_is_saved_through_without_a_question(
    repository: Path, session: Session, until: Until
) -> None:
    config = repository / "one" / "config.pbtxt"
    config.rename(repository / "common.pbtxt")
    config.symlink_to("../common.pbtxt")
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    model = session.open_model("one")
    model.edit("Batch", _named)
    assert model.save()
    assert config.is_symlink()
    assert "max_batch_size: 8" in (repository / "common.pbtxt").read_text()


def test_a_file_with_other_names_is_saved_after_a_question(
    opened: Session, repository: Path, tmp_path: Path, posted: list[Notice]
) -> None:
    config, other = repository / "one" / "config.pbtxt", tmp_path / "other.pbtxt"
    other.hardlink_to(config)
    before = other.read_text()
    model = opened.open_model("one")
    model.edit("Batch", _named)
    assert not model.save()
    assert "has 1 other name (hard links), which would keep the old text" in posted[-1].detail
    assert config.read_text() == before
    posted[-1].actions[0][1]()
    assert not model.is_unsaved
    assert (other.read_text(), config.stat().st_nlink) == (before, 1)
