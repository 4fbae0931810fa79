"""What a reading found that began before an edit or a save says nothing; what other programs write is never missed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.repository.reading import Reading, Snapshot
from studio.app.session import Session
from studio.core.checking.findings import Finding
from studio.core.checking.served import check_touched
from studio.core.config.draft import Draft
from tests.app.test_disk_machine import Nobody

Until = Callable[..., None]


def _begin(session: Session) -> Reading:
    known = session.scanning.known()
    assert known is not None
    return session.scanning.begin(known)


def _read(session: Session) -> Snapshot:
    """A reading that was carried out, and that nobody was told of."""
    return _begin(session).carry_out(Nobody())


def _settle(session: Session, until: Until) -> None:
    told: list[bool] = []
    session.rescan(lambda: told.append(True))
    until(lambda: told and tasks.busy() == 0)


def test_a_save_outlives_a_reading_that_began_before_it(opened: Session, until: Until, posted: list[Notice]) -> None:
    model = opened.open_model("one")
    found = _read(opened)
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    ours = model.draft
    assert model.save()
    opened.scanning.take(found)
    until(lambda: tasks.busy() == 0)
    assert model.draft is ours
    assert not model.is_unsaved
    model.edit("Batch", lambda d: d.set("max_batch_size", 9))
    assert model.save()
    assert model.undo_stack.count() == 2
    assert posted == []


def test_a_model_opened_again_has_what_was_saved_not_what_was_read(opened: Session) -> None:
    found = _read(opened)
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    ours = model.draft.document.text
    assert model.save()
    opened.close_model("one")
    assert opened.drafts()["one"].document.text == ours
    opened.scanning.take(found)
    assert opened.drafts()["one"].document.text == ours
    assert opened.open_model("one").draft.document.text == ours


def test_a_look_is_not_told_to_a_model_that_was_saved_or_opened_anew_meanwhile(opened: Session, until: Until) -> None:
    model = opened.open_model("one")
    check = opened.disk_checks.begin()
    found = check.carry_out()
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    assert model.save()
    model.undo_stack.undo()
    text = model.draft.document.text
    opened.disk_checks.take(check, found)
    assert model.is_unsaved, "what the file held before the save was taken for what it holds"
    opened.close_model("one")
    again = opened.open_model("one")
    opened.disk_checks.take(check, found)
    assert again.draft.document.text != text
    until(lambda: tasks.busy() == 0)
    assert again.undo_stack.count() == 0


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("hours", [0, 1])
def test_a_change_after_our_save_is_seen_though_its_size_and_time_are_not_new(
    opened: Session, repository: Path, until: Until, is_open: bool, hours: int
) -> None:
    model = opened.open_model("one")
    begun = _begin(opened)
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    assert model.save()
    until(lambda: tasks.busy() == 0)
    _rewrite(repository, "max_batch_size: 8", "max_batch_size: 9", hours)
    if not is_open:
        opened.close_model("one")
    opened.scanning.take(begun.carry_out(Nobody()))
    _settle(opened, until)
    assert opened.drafts()["one"].config.max_batch_size == 9
    assert opened.open_model("one").draft.config.max_batch_size == 9


def _rewrite(repository: Path, old: str, new: str, hours: int = 0) -> None:
    """Another text of the same size, with the time of the file before or one that is so many hours older."""
    path = repository / "one" / "config.pbtxt"
    before = path.stat()
    path.write_text(path.read_text().replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - hours * 3600 * 10**9))


def test_a_change_too_quick_for_the_clock_of_the_files_is_seen(
    session: Session, repository: Path, until: Until
) -> None:
    path = repository / "one" / "config.pbtxt"
    # Newer than every reading, as a file is that changes while it is read, however slow the machine.
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 3600 * 10**9))
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    _rewrite(repository, "max_batch_size: 4", "max_batch_size: 9")
    _settle(session, until)
    assert session.drafts()["one"].config.max_batch_size == 9


def test_a_change_between_a_reading_and_our_save_is_a_conflict(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    found = _read(opened)
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    (repository / "one" / "config.pbtxt").write_text("# theirs\n")
    assert not model.save()
    opened.scanning.take(found)
    until(lambda: tasks.busy() == 0)
    assert model.differs_on_disk
    assert model.draft.config.max_batch_size == 8
    assert (repository / "one" / "config.pbtxt").read_text() == "# theirs\n"


def test_a_conflict_ends_with_the_change_that_was_its_reason(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    path = repository / "one" / "config.pbtxt"
    before = path.read_bytes()
    path.write_text("# theirs\n")
    assert not model.save()
    path.write_bytes(before)
    _settle(opened, until)
    assert not model.differs_on_disk
    assert model.save()


def test_who_waits_for_a_reading_is_told_of_its_end_where_it_fails_too(
    opened: Session, repository: Path, until: Until, posted: list[Notice]
) -> None:
    away = repository.rename(repository.with_name("away"))
    told: list[str] = []
    opened.rescan(lambda: told.append("failed"))
    opened.rescan(lambda: told.append("failed again"))
    until(lambda: told == ["failed", "failed again"] and tasks.busy() == 0)
    assert "no such folder" in posted[0].detail
    away.rename(repository)
    opened.rescan(lambda: told.append("read"))
    until(lambda: told[2:] == ["read"])


def test_a_file_that_went_and_came_is_taken_where_the_person_did_nothing(
    opened: Session, repository: Path, until: Until
) -> None:
    model = opened.open_model("one")
    path = repository / "one" / "config.pbtxt"
    path.unlink()
    _settle(opened, until)
    assert model.is_unsaved
    path.write_text("# theirs\n")
    _settle(opened, until)
    assert model.draft.document.text == "# theirs\n"
    assert not model.is_unsaved


def test_edits_made_while_another_repository_is_read_keep_this_one_open(
    opened: Session, repository: Path, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    other = tmp_path / "other"
    (other / "m" / "1").mkdir(parents=True)
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 7))
    opened.open_repository(other)
    model.edit("Batch", lambda d: d.set("max_batch_size", 8))
    until(lambda: posted)
    assert "one was edited while it was read" in posted[0].detail
    assert opened.models()["one"] is model
    assert model.draft.config.max_batch_size == 8
    opened.open_repository(other)
    until(lambda: opened.repository is not None and opened.repository.path == other)
    assert opened.models() == {}


def test_what_is_checked_late_is_not_told_of_a_newer_text(
    opened: Session, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, gate = threading.Event(), threading.Event()
    told: list[tuple[str, ...]] = []
    opened.checker.findings_changed.connect(lambda found: told.append(tuple(each.rule for each in found)))

    def slow(*given: Any) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        if not reached.is_set():
            reached.set()
            assert gate.wait(60)
        yield from check_touched(*given)

    monkeypatch.setattr("studio.app.repository.checks.check_touched", slow)
    model = opened.open_model("one")
    model.edit("Wrong", lambda d: d.set("max_batch_size", -1))
    until(reached.is_set)
    # Another edit comes before the end of the check of the one before.
    model.edit("Wrong elsewhere", lambda d: d.set("max_batch_size", 4).set("input", 0, "dims", [0]))
    gate.set()
    until(lambda: any(each.rule == "io-dim-value" for each in opened.findings_of("one")))
    assert not any("mbs-negative" in rules for rules in told)


def _many(root: Path, count: int) -> Path:
    for number in range(count):
        model = root / f"m{number:04}"
        (model / "1").mkdir(parents=True)
        (model / "config.pbtxt").write_text(f'backend: "python"\nmax_batch_size: {number}\n')
    return root


def _set_batch(size: int) -> Callable[[Draft], Draft]:
    return lambda draft: draft.set("max_batch_size", size)


def _has_more(read: list[Snapshot], than: int) -> bool:
    return len(read) > than


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [7, pytest.param(1500, marks=pytest.mark.long)])
def test_sixty_saves_while_the_disk_is_read_all_the_time(
    session: Session, tmp_path: Path, until: Until, count: int, posted: list[Notice]
) -> None:
    session.open_repository(_many(tmp_path / "models", count))
    until(lambda: session.findings and tasks.busy() == 0)
    read: list[Snapshot] = []
    session.scanning.read.connect(read.append)
    session.scanning.read.connect(lambda _: session.rescan())
    session.rescan()
    model = session.open_model("m0003")
    application = QCoreApplication.instance()
    assert application is not None
    for number in range(60):
        model.edit("Batch", _set_batch(100 + number))
        ours = model.draft
        assert model.save(), f"save {number} was refused"
        application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if number % 10 == 0:
            until(partial(_has_more, read, len(read)))
        assert model.draft is ours, f"save {number} was undone"
        assert not model.is_unsaved
    wanted = len(read) + 2
    until(lambda: len(read) >= wanted)
    assert model.draft is ours
    assert "max_batch_size: 159" in model.path.read_text()
    assert model.undo_stack.count() == 60
    assert posted == []
