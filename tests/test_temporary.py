"""Temporaries of the studio: those of a killed process go, those of a living one stay."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from studio import temporary

_HOLD = """
import pathlib, sys
from studio import temporary
place = pathlib.Path(sys.argv[1])
with temporary.file(place) as (file, _), temporary.folder(place) as folder:
    (folder / "model.onnx").write_bytes(b"half")
    file.write(b"half")
    file.flush()
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _holder(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has a temporary file and a folder in that place."""
    command = [sys.executable, "-c", _HOLD, str(place)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_process_leaves_nothing_after_the_next_look(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(list(tmp_path.iterdir())) == 2
        assert temporary.sweep(tmp_path) == 2
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_process_has_stays(tmp_path: Path) -> None:
    with _holder(tmp_path):
        for each in tmp_path.iterdir():
            os.utime(each, (1, 1))
        assert temporary.sweep(tmp_path) == 0
        assert len(list(tmp_path.iterdir())) == 2


def test_the_lock_counts_where_the_process_is_of_another_container(tmp_path: Path) -> None:
    """Its number says nothing here: the lock alone tells that it lives."""
    with _holder(tmp_path) as process:
        for each in tmp_path.iterdir():
            each.rename(each.with_name(each.name.replace(str(process.pid), "4194999")))
        assert temporary.sweep(tmp_path) == 0
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert temporary.sweep(tmp_path) == 2


def test_a_number_that_another_process_has_by_now_keeps_nothing(tmp_path: Path) -> None:
    with temporary.file(tmp_path) as (_, mine):
        began = mine.name.split("-")[2]
    reused = tmp_path / f".trireme-{os.getpid()}-{int(began) - 1}-{'0' * 16}.tmp"
    of_old = tmp_path / f".trireme-{os.getpid()}-{'0' * 16}.tmp"
    reused.write_bytes(b"half")
    of_old.write_bytes(b"half")
    assert temporary.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [of_old]


@pytest.mark.parametrize("name", ["notes.tmp", ".trireme-x-0000000000000000.tmp", ".trireme-1-00.tmp", ".trireme-keep"])
def test_what_only_looks_like_one_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"theirs")
    assert temporary.sweep(tmp_path) == 0
    assert (tmp_path / name).exists()


def test_a_link_and_a_pipe_with_such_a_name_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_bytes(b"theirs")
    (tmp_path / f".trireme-4194999-{'0' * 16}.new").symlink_to(kept)
    os.mkfifo(tmp_path / f".trireme-4194999-{'1' * 16}.tmp")
    assert temporary.sweep(tmp_path) == 0
    assert (kept / "file").read_bytes() == b"theirs"


def test_a_name_is_gone_when_the_work_is_done_or_fails(tmp_path: Path) -> None:
    with suppress(RuntimeError), temporary.folder(tmp_path) as folder:
        (folder / "x").write_bytes(b"x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with temporary.file(tmp_path, 0o600) as (file, made):
        file.write(b"whole")
        assert made.stat().st_mode & 0o777 == 0o600
        made.rename(tmp_path / "whole")
    assert [each.name for each in tmp_path.iterdir()] == ["whole"]


def test_what_takes_the_place_of_a_file_does_so_whole_and_of_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "sums.csv"
    for text in (b"first", b"second"):
        with temporary.replacing(place) as file:
            file.write(text)
        assert place.read_bytes() == text
    with pytest.raises(UnicodeEncodeError), temporary.replacing(place) as file:
        file.writelines(each.encode("ascii") for each in ("half", "ü"))
    assert place.read_bytes() == b"second"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="a pipe or a device"), temporary.replacing(tmp_path / "pipe"):
        pass
    with pytest.raises(IsADirectoryError), temporary.replacing(tmp_path):
        pass
    assert sorted(each.name for each in tmp_path.iterdir()) == ["pipe", "sums.csv"]
