"""Files of the studio's own are closed to others from their first byte, and the words for what a disk refuses."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import disk, private


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_of_ours_and_every_folder_made_for_it_are_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "state" / "trireme" / "settings.json"
    private.write(path, b"{}")
    assert [_mode(each) for each in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]
    path.chmod(0o644)
    path.parent.chmod(0o755)
    private.write(path, b"{ }", sync=True)
    assert (path.read_bytes(), _mode(path), _mode(path.parent)) == (b"{ }", 0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_a_log_is_closed_to_others_also_where_it_was_open(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"old ")
    path.chmod(0o666)
    with private.opened(path) as file:
        file.write(b"new")
    assert (path.read_bytes(), _mode(path)) == (b"old new", 0o600)


def test_a_failed_write_leaves_the_old_bytes(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        private.write(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "the disk is read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "your disk quota is used up"),
        (errno.EIO, "the disk reports an error"),
        (errno.EACCES, "you have no permission"),
        (errno.EXDEV, "cross-device"),
    ],
)
def test_each_refusal_has_words_of_its_own(number: int, words: str) -> None:
    assert words.lower() in disk.reason(OSError(number, os.strerror(number))).lower()
    assert disk.is_full(OSError(number, "")) == (number in (errno.ENOSPC, errno.EDQUOT))
