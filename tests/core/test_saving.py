"""Saving under real faults: limits, missing rights, other writers, and a process that is killed."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.files import leftovers
from studio.core.files.reading import Stamp, read
from studio.core.files.repository import scan
from studio.core.files.saving import Conflict, save, sibling

_OLD = b'name: "m"\r\n'


def _config(tmp_path: Path, data: bytes = _OLD) -> Path:
    path = tmp_path / "home" / "repository" / "m" / "config.pbtxt"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def _everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_save_replaces_the_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = _config(tmp_path)
    path.chmod(0o640)
    before = _everything(tmp_path)
    stamp = save(path, b"new\r\n", read(path)[1])
    assert path.read_bytes() == b"new\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert _everything(tmp_path) == before
    assert read(path)[1] == stamp
    save(path, b"newer", stamp)
    assert path.read_bytes() == b"newer"


def test_no_file_ever_appears_in_the_model_folder(tmp_path: Path) -> None:
    path = _config(tmp_path)
    program = """
        import sys, pathlib
        from studio.core.files import reading, saving
        path = pathlib.Path(sys.argv[1])
        sys.addaudithook(lambda name, args: print(args[0]) if name == "open" and args[2] & 64 else None)
        saving.save(path, b"new", reading.read(path)[1])
    """
    out = _python(program, str(path)).stdout
    assert "trireme-" in out
    assert str(path.parent) + os.sep not in out


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    path = _config(tmp_path)
    with pytest.raises(Conflict, match="exists already"):
        save(path, b"new", None)
    other = path.with_name("other.pbtxt")
    save(other, b"new", None)
    assert (path.read_bytes(), other.read_bytes()) == (_OLD, b"new")


def test_what_another_program_wrote_is_never_lost(tmp_path: Path) -> None:
    path = _config(tmp_path)
    stamp = read(path)[1]
    path.write_bytes(b"theirs")
    with pytest.raises(Conflict, match="changed by another program"):
        save(path, b"ours", stamp)
    assert path.read_bytes() == b"theirs"
    path.unlink()
    with pytest.raises(Conflict, match="removed"):
        save(path, b"ours", stamp)
    assert not path.exists()


def test_the_same_bytes_with_another_time_are_no_conflict(tmp_path: Path) -> None:
    path = _config(tmp_path)
    stamp = read(path)[1]
    os.utime(path, ns=(1, 1))
    save(path, b"ours", stamp)
    assert path.read_bytes() == b"ours"


def test_same_size_and_time_but_other_bytes_are_a_conflict(tmp_path: Path) -> None:
    path = _config(tmp_path)
    stamp = read(path)[1]
    path.write_bytes(_OLD.replace(b"m", b"k"))
    os.utime(path, ns=(stamp.mtime_ns, stamp.mtime_ns))
    with pytest.raises(Conflict):
        save(path, b"ours", stamp)


def test_a_linked_configuration_stays_a_link(tmp_path: Path) -> None:
    path = _config(tmp_path)
    real = tmp_path / "elsewhere" / "shared.pbtxt"
    real.parent.mkdir()
    path.rename(real)
    path.symlink_to(real)
    save(path, b"new", read(path)[1])
    assert path.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_bytes(tmp_path: Path) -> None:
    """The kernel itself refuses to write on: a file size limit ends a write just as a full disk does."""
    path = _config(tmp_path)
    program = """
        import pathlib, resource, sys
        from studio.core.files import reading, saving
        from studio.core import failure
        path = pathlib.Path(sys.argv[1])
        stamp = reading.read(path)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            saving.save(path, b"x" * 100_000, stamp)
        except failure.CoreError as error:
            print(type(error).__name__, error)
    """
    before = _everything(tmp_path)
    out = _python(program, str(path)).stdout
    assert out.startswith("CoreError Save ")
    assert "larger than this system allows" in out
    assert path.read_bytes() == _OLD
    assert _everything(tmp_path) == before


def test_missing_rights_are_said_and_change_nothing(tmp_path: Path) -> None:
    """In a process without the rights of root, which none of these would stop."""
    path = _config(tmp_path)
    program = """
        import os, pathlib, sys
        from studio.core.files import reading, saving
        from studio.core import failure
        path = pathlib.Path(sys.argv[1])
        stamp = reading.read(path)[1]
        for locked, mode in ((path, 0o444), (path.parent, 0o555)):
            usual = locked.stat().st_mode & 0o777
            locked.chmod(mode)
            try:
                saving.save(path, b"new", stamp)
            except failure.CoreError as error:
                print(error.reason)
            locked.chmod(usual)
    """
    _open_to_all(tmp_path)
    out = _python(program, str(path), rootless=True).stdout
    assert out.splitlines() == ["you have no permission for it."] * 2
    assert path.read_bytes() == _OLD


def test_a_repository_whose_surroundings_cannot_be_written_still_saves(tmp_path: Path) -> None:
    path = _config(tmp_path)
    program = """
        import pathlib, sys
        from studio.core.files import reading, saving
        path = pathlib.Path(sys.argv[1])
        repository = path.parent.parent
        repository.parent.chmod(0o555)
        print(saving.sibling(repository))
        saving.save(path, b"one", reading.read(path)[1])
        repository.chmod(0o555)
        saving.save(path, b"two", reading.read(path)[1])
        print(path.read_bytes().decode())
        repository.chmod(0o755), repository.parent.chmod(0o755)
    """
    _open_to_all(tmp_path)
    home, saved = _python(program, str(path), rootless=True, TRIREME_HOME=str(tmp_path / "own")).stdout.splitlines()
    assert home.startswith(str(tmp_path / "own"))
    assert saved == "two"
    assert sorted(each.name for each in path.parent.iterdir()) == ["config.pbtxt"]


@pytest.mark.long
def test_a_process_killed_while_saving_leaves_old_or_new_bytes(tmp_path: Path) -> None:
    path = _config(tmp_path, b"a" * 700_000)
    program = """
        import pathlib, sys
        from studio.core.files.saving import save
        from studio.core.files.reading import read
        path = pathlib.Path(sys.argv[1])
        stamp = read(path)[1]
        stamp = save(path, b"b" * 700_000, stamp)
        print("saved", flush=True)
        while True:
            for letter in b"cdeb":
                stamp = save(path, bytes([letter]) * 700_000, stamp)
    """
    for round_ in range(12):
        command = [sys.executable, "-c", textwrap.dedent(program), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(0.011 * round_ + 0.003)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert (len(data), len(set(data))) == (700_000, 1)
        assert data[:1] in (b"b", b"c", b"d", b"e")
    assert [each.name for each in path.parent.iterdir()] == ["config.pbtxt"]
    # What the last ones left is gone when the repository is opened again.
    leftovers.sweep(scan(path.parent.parent))
    assert not [each for each in _everything(tmp_path) if ".trireme" in each]


def test_reading_what_is_no_plain_file_ends_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 101)
    (tmp_path / "loop").symlink_to("loop")
    for name, words in (
        ("pipe", "plain"),
        ("", "folder"),
        ("large", "larger"),
        ("none", "no such"),
        ("loop", "symbolic"),
    ):
        with pytest.raises(CoreError, match=words):
            read(tmp_path / name, 100)


def test_a_closed_file_is_closed_from_its_first_byte(tmp_path: Path) -> None:
    """The program tells the mode of every file that it makes, at the moment when it has made it."""
    path = _config(tmp_path)
    path.chmod(0o600)
    program = """
        import os, pathlib, sys
        from studio.core.files import reading, saving
        path, make = pathlib.Path(sys.argv[1]), os.open
        def told(name, flags, mode=0o777, **more):
            handle = make(name, flags, mode, **more)
            if flags & os.O_CREAT:
                print(oct(os.fstat(handle).st_mode & 0o777))
            return handle
        os.open = told
        os.umask(0)
        saving.save(path, b"new", reading.read(path)[1])
    """
    assert _python(program, str(path)).stdout.split() == ["0o600"]
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_another_group_may_not_more_than_all(tmp_path: Path) -> None:
    """Where the file cannot be given to its group again, what the group might is not for the group of who saves."""
    path = _config(tmp_path)
    program = """
        import os, pathlib, sys
        from studio.core.files import reading, saving
        path = pathlib.Path(sys.argv[1])
        saving.save(path, b"new", reading.read(path)[1])
    """
    _open_to_all(tmp_path)
    os.chown(path, 65534, 12345)
    path.chmod(0o660)
    _python(program, str(path), rootless=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777, path.stat().st_gid) == (b"new", 0o600, 65534)


@pytest.mark.long
def test_two_processes_saving_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each adds lines to the file and, on a conflict, reads it again: every line that was reported saved is there."""
    path = _config(tmp_path, b"")
    program = """
        import pathlib, sys
        from studio.core.files.saving import Conflict, save
        from studio.core.files.reading import read
        path, done = pathlib.Path(sys.argv[1]), 0
        while done < 40:
            data, stamp = read(path)
            try:
                save(path, data + f"{sys.argv[2]}{done}\\n".encode(), stamp)
                done += 1
            except Conflict:
                pass
    """
    first = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), str(path), "a"])
    assert _python(program, str(path), "b").returncode == 0
    assert first.wait(240) == 0
    lines = path.read_text().splitlines()
    missing = {f"{who}{index}" for who in "ab" for index in range(40)} - set(lines)
    assert not missing


def test_the_sibling_lies_beside_the_repository(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    repository.mkdir()
    (tmp_path / "link").symlink_to("models")
    assert sibling(repository) == sibling(tmp_path / "link") == tmp_path / "models.trireme"


def test_stamps_compare_by_value(tmp_path: Path) -> None:
    path = _config(tmp_path)
    stamp = read(path)[1]
    assert stamp == Stamp(path.stat().st_mtime_ns, len(_OLD), stamp.digest)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534) if os.geteuid() == 0 else None
    for parent in (folder, *folder.parents):
        if parent != Path("/") and os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o755)


def _python(
    program: str, *arguments: str, rootless: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    drop = (
        "import os, studio.core.files.saving; os.geteuid() or (os.setgroups([]), os.setgid(65534), os.setuid(65534))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", (drop if rootless else "") + textwrap.dedent(program), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )
