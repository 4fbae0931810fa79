"""What the steps of a build share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OUTPUT = Path(os.environ.get("TRIREME_PACKAGE_FOLDER", ROOT))
DIST = _OUTPUT / "dist"
BUILD = _OUTPUT / "build"
FILES = ROOT / "packaging" / "linux"
LICENCES = ROOT / "packaging" / "licences"
COMMON_LICENCES = Path("/usr/share/common-licenses")
GLIBC = (2, 35)
"""The oldest glibc that the program and the embedded engine run on."""


class BuildError(Exception):
    """A build that cannot go on, and why."""


def version() -> str:
    """The version of `pyproject.toml`."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def commit_time() -> int:
    """The time of the commit, which every file of a build gets."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or run(["git", "log", "-1", "--format=%ct"]).strip())


def environment() -> dict[str, str]:
    """What makes tools build the same bytes again."""
    return os.environ | {
        "SOURCE_DATE_EPOCH": str(commit_time()),
        "PYTHONHASHSEED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def run(
    command: Sequence[str | Path], cwd: Path = ROOT, env: dict[str, str] | None = None, stdin: str | None = None
) -> str:
    """Runs a command to its end; its output, or a `BuildError` with the last lines of it."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            input=stdin,
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed") from error
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise BuildError(f"{' '.join(map(str, command[:4]))} … failed:\n{tail}")
    return done.stdout


def require_clean() -> None:
    """Raises where the tree has changes: what is built has to be a commit."""
    if changed := run(["git", "status", "--porcelain"]).strip():
        raise BuildError(f"the tree has changes (--dirty builds all the same):\n{changed}")


def fresh(folder: Path) -> Path:
    """An empty folder in place of what was there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def set_times(folder: Path) -> None:
    """Gives everything in a folder the time of the commit and plain permissions."""
    when = commit_time()
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)
    folder.chmod(0o755)
    os.utime(folder, (when, when))


def tree_bytes(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:.1f} MB"
