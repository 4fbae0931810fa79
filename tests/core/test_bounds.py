"""What is opened of a repository: plain files, and only those that lie in it or that a person allowed."""

import os
import threading
from pathlib import Path

import pytest

from studio.core.files.bounds import EVERYWHERE, Bounds, LeadsOut, bounds_of
from studio.core.files.untrusted import open_plain


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "models"
    (made / "m").mkdir(parents=True)
    (made / "m" / "file").write_bytes(b"inside")
    (tmp_path / "models-of-others").mkdir()
    (tmp_path / "models-of-others" / "file").write_bytes(b"outside")
    return made


def _read(path: Path, bounds: Bounds) -> bytes:
    with open_plain(path, bounds) as file:
        return file.read()


def test_links_within_a_repository_are_followed(root: Path) -> None:
    (root / "link").symlink_to("m/file")
    (root / "folder").symlink_to("m")
    (root.parent / "way").symlink_to(root)
    bounds = bounds_of(root.parent / "way")
    for path in (root / "link", root / "folder" / "file", root.parent / "way" / "link", root / "m" / ".." / "link"):
        assert _read(path, bounds) == b"inside"
        assert bounds.outside(path) is None


@pytest.mark.parametrize("way", ["link", "folder/file", "m/../../models-of-others/file", "chain", "m/up"])
def test_what_leads_out_is_not_opened(root: Path, way: str) -> None:
    outside = root.parent / "models-of-others"
    (root / "link").symlink_to(outside / "file")
    (root / "folder").symlink_to(outside)
    (root / "chain").symlink_to("link")
    (root / "m" / "up").symlink_to("../../models-of-others/file")
    with pytest.raises(LeadsOut, match="leads out of the repository") as caught:
        _read(root / way, bounds_of(root))
    assert caught.value.target == outside / "file"
    assert bounds_of(root).outside(root / way) == outside / "file"
    assert _read(root / way, bounds_of(root, (str(outside),))) == b"outside"
    assert _read(root / way, EVERYWHERE) == b"outside"


def test_nothing_of_what_leads_out_is_opened_to_find_out(root: Path) -> None:
    """A pipe that somebody reads would be noticed by its writer, and a device by what it does."""
    os.mkfifo(root.parent / "pipe")
    (root / "link").symlink_to(root.parent / "pipe")
    with pytest.raises(LeadsOut):
        _read(root / "link", bounds_of(root))
    with pytest.raises(OSError, match="No such device"):
        os.open(root.parent / "pipe", os.O_WRONLY | os.O_NONBLOCK)


@pytest.mark.parametrize(
    "target", ["/proc/self/environ", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled"]
)
def test_what_the_system_makes_up_is_never_read(root: Path, target: str) -> None:
    (root / "link").symlink_to(target)
    with pytest.raises(OSError, match="not a plain file"):
        _read(root / "link", EVERYWHERE)


def test_folders_pipes_and_devices_are_no_plain_files(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "zero").symlink_to("/dev/zero")
    for name, error in (("pipe", OSError), ("zero", OSError), ("m", IsADirectoryError), ("none", FileNotFoundError)):
        with pytest.raises(error):
            _read(root / name, EVERYWHERE)


def test_a_link_that_changes_all_the_time_gives_what_is_inside_or_nothing(root: Path) -> None:
    inside, outside, path = root / "m" / "file", root.parent / "models-of-others" / "file", root / "link"
    path.symlink_to(inside)
    end = threading.Event()

    def swap() -> None:
        made = root / "made"
        while not end.is_set():
            for target in (outside, inside):
                made.symlink_to(target)
                made.replace(path)

    thread = threading.Thread(target=swap)
    thread.start()
    seen = set()
    try:
        for _ in range(3000):
            try:
                seen.add(_read(path, bounds_of(root)))
            except LeadsOut:
                seen.add(b"refused")
    finally:
        end.set()
        thread.join()
    assert seen == {b"inside", b"refused"}


def test_a_file_that_is_replaced_all_the_time_is_read_each_time(root: Path) -> None:
    """As every save replaces it: the reading gets the one or the other, never none."""
    path, end = root / "m" / "file", threading.Event()

    def replace() -> None:
        made = root / "made"
        while not end.is_set():
            made.write_bytes(b"inside")
            made.replace(path)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        assert {_read(path, bounds_of(root)) for _ in range(3000)} == {b"inside"}
    finally:
        end.set()
        thread.join()


def test_a_name_that_begins_as_the_repository_s_is_not_in_it(root: Path) -> None:
    assert bounds_of(root).holds(str(root))
    assert not bounds_of(root).holds(f"{root}-of-others/file")
    assert Bounds(("/",)).holds("/etc")
