"""Files that stand for others which a version control system keeps apart: pointers of Git LFS, git-annex and DVC."""

from __future__ import annotations

from collections.abc import Iterable

LARGEST = 1024
"""Bytes; the specification of Git LFS asks for less."""
_LFS = b"version https://git-lfs.github.com/spec/"
_ANNEX = (b"/annex/objects/", b"../.git/annex/objects/")
DVC_SUFFIX = ".dvc"

GIT_LFS, ANNEX, DVC = "Git LFS", "git-annex", "DVC"
FETCHING = {GIT_LFS: "git lfs pull", ANNEX: "git annex get", DVC: "dvc pull"}
"""How the files that pointers stand for are fetched."""


def keeper(start: bytes) -> str:
    """Who keeps the file that a pointer stands for, by its first bytes; "" for a file that is none."""
    if start.startswith(_LFS):
        return GIT_LFS
    return ANNEX if start.startswith(_ANNEX) else ""


def kept_by_dvc(name: str, beside: Iterable[str]) -> bool:
    """Whether DVC keeps a file or folder, by the names of what lies where it would."""
    return f"{name}{DVC_SUFFIX}" in beside
