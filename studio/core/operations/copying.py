"""Copies of files and folders with progress, made aside and put in place as one step."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from studio import disk, temporary
from studio.core.failure import CoreError
from studio.core.progress import Progress, no_progress
from studio.value_class import dataclass

CHUNK = 8 << 20


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing to copy, by its path within the source."""

    relative: Path
    status: os.stat_result


def _shown(filename: object) -> Path:
    """The place that an error names; a temporary of ours says nothing to a person, its folder does."""
    path = Path(str(filename))
    return path.parent if temporary.is_temporary(path.name) else path


@contextmanager
def explained(attempted: str) -> Iterator[None]:
    """Turns what the system refuses into a CoreError that says what to do."""
    try:
        yield
    except OSError as error:
        where = f" ({_shown(error.filename)})" if error.filename else ""
        remedy = disk.remedy(error, "Nothing was changed.")
        raise CoreError(attempted, f"{disk.reason(error)}{where}.", remedy) from error


@contextmanager
def staged(repository: Path, inside: Path, attempted: str) -> Iterator[Path]:
    """A new folder on the repository's file system that a server does not look into, gone afterwards.

    It lies beside the repository. Where that is another file system, as beside a mounted one, it lies in `inside`, a
    version's folder: no server takes anything in there for a model or a version.
    """
    with ExitStack() as kept:
        yield _place(kept, repository, inside, attempted)


def put(made: Path, target: Path, attempted: str) -> None:
    """Gives a finished copy its place. Raises CoreError where that was taken meanwhile."""
    if os.path.lexists(target):
        raise CoreError(attempted, f"{target} is there already.", "Choose another name, or move that one away.")
    made.rename(target)
    # Not every file system can, and the copy is in place.
    with suppress(OSError):
        disk.sync(target.parent)


def copy(source: Path, target: Path, progress: Progress = no_progress) -> None:
    """Copies a file or a folder with everything in it; links within a folder stay links.

    Raises CoreError before anything is written where there is not enough room, or something is no file at all.
    """
    entries = list(_entries(source))
    total = sum(each.status.st_size for each in entries if stat.S_ISREG(each.status.st_mode))
    _require_room(source, target.parent, total)
    done = 0
    for entry in entries:
        progress(done / total if total else 0.0, entry.relative.name or source.name)
        done += _copy_entry(source / entry.relative, target / entry.relative, entry.status, (done, total, progress))
    for entry in reversed(entries):
        if not stat.S_ISLNK(entry.status.st_mode):
            shutil.copystat(source / entry.relative, target / entry.relative)
    progress(1.0, source.name)


def _place(kept: ExitStack, repository: Path, inside: Path, attempted: str) -> Path:
    real = Path(os.path.realpath(repository))
    beside = real.with_name(f"{real.name}.trireme") if real.name else real
    outside = [each for each in (beside, real.parent) if each.is_dir() and each != real]
    for folder in outside:
        with suppress(OSError):
            if folder.stat().st_dev == real.stat().st_dev:
                return _made_in(kept, folder, real)
    with explained(attempted):
        return _made_in(kept, inside, real)


def _made_in(kept: ExitStack, folder: Path, repository: Path) -> Path:
    """A new folder there. Raises OSError where what is made in it cannot be moved to the repository."""
    temporary.sweep(folder)
    with ExitStack() as own:
        place = own.enter_context(temporary.folder(folder))
        with temporary.file(place) as (_, probe):
            # A bind mount has the device number of the file system that it shows, and a rename into it fails all the
            # same. A loose file beside the models is nothing to a server.
            moved = probe.rename(repository / probe.name)
            moved.unlink()
        kept.enter_context(own.pop_all())
    return place


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
            inner = (each.name for each in path.iterdir() if not temporary.is_temporary(each.name))
            waiting += [relative / name for name in sorted(inner, reverse=True)]


def _require_room(source: Path, folder: Path, total: int) -> None:
    free = shutil.disk_usage(folder).free
    if total > free:
        reason = f"it takes {total:,} bytes, and {free:,} are free on the disk."
        raise CoreError(f"Copy {source.name}", reason, "Make room and try again.")


def _copy_entry(source: Path, target: Path, status: os.stat_result, follow: tuple[int, int, Progress]) -> int:
    """Copies one thing and gives the bytes that it took."""
    if stat.S_ISDIR(status.st_mode):
        target.mkdir()
        return 0
    if stat.S_ISLNK(status.st_mode):
        target.symlink_to(source.readlink())
        return 0
    return _copy_file(source, target, follow)


def _copy_file(source: Path, target: Path, follow: tuple[int, int, Progress]) -> int:
    before, total, report = follow
    count = 0
    with source.open("rb") as read, target.open("xb") as written:
        while data := read.read(CHUNK):
            written.write(data)
            count += len(data)
            report(min(1.0, (before + count) / total) if total else 0.0, source.name)
    return count
