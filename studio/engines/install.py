"""Installs the embedded engine into an environment of its own, and says whether it is there."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from studio import disk
from studio.core.progress import Progress
from studio.core.serving.kinds import ON_DEMAND
from studio.engines import on_demand
from studio.engines.environment import server_environment
from studio.engines.failure import EngineError, NoRoomOrNetwork
from studio.engines.files import LAYOUT, VERSION, EngineFiles, Mark, read_mark, root, write_mark
from studio.engines.integrity import damaged
from studio.engines.pip import Cancelled, InstallCancelled, named, pip_install, run
from studio.engines.pythons import Python, find_python, has_library
from studio.locking import try_lock
from studio.resources import resource

_ATTEMPT = "Install the embedded engine"
_NEEDED_BYTES = 800_000_000
_FULL_BELOW = 4_000_000
_AGAIN = "Start the installation again: it goes on from what is there."


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Whether the embedded engine is there, and what it is.

    `problem` is why it cannot start, or, where `installed`, what it cannot do; empty where all is well.
    """

    installed: bool
    path: Path
    version: str = VERSION
    python: str = ""
    onnxruntime: str = ""
    problem: str = ""
    backends: tuple[str, ...] = ()
    """What was installed on demand."""


def info() -> EngineInfo:
    """What is installed, from its mark and files alone: cheap, starts nothing."""
    folder = root()
    if reason := unsuitable():
        return EngineInfo(False, folder, problem=reason)
    mark = read_mark(folder)
    if mark is None:
        half = (folder / "venv").exists()
        reason = "Its installation did not finish." if half else "It is not installed."
        return EngineInfo(False, folder, problem=reason)
    files = EngineFiles(folder, _minor(mark.python))
    if gone := files.missing():
        return EngineInfo(False, folder, python=mark.python, problem=f"Its file {gone} is gone.")
    if not has_library(files.minor, mark.library_dir):
        reason = (
            f"The library of its Python {files.minor} is gone: install libpython{files.minor}, or install it again."
        )
        return EngineInfo(False, folder, python=mark.python, problem=reason)
    if bad := next(damaged(files), None):
        return EngineInfo(False, folder, python=mark.python, problem=f"Its file {bad[1]} is damaged.")
    more = tuple(each.backend for each in files.stand_ins() if each.download)
    return EngineInfo(True, folder, VERSION, mark.python, mark.onnxruntime, mark.onnx_problem, more)


def check() -> tuple[Path, ...]:
    """The files of the installed engine that are not as they were installed, by their hashes: reads all of them."""
    files, _ = installed_files()
    return tuple(path for _, path in damaged(files, hashes=True))


def installed_files() -> tuple[EngineFiles, Mark]:
    """The engine that is installed; raises with what to do where it is not."""
    found = info()
    mark = read_mark(found.path)
    if not found.installed or mark is None:
        raise EngineError("Start the embedded engine", found.problem, "Install it: trireme engine install")
    return EngineFiles(found.path, _minor(mark.python)), mark


def unsuitable() -> str:
    """Why this machine cannot run the embedded engine; empty where it can."""
    system, machine = platform.system(), platform.machine()
    if (system, machine) != ("Linux", "x86_64"):
        return f"The embedded engine runs on Linux x86-64 only, and this is {system} {machine}."
    name, version = platform.libc_ver()
    if name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) < (2, 35):
        return f"The embedded engine needs glibc 2.35 or later, and this system has {version}."
    return ""


def install(progress: Progress, cancelled: Cancelled, backends: Sequence[str] = ()) -> EngineInfo:
    """Make the engine whole from whatever is there; does nothing where it is whole.

    `backends` are those that are wanted besides and installed on demand; the engine is whole without them.
    `progress` gets a fraction that never falls and a line for people. Raises `EngineError`; `InstallCancelled` within
    a fraction of a second once `cancelled()` is true.
    """
    if reason := unsuitable():
        raise EngineError(_ATTEMPT, reason, "Use the Docker engine, or attach to a server.")
    folder = root()
    try:
        # Where no Python serves, nothing is begun.
        python = None if _is_whole() else find_python()
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(folder, progress, cancelled):
            share = _shares(progress) if backends else lambda *_: progress
            if not _is_whole():
                _install_or_leave_nothing(folder, python or find_python(), share(0.0, 0.4), cancelled)
            for backend in backends:
                on_demand.install_backend(installed_files()[0], ON_DEMAND[backend], share(0.4, 0.99), cancelled)
    except OSError as error:
        raise EngineError(_ATTEMPT, f"{disk.reason(error)}: {error.filename or folder}.", _AGAIN) from error
    progress(1.0, f"Triton {VERSION} is installed")
    return info()


def _install_or_leave_nothing(folder: Path, python: Python, progress: Progress, cancelled: Cancelled) -> None:
    """Install it; where there is no room or no network, a new one leaves nothing, least of all on a full disk."""
    _check_space(folder)
    is_new = not (folder / "venv").exists()
    try:
        _install(folder, python, progress, cancelled)
    except InstallCancelled:
        raise
    except (OSError, EngineError) as error:
        # What makes the environment does not tell why it could not.
        is_full = shutil.disk_usage(folder).free < _FULL_BELOW
        if is_new and (is_full or isinstance(error, OSError | NoRoomOrNetwork)):
            shutil.rmtree(folder / "venv", ignore_errors=True)
            shutil.rmtree(folder / "backends", ignore_errors=True)
        if is_full and isinstance(error, EngineError):
            raise NoRoomOrNetwork(_ATTEMPT, f"the disk of {folder} is full.", "Make room there.") from error
        raise


