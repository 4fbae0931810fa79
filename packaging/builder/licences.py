"""The licence of everything that is shipped, as files and as one list for *About*: of what PyInstaller put together."""

from __future__ import annotations

import ast
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import qt
from common import BUILD, COMMON_LICENCES, LICENCES, ROOT, BuildError, run, version

_ASK = """
import importlib.metadata as metadata, json, platform, sys
from studio.licences import of_distribution
sources = set(json.load(sys.stdin))
found = []
for each in metadata.distributions():
    name = each.metadata["Name"]
    if name.lower() == "pyinstaller" or sources & {str(each.locate_file(file)) for file in each.files or ()}:
        part = of_distribution(each)
        found.append([name, part.version, part.licence, part.text() if part.files else ""])
print(json.dumps([platform.python_version(), sys.base_prefix, found]))
"""
_OURS = "trireme-studio"
_WITHIN = (("Phosphor", "MIT"),)
"""What the wheel of QtAwesome holds, and does not tell of: its text is in `packaging/licences/`."""
_QT = ("PySide6_Essentials", "shiboken6")
_QT_LICENCE = "LGPL-3.0-only"
_QT_TEXTS = ("LGPL-3", "GPL-3")
"""The first adds to the second, so both are its text."""
_STATED = re.compile(r"^Files: *\*\n(?:.+\n)*?License: *(\S.*)$", re.MULTILINE)
_NOT_OF_THE_WHOLE = {"libuuid1": "BSD-3-Clause"}
"""Libraries that are not under the licence of most of their package's source."""
_BOOTLOADER = "pyinstaller"
_BOOTLOADER_LICENCE = "GPL-2.0-or-later WITH Bootloader-exception"
Row = tuple[str, str, str, str]
"""Name, version, licence, text."""


def collect(program: Path) -> None:
    """A text file for each part of a program, and `licences.json` with name, version, licence and the file of each."""
    folder = program / "licences"
    folder.mkdir(parents=True)
    sources = _sources()
    answer = run([BUILD / "venv" / "bin" / "python", "-I", "-c", _ASK], stdin=json.dumps(sources))
    python, base, found = json.loads(answer)
    rows: list[Row] = [_of_wheel(*each) for each in found if each[0] != _OURS]
    rows += _of_python(python, Path(base))
    rows += _of_system(path for path in sources if path.startswith(("/lib/", "/usr/")))
    rows += [(name, "", licence, (LICENCES / f"{name}.txt").read_text("utf-8")) for name, licence in _WITHIN]
    rows += qt.parts(program)
    rows.append(("Trireme", version(), "Apache-2.0", (ROOT / "LICENSE").read_text("utf-8")))
    listed = []
    for name, number, licence, text in sorted(rows, key=lambda row: row[0].lower()):
        if not text:
            raise BuildError(f"{name} comes without the text of its licence, {licence}: find it, and name it here")
        (folder / f"{name}.txt").write_text(text, "utf-8")
        listed.append({"name": name, "version": number, "licence": licence, "text": f"{name}.txt"})
    (folder / "licences.json").write_text(json.dumps(listed, indent=1) + "\n", "utf-8")


def _sources() -> list[str]:
    """The files that the frozen program was put together of."""
    modules = {source for _, source, *_ in _rows("PYZ-00.toc")}
    internal = BUILD / "frozen" / "trireme" / "_internal"
    # What was taken away afterwards is not there.
    files = {source for name, source, *_ in _rows("COLLECT-00.toc") if (internal / name).exists()}
    return sorted(each for each in modules | files if each.startswith("/"))


def _rows(name: str) -> Iterator[tuple[str, str, str]]:
    """The rows of one of PyInstaller's tables: the name in the program, the file that it came from, its kind."""
    for part in ast.literal_eval((BUILD / "work" / "trireme" / name).read_text("utf-8")):
        if isinstance(part, list):
            yield from part


def _of_wheel(name: str, number: str, licence: str, text: str) -> Row:
    if name in _QT:
        return name, number, _QT_LICENCE, "\n\n".join((COMMON_LICENCES / each).read_text("utf-8") for each in _QT_TEXTS)
    if name == _BOOTLOADER:
        return "PyInstaller bootloader", number, _BOOTLOADER_LICENCE, text
    # Its text is in the head of its one module.
    if name == "nvidia-ml-py" and not text:
        text = _head(BUILD / "venv" / "lib")
    return name, number, licence, text


def _head(libraries: Path) -> str:
    """The comment that pynvml.py begins with."""
    path = next(libraries.glob("python3.*/site-packages/pynvml.py"))
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return "\n".join(lines).strip()


def _of_python(number: str, base: Path) -> list[Row]:
    """Python, which is shipped with the program and for the engine, and the wheels that its `ensurepip` holds."""
    library = base / "lib" / f"python{number.rpartition('.')[0]}"
    rows = [("Python", number, "PSF-2.0", (library / "LICENSE.txt").read_text("utf-8"))]
    for path in sorted((library / "ensurepip" / "_bundled").glob("*.whl")):
        name, version_, *_ = path.name.split("-")
        with zipfile.ZipFile(path) as wheel:
            inside = next(each for each in wheel.namelist() if re.search(r"\.dist-info/.*LICENSE", each))
            rows.append((name, version_, "MIT", wheel.read(inside).decode()))
    return rows


def _of_system(paths: Iterable[str]) -> list[Row]:
    """Libraries of the system, by the package that they are of."""
    rows = []
    for package in sorted({_owner(path) for path in paths}):
        name = package.partition(":")[0]
        text = Path("/usr/share/doc", name, "copyright").read_text("utf-8", "replace")
        stated = _STATED.search(text)
        licence = _NOT_OF_THE_WHOLE.get(name) or (stated[1] if stated else "see its text")
        number = run(["dpkg-query", "-W", "-f", "${Version}", package])
        rows.append((name, number, licence, text))
    return rows


def _owner(path: str) -> str:
    """The package of a file; packages name their files as they were before /lib became a link."""
    for name in (path, path.removeprefix("/usr"), f"/usr{path}"):
        try:
            return run(["dpkg-query", "-S", name]).partition(": ")[0]
        except BuildError:
            continue
    raise BuildError(f"no package has {path}, so nobody knows its licence")
