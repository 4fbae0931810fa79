"""A small Python for the embedded engine, beside the frozen program: not every system has one that fits.

It shares `libpython` and its extension modules with the frozen program. Its library is one archive, but for what is
needed before archives can be read.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from common import ROOT, BuildError, commit_time, run

_ASK = """
import json, sys, sysconfig
library = sysconfig.get_config_var("LIBDIR")
print(json.dumps([sys.version_info[1], sys.base_prefix, sysconfig.get_path("stdlib"), library]))
"""
_BEFORE_ARCHIVES = ("os.py", "encodings", "codecs.py", "io.py", "abc.py", "zipimport.py", "collections/abc.py")
_LEFT_OUT = {
    *("test", "tests", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3", "pydoc_data", "__pycache__"),
    *("site-packages", "dist-packages", "lib-dynload", "sqlite3", "curses", "dbm", "distutils"),
}
_LIBRARIES = "$ORIGIN/../..:$ORIGIN/../../../../_internal"
"""Where a module of the frozen program finds the libraries that are shipped, by its own name and by that of a link to
it: the program's loader tells it, the engine's Python has nobody who does."""
_LEFT_OUT_MODULES = (
    *("_test", "_ctypes_test", "_xx", "xxlimited", "_tkinter", "_sqlite3", "_curses", "_dbm", "_gdbm", "readline"),
    *("nis", "ossaudiodev"),
)


def lay_out(home: Path) -> None:
    """Puts `python/` into the program's folder."""
    answer = run([ROOT / ".venv" / "bin" / "python", "-I", "-c", _ASK])
    minor, base, stdlib, libraries = json.loads(answer)
    name = f"python3.{minor}"
    target = home / "python"
    library = target / "lib" / name
    library.mkdir(parents=True)
    _program(Path(base) / "bin" / name, target / "bin", name)
    _shared(home, target / "lib", f"libpython3.{minor}.so.1.0", Path(libraries))
    _modules(home, Path(stdlib) / "lib-dynload", library / "lib-dynload", name)
    for part in _BEFORE_ARCHIVES:
        _copy(Path(stdlib) / part, library / part)
    _archive(Path(stdlib), target / "lib" / f"python3{minor}.zip")


def _program(source: Path, folder: Path, name: str) -> None:
    if not source.is_file():
        raise BuildError(f"there is no {source} to ship for the engine")
    folder.mkdir(parents=True)
    shutil.copyfile(source.resolve(), folder / name)
    (folder / name).chmod(0o755)
    run(["strip", "--strip-unneeded", folder / name])
    run(["patchelf", "--set-rpath", "$ORIGIN/../lib", folder / name])
    (folder / "python3").symlink_to(name)


def _shared(home: Path, folder: Path, name: str, libraries: Path) -> None:
    ours = home / "_internal" / name
    if ours.is_file():
        (folder / name).symlink_to(Path("../../_internal") / name)
        return
    shutil.copyfile(libraries / name, folder / name)


def _modules(home: Path, source: Path, target: Path, name: str) -> None:
    """Extension modules: links to those of the frozen program, and what it does not have."""
    target.mkdir(parents=True)
    for path in sorted(source.glob("*.so")):
        if path.name.startswith(_LEFT_OUT_MODULES):
            continue
        if (home / "_internal" / name / "lib-dynload" / path.name).is_file():
            (target / path.name).symlink_to(Path("../../../../_internal") / name / "lib-dynload" / path.name)
        else:
            shutil.copyfile(path, target / path.name)
            run(["strip", "--strip-unneeded", target / path.name])
        run(["patchelf", "--set-rpath", _LIBRARIES, (target / path.name).resolve()])


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _archive(stdlib: Path, target: Path) -> None:
    when = max(commit_time(), 315_532_800)
    stamp = run(["date", "-u", "-d", f"@{when}", "+%Y %m %d %H %M %S"]).split()
    date = (int(stamp[0]), int(stamp[1]), int(stamp[2]), int(stamp[3]), int(stamp[4]), int(stamp[5]))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(stdlib.rglob("*")):
            inside = path.relative_to(stdlib)
            if path.is_dir() or _LEFT_OUT & set(inside.parts) or path.suffix in (".so", ".a", ".o", ".pyc", ".exe"):
                continue
            if str(inside).startswith(("encodings/", "config-")):
                continue
            info = zipfile.ZipInfo(str(inside), date)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes(), compresslevel=9)
