"""A studio that is killed at any moment after Restore, and two that look at once for what was left behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app.editing.recovery import abandoned
from studio.app.editing.shelf import Entry, Place, Shelf, root
from tests.app.studios import ask, hear, running, tell
from tests.left_behind import leave

_MARK = "# put back\n"
_KILLED = """
import os, select, signal, sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from studio.app.editing.journal import Journal
from studio.app.editing.recovery import abandoned, restore
from studio.app.session import Session

def studio(said):
    application = QCoreApplication([])
    session = Session()
    journal = Journal(session)
    left = abandoned()
    journal.hold(left)

    def go_on(_):
        offers = [each for each in left.offers if "# put back" in each.text]
        model = restore(session, journal, max(offers, key=lambda each: each.time))
        os.write(said, b".")
        add = lambda text: model.edit("More", lambda d: d.with_text(d.document.text + text))
        QTimer.singleShot(6, lambda: add("# more"))
        QTimer.singleShot(12, model.save)
        QTimer.singleShot(18, lambda: add("# and more"))

    session.repository_changed.connect(go_on)
    session.open_repository(sys.argv[1])
    application.exec()

for line in sys.stdin:
    heard, said = os.pipe()
    pid = os.fork()
    if not pid:
        studio(said)
    os.close(said)
    assert os.read(heard, 1)
    time.sleep(float(line) / 1000)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(heard)
    print("killed", flush=True)
"""
_MOMENTS = (*range(0, 30, 2), 40, 60, 100, 1040)
"""Milliseconds after Restore: it is journalled, edited, saved and edited again meanwhile."""


@pytest.mark.long
def test_a_kill_at_any_moment_after_restore_loses_nothing(repository: Path) -> None:
    path = repository / "one" / "config.pbtxt"
    before = path.read_text()
    with running(_KILLED, str(repository)) as studios:
        for moment in _MOMENTS:
            path.write_text(before)
            leave(repository, "one", before + _MARK, time.time() + 1)
            assert ask(studios, str(moment)) == "killed"
            left = abandoned()
            texts = [each.text for each in left.offers]
            assert _MARK in path.read_text() or any(_MARK in text for text in texts), moment
            for each in left.offers:
                left.discard(each)
            left.release()
    assert list(root().glob("*")) == []


_LOOKING = """
import sys
from studio.app.editing.recovery import abandoned

print("ready", flush=True)
for line in sys.stdin:
    left = abandoned()
    print(len(left.offers), flush=True)
    sys.stdin.readline()
    for each in left.offers:
        left.discard(each)
    left.release()
    print("released", flush=True)
"""


@pytest.mark.long
def test_of_two_studios_that_start_at_once_one_offers(repository: Path) -> None:
    with running(_LOOKING) as one, running(_LOOKING) as other:
        assert (hear(one), hear(other)) == ("ready", "ready")
        for number in range(30):
            leave(repository, "one", "# edited\n", 1.0, f"{number}-killed")
            tell(one)
            tell(other)
            assert int(hear(one)) + int(hear(other)) == 1
            assert (ask(one), ask(other)) == ("released", "released")
            assert list(root().glob("*")) == []


@pytest.mark.long
def test_what_one_offers_another_gets_once_that_one_is_gone(repository: Path) -> None:
    leave(repository, "one", "# edited\n", 1.0)
    with running(_LOOKING) as one:
        assert hear(one) == "ready"
        assert ask(one) == "1"
        assert abandoned().offers == ()
    left = abandoned()
    assert [each.text for each in left.offers] == ["# edited\n"]
    left.release()


_GREEDY = """
import select, sys
from studio.app.editing.recovery import abandoned

print("ready", flush=True)
seen = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    left = abandoned()
    seen += len(left.offers)
    left.release()
print(seen, flush=True)
"""


@pytest.mark.long
def test_a_journal_that_begins_is_never_taken_for_one_left_behind(
    application: QCoreApplication, repository: Path
) -> None:
    with running(_GREEDY) as other:
        assert hear(other) == "ready"
        for number in range(150):
            shelf = Shelf()
            done = shelf.write((Entry(Place(repository, "one"), f"# {number}\n", time.time()),))
            assert done.failure is None
            assert shelf.folder is not None
            assert len(list(shelf.folder.glob("*.json"))) == 1, "another studio removed it"
            shelf.clear(())
        assert ask(other) == "0"