def _is_whole() -> bool:
    found = info()
    return found.installed and not found.problem and not check()


def _install(folder: Path, python: Python, progress: Progress, cancelled: Cancelled) -> None:
    (folder / "engine.json").unlink(missing_ok=True)
    files = EngineFiles(folder, python.minor)
    _environment(files, python, progress, cancelled)
    share = _shares(progress)
    progress(0.08, "Looking for damaged files")
    bad = {package for package, _ in damaged(files, hashes=True)}
    on_demand.forget(files, bad)
    base = _requirements("server")
    pip_install(files.python, base, share(0.08, 0.62), cancelled, anew=not bad.isdisjoint(named(base)))
    problem = install_onnxruntime(files, bad, share(0.62, 0.92), cancelled)
    progress(0.93, "Laying out the backends")
    files.lay_out_backends()
    progress(0.95, "Starting the server once to see that it runs")
    onnxruntime = _verify(files, python, problem)
    version = ".".join(map(str, python.version))
    write_mark(folder, Mark(LAYOUT, VERSION, version, python.library_dir, onnxruntime, problem))


def _requirements(name: str) -> Path:
    """Names, versions and hashes of one part of the engine, which ship with the studio."""
    return resource("engine", f"{name}.txt")


def _environment(files: EngineFiles, python: Python, progress: Progress, cancelled: Cancelled) -> None:
    """The virtual environment with a pip that tells its progress; one of another Python, or damaged, is made anew."""
    venv = files.root / "venv"
    is_there = (files.site / "pip").is_dir() and files.python.exists()
    if not is_there or any(package == "pip" for package, _ in damaged(files, hashes=True)):
        shutil.rmtree(venv, ignore_errors=True)
        progress(0.01, f"Making an environment with Python {python.minor}")
        run(python.path, ["-I", "-m", "venv", str(venv)], lambda _: None, cancelled)
    for left in files.site.glob("~*"):
        # A pip that was killed leaves under such names what it was about to replace.
        shutil.rmtree(left, ignore_errors=True)
    pip_install(files.python, _requirements("pip"), _shares(progress)(0.04, 0.08), cancelled)


def install_onnxruntime(files: EngineFiles, bad: Container[str], progress: Progress, cancelled: Cancelled) -> str:
    """Install onnxruntime, anew where a package of it is `bad`; why that failed, since Python models do without it."""
    wanted = _requirements("onnxruntime")
    try:
        pip_install(files.python, wanted, progress, cancelled, anew=any(name in bad for name in named(wanted)))
    except InstallCancelled:
        raise
    except EngineError as error:
        return f"ONNX models cannot be served: onnxruntime was not installed ({error.reason})"
    return ""


def _verify(files: EngineFiles, python: Python, onnx_problem: str) -> str:
    """Run the server and import what models need; gives the version of onnxruntime."""
    if gone := files.missing():
        raise EngineError(_ATTEMPT, f"the file {gone} is missing after the installation.", _AGAIN)
    environment = server_environment(files, python.library_dir)
    _try([str(files.server), "--help"], environment, "the server")
    check_stub(files, environment)
    _try([str(files.python), "-I", "-c", "import numpy, PIL.Image"], environment, "the environment")
    if onnx_problem:
        return ""
    code = "import onnxruntime; print(onnxruntime.__version__)"
    return _try([str(files.python), "-I", "-c", code], environment, "onnxruntime").strip()


def check_stub(files: EngineFiles, environment: dict[str, str]) -> None:
    """The stub ends at once without arguments; what counts is that its libraries are found."""
    done = subprocess.run([files.stub], env=environment, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    words = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
    if "error while loading shared libraries" in words:
        raise EngineError(_ATTEMPT, f"Triton's Python backend does not run: {words}.", _AGAIN)


def _try(command: list[str], environment: dict[str, str], what: str) -> str:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(_ATTEMPT, f"{what} does not run: {error}.", _AGAIN) from error
    # `tritonserver --help` ends with 1 as well as 0, depending on its release; its text tells.
    if done.returncode and b"Usage: tritonserver" not in done.stdout + done.stderr:
        words = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise EngineError(_ATTEMPT, f"{what} does not run: {words[-1] if words else 'no word why'}", _AGAIN)
    return done.stdout.decode("utf-8", "replace")


def _check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        reason = f"it needs {_NEEDED_BYTES // 10**6} MB, and {folder} has {free // 10**6} MB free."
        raise EngineError(_ATTEMPT, reason, "Free some space, or name another folder in TRIREME_ENGINES.")


@contextmanager
def _only_one(folder: Path, progress: Progress, cancelled: Cancelled) -> Iterator[None]:
    """Hold the engine's folder: a second studio waits until the first has installed."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not try_lock(descriptor):
            progress(0.0, "Another Trireme is installing it; waiting")
            if cancelled():
                raise InstallCancelled
            time.sleep(0.2)
        yield
    finally:
        os.close(descriptor)


def _shares(progress: Progress) -> Callable[[float, float], Progress]:
    """Progress over a part of the whole."""

    def share(start: float, end: float) -> Progress:
        return lambda fraction, text: progress(start + (end - start) * fraction, text)

    return share


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
