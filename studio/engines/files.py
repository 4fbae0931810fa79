"""Where things are inside an embedded engine, and the mark that says it is whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from studio import temporary
from studio.core.serving.kinds import STAND_INS, StandIn
from studio.paths import engines_dir
from studio.resources import resource

VERSION = "2.51.0"
"""The release of Triton that `nvidia-pytriton` 0.7.0 carries."""
LAYOUT = 1
"""Raised when an engine that an older studio installed would no longer do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an installation wrote last: it is whole. `onnx_problem` says why ONNX models cannot be served."""

    layout: int
    version: str
    python: str
    library_dir: str
    onnxruntime: str
    onnx_problem: str


@dataclass(frozen=True, slots=True)
class EngineFiles:
    """The folder of one embedded engine, built on Python `minor` ("3.11")."""

    root: Path
    minor: str

    @property
    def python(self) -> Path:
        return self.root / "venv" / "bin" / "python"

    @property
    def site(self) -> Path:
        return self.root / "venv" / "lib" / f"python{self.minor}" / "site-packages"

    @property
    def triton(self) -> Path:
        return self.site / "pytriton" / "tritonserver"

    @property
    def server(self) -> Path:
        return self.triton / "bin" / "tritonserver"

    @property
    def stub(self) -> Path:
        return self.triton / "python_backend_stubs" / self.minor / "triton_python_backend_stub"

    @property
    def caches(self) -> Path:
        return self.triton / "caches"

    @property
    def libraries(self) -> Path:
        return self.site / "nvidia_pytriton.libs"

    @property
    def backends(self) -> Path:
        return self.root / "backends"

    def missing(self) -> Path | None:
        """The first file that an engine cannot do without and that is not there."""
        # The backends' folder is laid out anew at every start.
        needed = (self.python, self.server, self.libraries, self.stub, self.triton / "backends" / "python")
        return next((path for path in needed if not path.exists()), None)

    def lay_out_backends(self) -> None:
        """Bring Triton's Python backend and the stub of this Python together, and copy our own backends."""
        python = self.backends / "python"
        python.mkdir(parents=True, exist_ok=True)
        for source in (self.triton / "backends" / "python").iterdir():
            if source.is_file():
                _put(source, python / source.name)
        _put(self.stub, python / self.stub.name)
        # The stub ignores PYTHON* variables, and would leave `__pycache__` in a model's version folder.
        quiet = self.site / "trireme_leaves_repositories_alone.pth"
        _copy(resource("engine", "site", "trireme_prints.py"), self.site)
        quiet.write_text("import sys; sys.dont_write_bytecode = True\nimport trireme_prints\n", "utf-8")
        for each in self.stand_ins():
            self._refresh(each.backend)

    def stand_ins(self) -> tuple[StandIn, ...]:
        """The backends of ours that can run: those that come with the engine, and what was installed on demand."""
        return tuple(each for each in STAND_INS if not each.download or self._has(each.package))

    def _has(self, package: str) -> bool:
        """Whether pip has finished with a package: it writes this last."""
        return next(self.site.glob(f"{package}-*.dist-info/RECORD"), None) is not None

    def _refresh(self, backend: str) -> None:
        """Bring a backend up to the studio's own copy: an engine outlives a studio's version."""
        folder = self.backends / backend
        folder.mkdir(parents=True, exist_ok=True)
        temporary.sweep(folder)
        own = (*resource("backends", backend).glob("*.py"), *resource("backends", "common").glob("*.py"))
        for ours in sorted(own):
            _copy(ours, folder)


def root() -> Path:
    """The folder of the embedded engine, whether it is there or not."""
    return engines_dir() / f"embedded-{VERSION}"


def read_mark(folder: Path) -> Mark | None:
    """The mark of a whole installation; None where there is none, or one of another layout."""
    try:
        mark = Mark(**json.loads((folder / "engine.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return mark if mark.layout == LAYOUT else None


def write_mark(folder: Path, mark: Mark) -> None:
    """Say that an installation is whole, in one step."""
    temporary.sweep(folder)
    with temporary.file(folder) as (file, made):
        file.write(f"{json.dumps(asdict(mark), indent=2)}\n".encode())
        file.flush()
        made.replace(folder / "engine.json")


def _put(source: Path, target: Path) -> None:
    """A second name for a file. Never a symbolic link: the server refuses a library that leads out of its folder."""
    if not target.is_symlink() and target.exists() and target.samefile(source):
        return
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def _copy(ours: Path, folder: Path) -> None:
    """Bring a file up to the studio's own, in one step."""
    theirs = folder / ours.name
    if theirs.is_file() and theirs.read_bytes() == ours.read_bytes():
        return
    with temporary.file(folder) as (file, made):
        file.write(ours.read_bytes())
        file.flush()
        made.replace(theirs)
