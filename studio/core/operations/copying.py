"""Copies of files and folders with progress, made aside and put in place as one step."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from studio.core.failure import CoreError

Told = Callable[[float, str], None]
"""Called with how far the work is, from 0 to 1, and what is at hand. Raises to leave the work."""

_CHUNK = 8 << 20
_STALE_SECONDS = 3600
_MARK = ".trireme-"
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room and try again."),
    errno.EDQUOT: ("your disk quota is used up", "Make room and try again."),
    errno.EROFS: ("the disk is read-only", "Use a copy of the repository that can be written."),
    errno.EACCES: ("you have no permission for it", "Check the permissions of the repository’s folder."),
    errno.EPERM: ("you have no permission for it", "Check the permissions of the repository’s folder."),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing to copy, by its path within the source."""

    relative: Path
    status: os.stat_result


def quiet(_fraction: float, _text: str) -> None:
    """Nobody is told."""


@contextmanager
def explained(attempted: str) -> Iterator[None]:
    """Turns what the system refuses into a CoreError that says what to do."""
    try:
        yield
    except OSError as error:
        reason, remedy = _REASONS.get(error.errno or 0, (error.strerror or str(error), "Nothing was changed."))
        where = f" ({error.filename})" if error.filename else ""
        raise CoreError(attempted, f"{reason}{where}.", remedy) from error


@contextmanager
def staged(repository: Path, inside: Path, attempted: str) -> Iterator[Path]:
    """A new folder on the repository's file system that a server does not look into, gone afterwards.

    It lies beside the repository. Where that is another file system, as beside a mounted one, it lies in `inside`, a
    version's folder: no server takes anything in there for a model or a version.
    """
    place = _place(repository, inside, attempted)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def put(made: Path, target: Path, attempted: str) -> None:
    """Gives a finished copy its place. Raises CoreError where that was taken meanwhile."""
    if os.path.lexists(target):
        raise CoreError(attempted, f"{target} is there already.", "Choose another name, or move that one away.")
    made.rename(target)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        # Not every file system can, and the copy is in place.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def copy(source: Path, target: Path, told: Told = quiet) -> None:
    """Copies a file or a folder with everything in it; links within a folder stay links.

    Raises CoreError before anything is written where there is not enough room, or something is no file at all.
    """
    entries = list(_entries(source))
    total = sum(each.status.st_size for each in entries if stat.S_ISREG(each.status.st_mode))
    _require_room(source, target.parent, total)
    done = 0
    for entry in entries:
        told(done / total if total else 0.0, entry.relative.name or source.name)
        done += _copy_entry(source / entry.relative, target / entry.relative, entry.status, (done, total, told))
    for entry in reversed(entries):
        if not stat.S_ISLNK(entry.status.st_mode):
            shutil.copystat(source / entry.relative, target / entry.relative)
    told(1.0, source.name)


def _place(repository: Path, inside: Path, attempted: str) -> Path:
    real = Path(os.path.realpath(repository))
    beside = real.with_name(f"{real.name}.trireme") if real.name else real
    outside = [each for each in (beside, real.parent) if each.is_dir() and each != real]
    for folder in outside:
        with suppress(OSError):
            if folder.stat().st_dev == real.stat().st_dev:
                return _made_in(folder, real)
    with explained(attempted):
        return _made_in(inside, real)


def _made_in(folder: Path, repository: Path) -> Path:
    """A new folder there. Raises OSError where what is made in it cannot be moved to the repository."""
    _sweep(folder)
    place = folder / f"{_MARK}{os.getpid()}-{secrets.token_hex(8)}.new"
    place.mkdir(0o700)
    probe = repository / f"{place.name}.tmp"
    try:
        # A bind mount has the device number of the file system that it shows, and a rename into it fails all the
        # same. A loose file beside the models is nothing to a server.
        (place / "probe").touch()
        (place / "probe").rename(probe)
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        probe.unlink(missing_ok=True)
    return place


def _sweep(folder: Path) -> None:
    """Removes what a copy that was killed left behind."""
    for left in folder.glob(f"{_MARK}*-*.new"):
        owner = left.name.removeprefix(_MARK).partition("-")[0]
        with suppress(OSError):
            is_old = time.time() - left.stat().st_mtime > _STALE_SECONDS
            if owner.isdigit() and not Path("/proc", owner).exists() and is_old:
                shutil.rmtree(left, ignore_errors=True)


def _is_ours(name: str) -> bool:
    return name.startswith(_MARK) and name.endswith(".new")


def _entries(source: Path) -> Iterator[_Entry]:
    """The source itself and all below it, folders before what they hold."""
    waiting = [Path()]
    while waiting:
        relative = waiting.pop()
        path = source / relative
        # What is given may be a link itself; what lies in it stays as it is.
        status = path.stat() if relative == Path() else path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        if kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
            raise CoreError(f"Copy {source.name}", f"{path} is no plain file.", "Move it away and try again.")
        yield _Entry(relative, status)
        if kind == stat.S_IFDIR:
            # What is being copied may hold the place that the copy is made in.
            inner = (each.name for each in path.iterdir() if not _is_ours(each.name))
            waiting += [relative / name for name in sorted(inner, reverse=True)]


def _require_room(source: Path, folder: Path, total: int) -> None:
    free = shutil.disk_usage(folder).free
    if total > free:
        reason = f"it takes {total:,} bytes, and {free:,} are free on the disk."
        raise CoreError(f"Copy {source.name}", reason, "Make room and try again.")


def _copy_entry(source: Path, target: Path, status: os.stat_result, progress: tuple[int, int, Told]) -> int:
    """Copies one thing and gives the bytes that it took."""
    if stat.S_ISDIR(status.st_mode):
        target.mkdir()
        return 0
    if stat.S_ISLNK(status.st_mode):
        target.symlink_to(source.readlink())
        return 0
    return _copy_file(source, target, progress)


def _copy_file(source: Path, target: Path, progress: tuple[int, int, Told]) -> int:
    before, total, told = progress
    count = 0
    with source.open("rb") as read, target.open("xb") as written:
        while data := read.read(_CHUNK):
            written.write(data)
            count += len(data)
            told(min(1.0, (before + count) / total) if total else 0.0, source.name)
    return count
