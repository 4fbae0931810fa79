"""Saving one text file so that neither a crash nor another program's edit is ever lost.

A save writes a temporary file outside the model's folder (a new file in there would make a polling server reload
the model), syncs it, and renames it over the old one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from studio import disk, paths, temporary
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds
from studio.core.files.reading import LARGEST, Stamp, content_of, read, stamp_of
from studio.locking import PATIENCE, locked
from studio.value_class import dataclass

_ELSEWHERE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EXDEV})
"""Why one place for the temporary file may not do while another does. A bind mount has the device number of the file
system that it shows, and a rename out of it fails all the same."""


class Conflict(CoreError):
    """The file on disk is not the one that was read: saving would lose what another program wrote."""


class Elsewhere(CoreError):
    """Saving would reach further than the repository shows, or less far: a person has to say so first."""

    def __init__(self, attempted: str, reason: str, target: Path) -> None:
        super().__init__(attempted, reason, "Nothing was written yet.")
        self.target = target


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be written, in place of what, and how long another studio is waited for."""

    data: bytes
    expected: Stamp | None
    old: os.stat_result | None
    patience: float


def save(
    path: Path, data: bytes, expected: Stamp | None, within: Bounds | None = None, patience: float = PATIENCE
) -> Stamp:
    """Replace a file in one step and return its new stamp.

    `expected` is the stamp of what is to be replaced, None for a file that must not exist yet. Raises Conflict where
    the file on disk is another one, CoreError where it cannot be written; the old bytes then stand untouched. Raises
    Elsewhere where the file lies out of `within`, or has other names, which would keep the old bytes. Another studio
    that saves in the same folder is waited for so long.
    """
    attempted = f"Save {path}"
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        # Nothing can be behind it, and it stands where the file should be.
        loop = OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target))
        raise CoreError(attempted, f"{disk.reason(loop)}.", "Remove that link and save again.") from loop
    try:
        old = _unchanged(attempted, target, expected)
        if within is not None:
            _require_usual(attempted, target, old, within)
        refusal: OSError | None = None
        for folder in _folders(target):
            try:
                return _saved_through(folder, attempted, target, _Change(data, expected, old, patience))
            except OSError as error:
                if error.errno not in _ELSEWHERE:
                    raise
                refusal = error
        raise refusal or PermissionError(errno.EACCES, "Permission denied", str(target))
    except OSError as error:
        remedy = "Make room and save again." if disk.is_full(error) else "The old file is unchanged."
        raise CoreError(attempted, f"{disk.reason(error)}.", remedy) from error


def sibling(repository: Path) -> Path:
    """The folder for what belongs to a repository and must not lie in it; it need not exist yet.

    It is `<repository>.trireme` beside it, or a place in the user's data folder where that cannot be written.
    """
    real = Path(os.path.realpath(repository))
    beside = real.with_name(f"{real.name}.trireme") if real.name else real
    if real.name and os.access(beside if beside.is_dir() else beside.parent, os.W_OK | os.X_OK):
        return beside
    digest = hashlib.blake2b(os.fsencode(real), digest_size=6).hexdigest()
    return paths.data_dir() / "repositories" / f"{real.name or 'root'}-{digest}"


def _require_usual(attempted: str, target: Path, old: os.stat_result | None, within: Bounds) -> None:
    if not within.holds(str(target)):
        raise Elsewhere(attempted, f"it leads out of the repository, to {target}.", target)
    if old is not None and old.st_nlink > 1:
        names = f"{old.st_nlink - 1} other name{'s' if old.st_nlink > 2 else ''} (hard links)"
        raise Elsewhere(attempted, f"{target} has {names}, which would keep the old text.", target)


def _unchanged(attempted: str, target: Path, expected: Stamp | None) -> os.stat_result | None:
    """The status of the old file, None where there is none, as `expected` says. Raises Conflict otherwise."""
    if expected is None:
        if target.exists():
            raise Conflict(attempted, "a file of that name exists already.", "Look at it before it is replaced.")
        return None
    try:
        _, found = read(target, max(expected.size, LARGEST))
    except CoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise Conflict(attempted, "the file was removed by another program.") from error
        if isinstance(error.__cause__, OSError):
            raise
        raise _changed(attempted) from error
    if content_of(found) != content_of(expected):
        raise _changed(attempted)
    _require_writable(target)
    return target.stat()


def _changed(attempted: str) -> Conflict:
    return Conflict(attempted, "the file was changed by another program.", "Compare both before you save.")


def _require_writable(target: Path) -> None:
    # A rename would replace a read-only file without asking, since it needs the folder's permission alone.
    refusal = disk.unwritable(target)
    if refusal is not None:
        raise refusal


def _saved_through(folder: Path, attempted: str, target: Path, change: _Change) -> Stamp:
    """Save by way of a synced temporary file in that folder."""
    old = change.old
    temporary.sweep(folder)
    # Never wider than what it replaces: a file that is closed to others is so from its first byte.
    with temporary.file(folder, 0o600 if old else 0o666) as (file, place):
        file.write(change.data)
        file.flush()
        if old:
            _keep_owner(file.fileno(), old)
        os.fsync(file.fileno())
        return _replaced(attempted, place, target, change)


def _folders(target: Path) -> list[Path]:
    """Where a temporary file may lie, best first; the model's folder itself only where nothing else will do."""
    model = target.parent.parent if target.parent.name == "configs" else target.parent
    repository = model.parent
    beside = repository.with_name(f"{repository.name}.trireme") if repository.name else repository
    device = target.parent.stat().st_dev
    outside = [folder for folder in (beside, repository.parent, repository) if folder.is_dir()]
    return [*(folder for folder in outside if folder.stat().st_dev == device), target.parent]


def _keep_owner(handle: int, old: os.stat_result) -> None:
    mode = stat.S_IMODE(old.st_mode)
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:
        # Only root may give a file away; the file then belongs to whoever saves it, as with any editor. What its
        # group may is not for another group.
        if os.fstat(handle).st_gid != old.st_gid:
            mode &= ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    os.fchmod(handle, mode)


def _replaced(attempted: str, made: Path, target: Path, change: _Change) -> Stamp:
    stamp = stamp_of(made.stat().st_mtime_ns, change.data)
    with locked(target.parent, change.patience) as folder:
        if change.expected is not None or not _linked(attempted, made, target):
            _unchanged(attempted, target, change.expected)
            made.rename(target)
        os.fsync(folder)
    return stamp


def _linked(attempted: str, made: Path, target: Path) -> bool:
    """Whether the file got its name by a link, which, unlike a rename, fails where the name was taken meanwhile."""
    try:
        target.hardlink_to(made)
    except FileExistsError as error:
        raise Conflict(attempted, "a file of that name exists already.") from error
    except OSError as error:
        # Some file systems know no hard links.
        if error.errno in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            return False
        raise
    return True
