"""The licence of everything that is shipped, as files and as one list for *About*."""

from __future__ import annotations

import json
from pathlib import Path

from common import BUILD, ROOT, run

_ASK = """
import importlib.metadata as metadata, json
found = []
for each in metadata.distributions():
    name = each.metadata["Name"]
    texts = {str(file).split("/")[-1]: file.read_text() for file in each.files or ()
             if ".dist-info/" in str(file) and any(w in str(file).upper() for w in ("LICEN", "COPYING", "NOTICE"))}
    licence = each.metadata.get("License-Expression") or each.metadata.get("License") or ""
    classifiers = [c.split(" :: ")[-1] for c in each.metadata.get_all("Classifier") or () if c.startswith("License")]
    found.append([name, each.version, licence.splitlines()[0][:80] if licence else ", ".join(classifiers), texts])
print(json.dumps(found))
"""
_NOT_SHIPPED = {
    *("altgraph", "pyinstaller", "pyinstaller-hooks-contrib", "hatchling", "editables", "pathspec", "pluggy", "pip"),
    *("trove-classifiers", "setuptools", "cuda-python", "cuda-bindings", "cuda-core", "cuda-pathfinder", "aiohttp"),
    *("perf_analyzer", "perf-analyzer", "gevent", "geventhttpclient", "brotli", "greenlet"),
}
_QT = "LGPL-3.0-only"


def collect(folder: Path) -> None:
    """A text file for each library with a licence text, and `licences.json` with names, versions and licences."""
    folder.mkdir(parents=True)
    found = json.loads(run([BUILD / "venv" / "bin" / "python", "-I", "-c", _ASK]))
    rows = []
    for name, version, licence, texts in sorted(found, key=lambda each: str(each[0]).lower()):
        if name.lower() in _NOT_SHIPPED:
            continue
        rows.append({"name": name, "version": version, "licence": licence or _known(name)})
        if texts:
            whole = "\n\n".join(f"{file}\n{'=' * len(file)}\n\n{text}" for file, text in sorted(texts.items()))
            (folder / f"{name}.txt").write_text(whole, "utf-8")
    rows.append({"name": "Python", "version": _python(), "licence": "PSF-2.0"})
    rows.append({"name": "Qt", "version": next(r["version"] for r in rows if "PySide6" in r["name"]), "licence": _QT})
    (folder / "licences.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    (folder / "Trireme.txt").write_bytes((ROOT / "LICENSE").read_bytes())


def _known(name: str) -> str:
    return _QT if name.lower().startswith(("pyside6", "shiboken6")) else "see its text"


def _python() -> str:
    return run(
        [BUILD / "venv" / "bin" / "python", "-I", "-c", "import platform; print(platform.python_version())"]
    ).strip()
