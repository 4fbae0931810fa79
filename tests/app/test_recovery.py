"""Unsaved edits outlive a studio that is killed; what nobody foresaw is logged and told in words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app import tasks
from studio.app.editing.journal import Journal
from studio.app.editing.recovery import Recovered, Standing, abandoned, restore
from studio.app.editing.shelf import Entry, Place, Shelf, root
from studio.app.failure import AppError
from studio.app.notices import Notice
from studio.app.session import Session
from tests.left_behind import leave

Until = Callable[..., None]

_STUDIO = """
    import sys
    from PySide6.QtCore import QCoreApplication, QTimer
    from studio.app.editing.journal import Journal
    from studio.app import crash
    from studio.app.session import Session

    application = QCoreApplication([])
    crash.install()
    session = Session()
    journal = Journal(session)

    def edit():
        model = session.open_model("one")
        model.edit("Batch", lambda d: d.set("max_batch_size", 77))
        model.edit("Break it", lambda d: d.with_text(d.document.text + "input { # \\u00e9\\udc80\\n"))
        print("edited", flush=True)

    session.repository_changed.connect(lambda _: edit())
    session.open_repository(sys.argv[1])
    application.exec()
"""


@pytest.fixture
def studio(repository: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another studio, in a process of its own, that has just made two edits."""
    command = [sys.executable, "-c", textwrap.dedent(_STUDIO), str(repository)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == b"edited\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def _entries() -> list[Path]:
    return sorted(root().glob("*/*.json"))


def _offers() -> tuple[Recovered, ...]:
    """What the next studio would offer."""
    left = abandoned()
    found = left.offers
    left.release()
    return found


def _settled() -> bool:
    return tasks.busy() == 0


@pytest.mark.long
def test_edits_survive_a_kill(studio: subprocess.Popen[bytes], opened: Session, until: Until, repository: Path) -> None:
    until(_entries)
    assert _offers() == (), "the edits of a studio that runs were offered"
    studio.send_signal(signal.SIGKILL)
    studio.wait()
    journal = Journal(opened)
    left = abandoned()
    (offer,) = left.offers
    assert (offer.repository, offer.model, offer.standing) == (repository, "one", Standing.NEWER)
    assert 0 < offer.time <= time.time()
    before = opened.open_model("one").draft.document.text
    assert offer.file_text == before
    model = restore(opened, journal, offer)
    text = before.replace("max_batch_size: 4", "max_batch_size: 77") + "input { # é\udc80\n"
    assert model.draft.document.text == text
    assert model.is_unsaved
    assert offer.journal.exists(), "nothing else keeps the text yet"
    until(lambda: not offer.journal.exists())
    (ours,) = _entries()
    assert text in json.loads(ours.read_text())["text"]
    left.release()
    assert _offers() == ()
    model.undo_stack.undo()
    assert model.draft.document.text == before
    assert not model.is_unsaved
    until(_settled)
    journal.close()


def test_what_is_saved_or_undone_is_not_offered(opened: Session, until: Until) -> None:
    journal = Journal(opened)
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 77))
    until(_entries)
    assert model.save()
    until(lambda: not _entries())
    model.edit("Batch", lambda d: d.set("max_batch_size", 78))
    until(_entries)
    model.undo_stack.undo()
    until(lambda: not _entries())
    model.undo_stack.redo()
    until(_entries)
    opened.close_model("one")
    until(lambda: not _entries())
    until(_settled)
    journal.close()
    assert list(root().glob("*")) == []


def test_long_typing_is_written_before_it_ends(opened: Session, until: Until) -> None:
    journal = Journal(opened)
    model = opened.open_model("one")

    def typed() -> bool:
        model.edit("Typing", lambda d: d.with_text(d.document.text + "#"), merge="typing")
        return bool(_entries())

    until(typed)
    until(_settled)
    journal.close()


def test_junk_in_the_journal_is_no_offer_and_stays(application: QCoreApplication) -> None:
    folder = root() / "1-x"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text('{"repository": 1}')
    (folder / "c.json").write_text('{"repository": "/r", "model": 5, "text": "x", "time": 1}')
    (folder / "d.json").write_text("[" * 200_000)
    assert _offers() == ()
    assert len(_entries()) == 4


@pytest.mark.parametrize("edited", [float("nan"), float("inf"), -1.0, 1e300])
def test_an_edit_of_no_time_that_a_clock_shows_is_offered_all_the_same(repository: Path, edited: float) -> None:
    path = leave(repository, "one", "max_batch_size: 1", 1.0)
    path.write_text(json.dumps({**json.loads(path.read_text()), "time": edited}))
    (offer,) = _offers()
    assert (offer.time, offer.standing, offer.text) == (0.0, Standing.OLDER, "max_batch_size: 1")


def test_what_equals_the_file_is_not_offered_and_goes(repository: Path) -> None:
    leave(repository, "one", (repository / "one" / "config.pbtxt").read_text(), time.time())
    assert _offers() == ()
    assert list(root().glob("*")) == []


def test_what_cannot_be_discarded_is_said(repository: Path) -> None:
    path = leave(repository, "one", "max_batch_size: 1", time.time())
    left = abandoned()
    path.unlink()
    path.mkdir()
    with pytest.raises(AppError, match="Discard the unsaved edits of one"):
        left.discard(left.offers[0])
    assert len(left.offers) == 1
    left.release()


