"""A session on a real repository: reading, checking, outside changes, fixes."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.failure import AppError
from studio.app.notices import Notice
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.checking.findings import FileMove, Finding, Fix, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.served import Found, Served, check_touched
from studio.core.config.draft import Draft
from studio.core.files.repository import Repository, scan
from tests.fixtures.elsewhere import rewrite

Until = Callable[..., None]


def _errors(session: Session) -> set[tuple[str, str]]:
    return {(f.model, f.rule) for f in session.findings if f.severity is Severity.ERROR}


def _idle() -> bool:
    return tasks.busy() == 0


def test_opens_and_checks(session: Session, repository: Path, until: Until) -> None:
    seen: list[Repository | None] = []
    session.repository_changed.connect(seen.append)
    session.open_repository(repository)
    until(lambda: seen)
    assert seen[0] is session.repository
    assert session.repository is not None
    assert [model.name for model in session.repository.models] == ["both", "one", "two"]
    until(_idle)
    assert _errors(session) == set()
    assert settings().recent() == [repository]
    assert session.servable_versions() == {"both": (1,), "one": (1,), "two": (1,)}


def test_what_cannot_be_opened_leaves_the_session_as_it_was(
    opened: Session, tmp_path: Path, posted: list[Notice], until: Until
) -> None:
    before = opened.repository
    opened.open_repository(tmp_path / "nowhere")
    until(lambda: posted)
    assert posted[0].level == "error"
    assert opened.repository is before


def test_an_edit_is_checked_with_the_ensembles_that_use_it(opened: Session, until: Until) -> None:
    model = opened.open_model("one")
    model.edit("Rename the output", lambda d: d.set("output", 0, "name", "renamed"))
    until(lambda: any(name == "both" for name, _ in _errors(opened)))
    model.undo_stack.undo()
    until(lambda: not _errors(opened))


def _set_batch(size: int) -> Callable[[Draft], Draft]:
    return lambda d: d.set("max_batch_size", size)


def test_only_the_touched_are_checked(opened: Session, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = check_touched

    def spy(own: Served, others: Sequence[Served], profile: Profile, names: Iterable[str]) -> Iterator[Found]:
        checked.extend(names)
        return real(own, others, profile, names)

    monkeypatch.setattr("studio.app.repository.checks.check_touched", spy)
    monkeypatch.setattr("studio.app.repository.checks.check_served", lambda *_: pytest.fail("everything was checked"))
    model = opened.open_model("two")
    for size in range(5, 15):
        model.edit("Batch", _set_batch(size))
    until(lambda: checked)
    until(_idle)
    assert checked == ["two"], "the edits were not gathered"


def test_an_outside_change_of_an_unedited_model_is_one_silent_step(
    opened: Session, repository: Path, until: Until, posted: list[Notice]
) -> None:
    model = opened.open_model("one")
    asked: list[bool] = []
    model.disk_changed.connect(lambda: asked.append(True))
    before = model.draft.document.text
    rewrite(repository / "one" / "config.pbtxt", before + "# from outside\n")
    until(lambda: model.draft.document.text.endswith("# from outside\n"))
    assert not model.is_unsaved
    assert not asked
    assert model.undo_stack.count() == 1
    model.undo_stack.undo()
    assert model.draft.document.text == before
    assert posted == []


def test_an_outside_change_of_an_edited_model_asks(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    asked: list[bool] = []
    model.disk_changed.connect(lambda: asked.append(True))
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    ours = model.draft
    rewrite(repository / "one" / "config.pbtxt", "# theirs\n")
    until(lambda: asked)
    assert model.draft is ours
    assert model.is_unsaved
    assert opened.unsaved() == [model]


def test_a_file_replaced_again_and_again_is_seen_each_time(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    for number in range(4):
        rewrite(repository / "one" / "config.pbtxt", f'name: "one"\nbackend: "python"\n# {number}\n')
        until(lambda n=number: model.draft.document.text.endswith(f"# {n}\n"))


def test_our_own_save_is_no_outside_change(opened: Session, until: Until) -> None:
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    assert opened.save_all()
    until(_idle)
    end = time.monotonic() + 0.6
    until(lambda: time.monotonic() > end)
    until(_idle)
    assert model.undo_stack.count() == 1
    assert opened.unsaved() == []


def test_a_removed_file_keeps_the_text(opened: Session, repository: Path, until: Until, posted: list[Notice]) -> None:
    model = opened.open_model("one")
    text = model.draft.document.text
    (repository / "one" / "config.pbtxt").unlink()
    until(lambda: model.is_unsaved)
    assert model.draft.document.text == text
    assert "removed" in posted[0].text
    assert model.save()
    assert (repository / "one" / "config.pbtxt").read_text() == text


def test_new_models_and_versions_appear(opened: Session, repository: Path, until: Until) -> None:
    def names() -> list[str]:
        return [m.name for m in opened.repository.models] if opened.repository else []

    (repository / "three" / "1").mkdir(parents=True)
    (repository / "three" / "config.pbtxt").write_text('backend: "python"\n')
    until(lambda: "three" in names())
    (repository / "two" / "2").mkdir()
    until(lambda: opened.servable_versions()["two"] == (2,))
    (repository / "three" / "config.pbtxt").unlink()
    (repository / "three" / "1").rmdir()
    (repository / "three").rmdir()
    until(lambda: "three" not in names())


def test_a_scan_can_be_cancelled(
    session: Session, repository: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, entered = threading.Event(), threading.Event()
    real = scan

    def slow(path: Path, allowed: tuple[str, ...]) -> Repository:
        entered.set()
        gate.wait(60)
        return real(path, allowed)

    monkeypatch.setattr("studio.app.repository.reading.scan", slow)
    session.open_repository(repository)
    assert entered.wait(60)
    session.cancel_scan()
    gate.set()
    until(_idle)
    assert session.repository is None


def test_the_profile_decides_about_gpus(opened: Session, until: Until) -> None:
    opened.checker.set_profile(Profile(gpus=(0,)))
    opened.open_model("one").edit("GPU", lambda d: d.append("instance_group", {"kind": "KIND_GPU", "count": 1}))
    end = time.monotonic() + 0.4
    until(lambda: time.monotonic() > end and _idle())
    assert not _errors_of(opened, "one")
    opened.checker.set_profile(Profile(gpus=()))
    until(lambda: _errors_of(opened, "one"))


def _errors_of(session: Session, name: str) -> list[str]:
    return [found.rule for found in session.findings_of(name) if found.severity is Severity.ERROR]


def test_a_cache_that_servers_get_here_is_one_for_the_check(opened: Session, until: Until) -> None:
    opened.open_model("one").edit("Cache", lambda d: d.set("response_cache", "enable", True))
    until(_idle)
    settings().set("cache_megabytes", 0)
    until(lambda: any("cache" in found.rule for found in opened.findings_of("one")))
    settings().set("cache_megabytes", 64)
    until(lambda: not any("cache" in found.rule for found in opened.findings_of("one")))


def test_a_fix_by_edit_is_a_step_to_undo(opened: Session, repository: Path, until: Until) -> None:
    rewrite(repository / "one" / "config.pbtxt", 'name: "uno"\nbackend: "python"\n')
    until(lambda: ("one", "name-mismatch") in _errors(opened) or any(f.fixes for f in opened.findings_of("one")))
    finding = next(f for f in opened.findings_of("one") if f.fixes and f.fixes[0].edit)
    opened.apply_fix(finding, finding.fixes[0])
    until(lambda: finding not in opened.findings)
    assert opened.open_model("one").undo_stack.canUndo()


def test_a_move_can_be_taken_back(opened: Session, repository: Path, until: Until, posted: list[Notice]) -> None:
    source, target = repository / "one" / "1", repository / "one" / "2"
    fix = Fix("Rename the version", move=FileMove(source, target))
    opened.apply_fix(Finding("r", Severity.ERROR, "m", "one"), fix)
    until(lambda: posted)
    assert target.is_dir()
    assert not source.exists()
    label, back = posted[0].actions[0]
    assert label == "Move back"
    back()
    until(source.is_dir)
    assert not target.exists()
    until(_idle)


def test_a_missing_version_folder_is_made_and_can_be_taken_away(
    opened: Session, repository: Path, until: Until, posted: list[Notice]
) -> None:
    shutil.rmtree(repository / "one" / "1")
    opened.rescan()
    until(lambda: any(fix.make for found in opened.findings_of("one") for fix in found.fixes))
    finding, fix = next((f, x) for f in opened.findings_of("one") for x in f.fixes if x.make)
    opened.apply_fix(finding, fix)
    until((repository / "one" / "1").is_dir)
    until(lambda: not any(found.rule == finding.rule for found in opened.findings_of("one")))
    label, back = posted[-1].actions[0]
    assert label == "Take it away"
    back()
    until(lambda: not (repository / "one" / "1").exists())
    until(_idle)


def test_a_file_that_a_fix_moves_to_the_trash_can_be_restored(
    opened: Session, repository: Path, own_trash: Path, until: Until, posted: list[Notice]
) -> None:
    stray = repository / "notes"
    stray.mkdir()
    (stray / "a.txt").write_text("kept")
    fix = Fix("Move it to the trash", move=FileMove(stray, None))
    opened.apply_fix(Finding("r", Severity.ERROR, "m"), fix)
    until(lambda: not stray.exists() and tasks.busy() == 0)
    assert posted[-1].text == "notes is in the trash"
    label, back = posted[-1].actions[0]
    assert label == "Restore"
    back()
    until(lambda: (stray / "a.txt").is_file() and tasks.busy() == 0)
    assert (stray / "a.txt").read_text() == "kept"
    assert posted[-1].text == "notes is back"


def test_a_move_never_replaces(opened: Session, repository: Path, until: Until, posted: list[Notice]) -> None:
    fix = Fix("Move it", move=FileMove(repository / "one", repository / "two"))
    opened.apply_fix(Finding("r", Severity.ERROR, "m"), fix)
    until(lambda: posted)
    assert "there already" in posted[-1].text + posted[-1].detail
    assert (repository / "one" / "config.pbtxt").is_file()
    assert (repository / "two" / "config.pbtxt").is_file()


def test_closing_drops_edits_and_findings(opened: Session, until: Until) -> None:
    opened.open_model("one").edit("Rename", lambda d: d.set("name", "uno"))
    until(lambda: opened.findings)
    closed: list[str] = []
    opened.model_closed.connect(closed.append)
    opened.close_model("one")
    assert closed == ["one"]
    until(lambda: not _errors(opened))
    opened.close_repository()
    assert opened.repository is None
    assert opened.findings == ()


def test_a_model_that_is_not_there_cannot_be_opened(opened: Session) -> None:
    with pytest.raises(AppError, match="no such model"):
        opened.open_model("nobody")


def test_an_unreadable_configuration_says_why(opened: Session, repository: Path, until: Until) -> None:
    settings().set("largest_config_kilobytes", 1)
    rewrite(repository / "one" / "config.pbtxt", "# long\n" * 1000)
    opened.rescan()
    until(_idle)

    def reason() -> str:
        try:
            opened.open_model("one")
        except AppError as failure:
            return failure.reason
        return ""

    assert "larger than" in reason()
