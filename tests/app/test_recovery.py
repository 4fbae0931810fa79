"""Unsaved edits outlive a studio that is killed; what nobody foresaw is logged and told in words."""

from __future__ import annotations

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
from studio.app.editing import recovery
from studio.app.session import Session

Until = Callable[..., None]

_STUDIO = """
    import sys
    from PySide6.QtCore import QCoreApplication, QTimer
    from studio.app.editing import recovery
    from studio.app import crash
    from studio.app.session import Session

    application = QCoreApplication([])
    crash.install()
    session = Session()
    journal = recovery.Journal(session)

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
    return sorted(recovery.root().glob("*/*.json"))


def test_edits_survive_a_kill(studio: subprocess.Popen[bytes], opened: Session, until: Until, repository: Path) -> None:
    until(_entries, 60)
    assert recovery.offers() == [], "the edits of a studio that runs were offered"
    studio.send_signal(signal.SIGKILL)
    studio.wait()
    (offer,) = recovery.offers()
    assert (offer.repository, offer.model) == (repository, "one")
    assert 0 < offer.time <= time.time()
    before = opened.open_model("one").draft.document.text
    model = recovery.restore(opened, offer)
    text = before.replace("max_batch_size: 4", "max_batch_size: 77") + "input { # é\udc80\n"
    assert model.draft.document.text == text
    assert model.is_unsaved
    assert recovery.offers() == []
    model.undo_stack.undo()
    assert model.draft.document.text == before
    assert not model.is_unsaved


def test_what_is_saved_or_undone_is_not_offered(opened: Session, until: Until) -> None:
    journal = recovery.Journal(opened)
    model = opened.open_model("one")
    model.edit("Batch", lambda d: d.set("max_batch_size", 77))
    until(_entries, 5)
    assert model.save()
    until(lambda: not _entries(), 5)
    model.edit("Batch", lambda d: d.set("max_batch_size", 78))
    until(_entries, 5)
    model.undo_stack.undo()
    until(lambda: not _entries(), 5)
    model.undo_stack.redo()
    until(_entries, 5)
    opened.close_model("one")
    assert _entries() == []
    journal.close()
    assert list(recovery.root().glob("*")) == []


def test_long_typing_is_written_before_it_ends(opened: Session, until: Until) -> None:
    journal = recovery.Journal(opened)
    model = opened.open_model("one")
    end = time.monotonic() + 8

    def typed() -> bool:
        model.edit("Typing", lambda d: d.with_text(d.document.text + "#"), merge="typing")
        return bool(_entries()) or time.monotonic() > end

    until(typed)
    assert _entries(), "each key put the journal off"
    until(lambda: tasks.busy() == 0)
    journal.close()


def test_junk_in_the_journal_is_no_offer(application: QCoreApplication) -> None:
    folder = recovery.root() / "1-x"
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text('{"repository": 1}')
    assert recovery.offers() == []


def test_nothing_heavy_loads_at_the_start() -> None:
    code = (
        "import sys, studio.app.session, studio.app.editing.recovery, studio.app.crash, studio.app.serving.machine;"
        "heavy = {'docker', 'tritonclient', 'grpc', 'onnx', 'pynvml', 'httpcore', 'google.protobuf', 'PIL'};"
        "print(*heavy & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == ""
