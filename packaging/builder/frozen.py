"""The program frozen by PyInstaller and stripped; and what holds it against the oldest system that is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from common import BUILD, GLIBC, ROOT, BuildError, environment, fresh, run

_STRIPPED = ("libpython", "_ml_dtypes_ext", "rapidjson", "cygrpc", "_imaging")
"""What is shipped with its symbols and works without; numpy's libraries break when they are stripped."""
_NEEDED = re.compile(r"NEEDED\s+(\S+)")
_LOOKED_AT = re.compile(r"(?:RPATH|RUNPATH)\s+(\S+)")
_SYMBOL = re.compile(r"GLIBC_(\d+)\.(\d+)")
_TOO_NEW = "needs glibc {}.{}, and {}.{} is promised"


def build() -> Path:
    """Freezes the wheel that was built; the folder with the program."""
    python = _environment()
    target = fresh(BUILD / "frozen")
    spec = ROOT / "packaging" / "freeze" / "trireme.spec"
    run(
        [
            python,
            "-m",
            "PyInstaller",
            "-y",
            "--log-level",
            "WARN",
            "--distpath",
            target,
            "--workpath",
            BUILD / "work",
            spec,
        ],
        env=environment(),
    )
    program = target / "trireme"
    _drop_unneeded(program / "_internal")
    for path in _libraries(program):
        if any(part in path.name for part in _STRIPPED):
            run(["strip", "--strip-unneeded", path])
        _look_here_alone(path)
    return program


def _environment() -> Path:
    """An environment with the window's part, PyInstaller, and nothing for tests; the path of its Python."""
    venv = BUILD / "venv"
    python = venv / "bin" / "python"
    stamp = venv / ".prepared"
    wanted = "".join((ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "packaging/constraints.txt"))
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        fresh(venv)
        run([ROOT / ".venv" / "bin" / "python", "-m", "venv", venv])
        _pip(python, ".[gui]", "pyinstaller", "hatchling", "editables")
        stamp.write_text(wanted, "utf-8")
    # The studio itself is taken from the tree; its metadata come from the installation.
    _pip(python, "--no-deps", "--no-build-isolation", "--force-reinstall", ".")
    return python


def _pip(python: Path, *what: str) -> None:
    pins = ROOT / "packaging" / "constraints.txt"
    run([python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--constraint", pins, *what])


def _libraries(program: Path) -> Iterator[Path]:
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or path.name in ("trireme", "python3.11")):
            yield path


def _drop_unneeded(internal: Path) -> None:
    """Takes away shared libraries that came for a plugin that is left out, and that nothing else needs."""
    files = {path.name: path for path in _libraries(internal)}
    shared = {name for name, path in files.items() if name.startswith("lib") and path.parent in _shared(internal)}
    todo = [name for name in files if name not in shared or name.startswith("libpython")]
    needed = set(todo)
    while todo:
        found = set(_NEEDED.findall(run(["objdump", "-p", files[todo.pop()]]))) & files.keys() - needed
        needed |= found
        todo += found
    for name in shared - needed:
        files[name].unlink()
    for link in [path for path in internal.rglob("*") if path.is_symlink() and not path.exists()]:
        link.unlink()


def _shared(internal: Path) -> tuple[Path, ...]:
    """Where PyInstaller puts libraries that others link to."""
    return internal, internal / "PySide6" / "Qt" / "lib"


def _look_here_alone(path: Path) -> None:
    """Takes the folders of this machine out of where a library looks for others: somebody may write there elsewhere."""
    found = _LOOKED_AT.findall(run(["objdump", "-p", path]))
    if any(not each.startswith("$ORIGIN") for paths in found for each in paths.split(":")):
        run(["patchelf", "--set-rpath", "$ORIGIN", path])


def check_floor(program: Path) -> None:
    """Raises where a library needs a later glibc than the program promises to run on."""
    late = {}
    for path in _libraries(program):
        needed = max(
            ((int(major), int(minor)) for major, minor in _SYMBOL.findall(run(["objdump", "-T", path]))), default=(0, 0)
        )
        if needed > GLIBC:
            late[path.name] = needed
    if late:
        said = ", ".join(f"{name} {_TOO_NEW.format(*needed, *GLIBC)}" for name, needed in sorted(late.items()))
        raise BuildError(said)
