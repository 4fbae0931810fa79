"""A studio that is stopped while it holds a lock, as by Ctrl+Z: others go on, say so, and lose nothing."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from studio.app.log_file import LogFile, log_file
from studio.app.notices import Notice
from studio.app.session import Session
from studio.app.settings import settings
from studio.paths import config_dir
from tests.app.studios import hear, running, tell

Until = Callable[..., None]

_HOLDING = """
import os, sys
from studio.locking import try_lock

handle = os.open(sys.argv[1], os.O_RDONLY)
print(try_lock(handle), flush=True)
sys.stdin.readline()
os.close(handle)
print("let go", flush=True)
sys.stdin.readline()
"""


@contextmanager
def _stopped(place: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has a file or folder locked, and is stopped."""
    with running(_HOLDING, str(place)) as other:
        assert hear(other) == "True"
        os.kill(other.pid, signal.SIGSTOP)
        yield other


def _go_on(other: subprocess.Popen[str]) -> None:
    os.kill(other.pid, signal.SIGCONT)
    tell(other)
    assert hear(other) == "let go"


def _kept() -> dict[str, Any]:
    file = config_dir() / "settings.json"
    return dict(json.loads(file.read_text())["values"]) if file.exists() else {}


def test_settings_are_kept_once_a_stopped_studio_lets_go(
    application: QCoreApplication, posted: list[Notice], until: Until
) -> None:
    config_dir().mkdir(parents=True)
    with _stopped(config_dir()) as other:
        settings().set("theme", "dark")
        settings().set("http_port", 8100)
        assert [each.text for each in posted] == ["The settings cannot be kept for now"]
        assert "another Trireme holds it and does not let go. If that one hangs or was stopped" in posted[0].detail
        assert (settings().get("theme"), settings().get("http_port")) == ("dark", 8100)
        assert _kept() == {}
        _go_on(other)
        until(lambda: _kept() == {"theme": "dark", "http_port": 8100})
    assert len(posted) == 1


def test_settings_are_kept_at_the_end_though_a_stopped_studio_holds_them(application: QCoreApplication) -> None:
    config_dir().mkdir(parents=True)
    with _stopped(config_dir()):
        settings().set("theme", "dark")
        settings().flush(0.0)
    assert _kept() == {"theme": "dark"}


def test_a_save_is_told_and_can_be_made_again_once_a_stopped_studio_lets_go(
    opened: Session, repository: Path, posted: list[Notice]
) -> None:
    model = opened.open_model("one")
    before = model.path.read_bytes()
    model.edit("Batch", lambda draft: draft.set("max_batch_size", 8))
    with _stopped(repository / "one") as other:
        assert not model.save()
        assert "another Trireme holds it" in posted[-1].detail
        assert model.is_unsaved
        assert model.path.read_bytes() == before
        _go_on(other)
        assert model.save()
    assert "max_batch_size: 8" in model.path.read_text()


def test_what_is_logged_is_kept_while_a_stopped_studio_holds_the_log(application: QCoreApplication) -> None:
    handler = LogFile(largest=10)
    log_file().parent.mkdir(parents=True, exist_ok=True)
    log_file().write_text("full already\n")
    with _stopped(log_file()):
        handler.emit(logging.makeLogRecord({"msg": "from here"}))
    assert handler.problem == ""
    assert "from here" in log_file().read_text()