def test_an_offer_says_how_it_stands_to_the_file(repository: Path, tmp_path: Path) -> None:
    path = repository / "one" / "config.pbtxt"
    written = path.stat().st_mtime
    (repository / "two" / "config.pbtxt").unlink()
    leave(repository, "one", "# later\n", written + 1)
    leave(repository, "one", "# before\n", written - 1)
    leave(repository, "two", "# no file\n", 30.0)
    leave(repository, "renamed", "# no model\n", 20.0)
    leave(tmp_path / "gone", "one", "# no repository\n", 10.0)
    found = _offers()
    assert [(each.text, each.standing.value) for each in found] == [
        ("# later\n", "newer"),
        ("# before\n", "older"),
        ("# no file\n", "no file"),
        ("# no model\n", "no model"),
        ("# no repository\n", "no repository"),
    ]
    assert [each.is_wanted for each in found] == [True, False, True, False, False]
    assert [each.can_be_restored for each in found] == [True, True, True, False, False]
    assert [each.file_time for each in found] == [pytest.approx(written)] * 2 + [None] * 3
    assert found[0].file_text == path.read_text()


def test_a_file_that_leads_out_of_the_repository_is_not_shown_beside_an_edit(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("planted")
    path = repository / "one" / "config.pbtxt"
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    leave(repository, "one", "# later\n", time.time())
    assert "planted" not in repr(_offers())


def test_an_edit_that_was_put_back_and_undone_is_kept(opened: Session, until: Until, repository: Path) -> None:
    journal = Journal(opened)
    leave(repository, "one", "# later\n", time.time())
    left = abandoned()
    model = restore(opened, journal, left.offers[0])
    model.undo_stack.undo()
    until(_settled)
    journal.close()
    left.release()
    assert [each.text for each in _offers()] == ["# later\n"]


def test_an_edit_that_was_put_back_keeps_its_time(opened: Session, until: Until, repository: Path) -> None:
    journal = Journal(opened)
    edited = time.time() - 500
    leave(repository, "one", "# later\n", edited)
    restore(opened, journal, abandoned().offers[0])
    until(lambda: len(_entries()) == 1 and "1-killed" not in str(_entries()[0]))
    assert json.loads(_entries()[0].read_text())["time"] == edited
    until(_settled)
    journal.close()


def test_the_edits_of_a_renamed_model_are_kept_all_the_time(opened: Session, until: Until, repository: Path) -> None:
    journal = Journal(opened)
    opened.open_model("one").edit("Batch", lambda d: d.set("max_batch_size", 77))
    until(_entries)
    (before,) = _entries()
    kept: list[bool] = []
    opened.model_closed.connect(lambda _: kept.append(before.exists()))
    opened.model_opened.connect(lambda _: kept.append(before.exists()))
    done: list[bool] = []
    folder = repository / "one"
    assert opened.repository is not None
    model = opened.repository.model("one")
    assert model is not None
    opened.folders.find_uses(model, lambda uses: opened.folders.rename(uses, "uno", lambda: done.append(True)))
    until(lambda: done and not folder.exists())
    until(lambda: not before.exists())
    assert kept == [True, True]
    (after,) = _entries()
    assert json.loads(after.read_text())["model"] == "uno"
    assert "max_batch_size: 77" in json.loads(after.read_text())["text"]
    until(_settled)
    journal.close()


def test_a_place_that_cannot_be_written_is_told_once_and_nothing_is_dropped(
    opened: Session, until: Until, posted: list[Notice]
) -> None:
    root().parent.mkdir(parents=True, exist_ok=True)
    root().write_text("in the way")
    journal = Journal(opened)
    opened.open_model("one").edit("Batch", lambda d: d.set("max_batch_size", 77))
    until(lambda: posted)
    assert posted[0].text == "Unsaved edits cannot be kept for now"
    opened.open_model("two").edit("Batch", lambda d: d.set("max_batch_size", 78))
    assert opened.open_model("two").save()
    until(_settled)
    assert len(posted) == 1
    root().unlink()
    until(_entries)
    (entry,) = _entries()
    assert "max_batch_size: 77" in json.loads(entry.read_text())["text"]
    until(_settled)
    assert len(posted) == 1
    journal.close()


def test_one_entry_that_cannot_be_written_keeps_no_other_from_it(tmp_path: Path) -> None:
    shelf = Shelf()
    assert shelf.write((Entry(Place(tmp_path, "a"), "# a\n", 1.0),)).failure is None
    (entry,) = _entries()
    entry.unlink()
    entry.mkdir()
    batch = tuple(Entry(Place(tmp_path, name), f"# {name}\n", 1.0) for name in "ab")
    done = shelf.write(batch)
    assert done.failure is not None
    assert done.left == batch[:1]
    entry.rmdir()
    assert shelf.write(done.left).left == ()
    assert len(_entries()) == 2
    shelf.clear(())
    assert list(root().glob("*")) == []


@pytest.mark.long
def test_nothing_heavy_loads_at_the_start() -> None:
    code = (
        "import sys, studio.app.session, studio.app.editing.recovery, studio.app.crash, studio.app.serving.machine;"
        "heavy = {'docker', 'tritonclient', 'grpc', 'onnx', 'pynvml', 'httpcore', 'google.protobuf', 'PIL'};"
        "print(*heavy & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == ""
