"""The log of the studio: bounded, private, whole with two writers."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from studio.app.log_file import LogFile, log_file
from studio.app.notices import Notice

_WRITER = """
import logging, sys
from studio.app.log_file import LogFile
log = logging.getLogger("writer")
log.addHandler(LogFile(largest=2_000_000))
for index in range(2_000):
    log.error("%s says %d", sys.argv[1], index)
"""


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of its own that writes to a log of at most 4 kB."""
    made = logging.getLogger("tests.log_file")
    handler = LogFile(largest=4_000)
    made.addHandler(handler)
    yield made
    made.removeHandler(handler)


def test_a_full_log_takes_the_place_of_the_one_before(log: logging.Logger) -> None:
    for index in range(500):
        log.error("line %d, with a letter that is no text: \udc80", index)
    older = log_file().with_name("studio.log.1")
    assert log_file().stat().st_size <= 4_000
    assert older.stat().st_size <= 4_000
    assert sorted(log_file().parent.iterdir()) == [log_file(), older]
    assert "line 499" in log_file().read_text()
    assert {log_file().stat().st_mode & 0o777, older.stat().st_mode & 0o777} == {0o600}


def test_a_log_that_others_could_read_is_made_private(log: logging.Logger) -> None:
    log_file().parent.mkdir(parents=True)
    log_file().touch(0o644)
    log.error("one")
    assert log_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_two_studios_write_whole_lines() -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, name]) for name in ("one", "two")]
    assert [each.wait(240) for each in writers] == [0, 0]
    lines = log_file().read_text().splitlines()
    assert len(lines) == 4_000
    assert all(" ERROR writer: " in line for line in lines)


def test_a_folder_that_cannot_be_written_to_is_told_once_and_used_again_later(
    log: logging.Logger, posted: list[Notice], capsys: pytest.CaptureFixture[str]
) -> None:
    from PySide6.QtCore import QCoreApplication

    log_file().parent.parent.mkdir(parents=True, exist_ok=True)
    log_file().parent.write_text("a file where the folder should be")
    log.error("first")
    log.error("second")
    QCoreApplication.processEvents()
    (notice,) = posted
    assert str(log_file()) in notice.text
    assert "second" in capsys.readouterr().err
    log_file().parent.unlink()
    log.error("third")
    assert "third" in log_file().read_text()


def test_what_could_not_be_written_is_there_once_it_can(log: logging.Logger, posted: list[Notice]) -> None:
    log_file().parent.parent.mkdir(parents=True, exist_ok=True)
    log_file().parent.write_text("in the way of the folder")
    log.error("first")
    log.error("second")
    log_file().parent.unlink()
    log.error("third")
    told = [line.rpartition(" ")[2] for line in log_file().read_text().splitlines()]
    assert told == ["first", "second", "third"]
