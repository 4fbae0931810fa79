"""Reading configurations: what is read again, and what is known to be as it was."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from studio.core.files import configs
from studio.core.files.bounds import EVERYWHERE, bounds_of
from studio.core.files.configs import ConfigReader, Read, read_config
from studio.core.files.reading import read_unstamped

_LIMIT = 1 << 20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A configuration, long settled as far as the clock of this module tells."""
    made = tmp_path / "config.pbtxt"
    made.write_text("max_batch_size: 4\n")
    return made


@pytest.fixture
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour later than it was when the files were written."""
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 3600 * 10**9)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose bytes were read."""
    seen: list[Path] = []

    def spy(path: Path, *rest: object) -> object:
        seen.append(path)
        return read_unstamped(path)

    monkeypatch.setattr(configs, "read_unstamped", spy)
    return seen


def _read(path: Path, before: Read | None = None) -> Read:
    return read_config(path, _LIMIT, EVERYWHERE, before)


@pytest.mark.usefixtures("_later")
def test_what_did_not_change_is_not_read_again(path: Path, readings: list[Path]) -> None:
    first = _read(path)
    assert _read(path, first) is first
    assert readings == [path]


def test_a_file_that_changed_lately_is_read_again_and_stays_the_same_text(path: Path, readings: list[Path]) -> None:
    first = _read(path)
    again = _read(path, first)
    assert readings == [path, path]
    assert again.text is first.text
    assert again.is_like(first)


@pytest.mark.usefixtures("_later")
@pytest.mark.parametrize("replaced", [True, False])
def test_another_text_of_the_same_size_and_time_is_read(path: Path, replaced: bool) -> None:
    first = _read(path)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    target = path.with_name("other") if replaced else path
    target.write_text("max_batch_size: 9\n")
    os.utime(target, ns=times)
    target.replace(path)
    again = _read(path, first)
    assert (again.stamp and again.stamp.mtime_ns) == times[1]
    assert again.text is not None
    assert again.text.config.max_batch_size == 9
    assert not again.is_like(first)


@pytest.mark.usefixtures("_later")
def test_a_limit_that_was_lowered_holds_for_what_was_read_before(path: Path) -> None:
    first = _read(path)
    assert "larger than 5 bytes" in read_config(path, 5, EVERYWHERE, first).problem


@pytest.mark.usefixtures("_later")
def test_a_link_that_leads_elsewhere_now_is_read_again(path: Path) -> None:
    link, other = path.with_name("link"), path.with_name("other")
    other.write_text("max_batch_size: 9\n")
    link.symlink_to(path)
    first = _read(link)
    link.unlink()
    link.symlink_to(other)
    again = _read(link, first)
    assert again.text is not None
    assert again.text.config.max_batch_size == 9


def test_what_is_gone_has_no_problem_and_what_cannot_be_read_has_one(path: Path) -> None:
    first = _read(path)
    path.unlink()
    gone = _read(path, first)
    assert (gone.text, gone.stamp, gone.problem) == (None, None, "")
    path.mkdir()
    folder = _read(path, first)
    assert folder.text is None
    assert folder.problem
    assert folder.is_like(_read(path, folder))


@pytest.mark.usefixtures("_later")
def test_a_reader_remembers_what_it_read_and_forgets_what_is_gone(path: Path, readings: list[Path]) -> None:
    reader = ConfigReader()
    first = reader.draft(path, EVERYWHERE)
    assert first is not None
    assert reader.draft(path, EVERYWHERE) is first
    assert readings == [path]
    path.rename(path.with_name("away"))
    assert reader.draft(path, EVERYWHERE) is None
    assert reader.draft(path.with_name("away"), bounds_of(path.parent)) is not None
