"""Finds a Python that the embedded engine can be built on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.engines.failure import EngineError
from studio.environment import tool_environment

MINORS = (12, 11, 10, 9, 8)
"""Minor versions of Python 3 for which Triton's stub and numpy below 2 both exist, newest first."""

_PATIENCE = 90.0
"""A busy machine takes long to start one; whoever gives up early says that there is none."""

# Prints what matters of one Python. `-I` keeps the person's PYTHON* settings and site folder out of it.
_PROBE = """
import json, os, sys, sysconfig
name = "libpython3.%d.so.1.0" % sys.version_info[1]
var = sysconfig.get_config_var
# The first is right also where a Python was moved after it was built.
built = var("LIBDIR") or ""
folders = [os.path.join(sys.base_prefix, "lib"), built, os.path.join(built, var("MULTIARCH") or "")]
library = next((f for f in folders if f and os.path.exists(os.path.join(f, name))), "")
try:
    import ensurepip, venv
    pip = True
except ImportError:
    pip = False
own = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps([list(sys.version_info[:3]), os.path.realpath(own), library, pip]))
"""


@dataclass(frozen=True, slots=True)
class Python:
    """One Python: its library's folder is empty where the system's loader finds that library by itself."""

    path: Path
    version: tuple[int, int, int]
    library_dir: str
    has_library: bool
    has_pip: bool

    @property
    def minor(self) -> str:
        """Its version as Triton's stubs name it: "3.11"."""
        return f"{self.version[0]}.{self.version[1]}"

    @property
    def library(self) -> str:
        """The file name of its shared library."""
        return f"libpython{self.minor}.so.1.0"

    @property
    def lack(self) -> str:
        """The Debian package that is missing before this Python serves; empty where it serves."""
        if not self.has_library:
            return f"libpython{self.minor}"
        return "" if self.has_pip else f"python{self.minor}-venv"


def probe(path: Path) -> Python | None:
    """What a Python interpreter is; None where it does not run or its version cannot serve."""
    try:
        answer = subprocess.run(
            [path, "-I", "-c", _PROBE],
            env=tool_environment(),
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        version, own, library, pip = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if version[0] != 3 or version[1] not in MINORS:
        return None
    # Asking that Python to load its library would tell nothing: it has it loaded already.
    name = f"libpython3.{version[1]}.so.1.0"
    return Python(
        path=Path(own),
        version=(version[0], version[1], version[2]),
        library_dir=library,
        has_library=bool(library) or _loader_knows(name),
        has_pip=pip,
    )


def has_library(minor: str, library_dir: str) -> bool:
    """Whether the shared library of a Python that was found once is still there; an upgrade may take it away."""
    name = f"libpython{minor}.so.1.0"
    usual = (library_dir, "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/lib")
    return any(folder and Path(folder, name).exists() for folder in usual) or _loader_knows(name)


def _loader_knows(name: str) -> bool:
    """Whether the system's loader finds a library by itself."""
    program = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if program is None:
        return False
    listed = subprocess.run(
        [program, "-p"], env=tool_environment(), capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    return f"{name} ".encode() in listed.stdout


def candidates() -> Iterator[Path]:
    """Interpreters to try: the studio's own or what came with it, those on PATH, of pyenv, of uv, and the system's."""
    own = Path(sys.executable)
    # The frozen program is no interpreter; it brings a small one for this.
    yield own.parent / "python" / "bin" / "python3" if getattr(sys, "frozen", False) else own
    for minor in MINORS:
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
        for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"):
            yield Path(folder, f"python3.{minor}")
    for root in _managed():
        yield from sorted(root.glob("*/bin/python3"), reverse=True)


def _managed() -> tuple[Path, ...]:
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return pyenv / "versions", data / "uv" / "python", home / "miniconda3" / "envs", home / "anaconda3" / "envs"


def find_python() -> Python:
    """The first Python that serves; raises an error that names what to install where none does."""
    near: Python | None = None
    seen: set[Path] = set()
    for path in candidates():
        if not path.exists() or path in seen:
            continue
        seen.add(path)
        python = probe(path)
        if python and not python.lack:
            return python
        near = near or python
    raise _none_serves(near)


def _none_serves(near: Python | None) -> EngineError:
    attempted = "Install the embedded engine"
    if near is None:
        return EngineError(
            attempted,
            "it needs a Python from 3.8 to 3.12, and none was found.",
            "Install one with its shared library, for example Debian's python3.11-venv and libpython3.11.",
        )
    what = "its shared library" if not near.has_library else "its venv and ensurepip modules"
    return EngineError(
        attempted,
        f"Python {near.minor} at {near.path} lacks {what}.",
        f"Install it, for example: sudo apt install {near.lack}",
    )
