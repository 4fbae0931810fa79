"""The disk: what it refuses, in words for a person, and waiting until something is safe on it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your disk quota is used up",
    errno.EFBIG: "the file would be larger than this system allows",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error: it may be failing, or was taken out",
    errno.EACCES: "you have no permission for it",
    errno.EPERM: "you have no permission for it",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENOTDIR: "it is not a folder",
    errno.ENOENT: "there is no such file or folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a symbolic link that leads back to itself",
    errno.ESTALE: "the network disk has lost it",
    errno.EAGAIN: "another Trireme holds it and does not let go",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
}
_REMEDIES = {
    errno.ENOSPC: "Make room and try again.",
    errno.EDQUOT: "Make room and try again.",
    errno.EROFS: "Choose a place that can be written.",
    errno.EIO: "Look at the disk before anything else.",
    errno.EACCES: "Check the permissions of the folder.",
    errno.EPERM: "Check the permissions of the folder.",
    errno.EAGAIN: "If that one hangs or was stopped, let it go on or end it.",
}


def reason(error: OSError) -> str:
    """Why the system refused, in words without a full stop."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def remedy(error: OSError, usual: str = "") -> str:
    """What a person can do about it; `usual` where nothing special is known."""
    return _REMEDIES.get(error.errno or 0, usual)


def is_folder(path: Path) -> bool:
    """Whether a folder is there, by a link or not. False where the system does not say: Path.is_dir raises then."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: Path) -> bool:
    """Whether a plain file is there, by a link or not. False where the system does not say."""
    return os.path.isfile(path)  # noqa: PTH113


def is_there(path: Path) -> bool:
    """Whether anything is there, a link that leads nowhere too. False where the system does not say."""
    return os.path.lexists(path)


def is_full(error: OSError) -> bool:
    """Whether there is no room left, for anybody or for this person."""
    return error.errno in _FULL


def sync(path: Path) -> None:
    """Waits until a file's bytes, or the names in a folder, are safe on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unwritable(path: Path) -> OSError | None:
    """Why this process may not write what is there; None where it may. `os.access` alone does not say why."""
    if os.access(path, os.W_OK):
        return None
    is_read_only = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    number = errno.EROFS if is_read_only else errno.EACCES
    return OSError(number, os.strerror(number), str(path))
