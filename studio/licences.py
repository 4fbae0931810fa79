"""The licences of what the studio is made of: as a list that came with the frozen program, else as pip installed it."""

from __future__ import annotations

import importlib.metadata as metadata
import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_OURS = "trireme-studio"
_PARTS = frozenset({"gui"})
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([\w.,\s-]*)\])?[^;]*;?(.*)")
_EXTRA = re.compile(r"extra\s*==\s*[\"']([\w.-]+)[\"']")
_TEXTS = ("LICEN", "COPYING", "NOTICE", "AUTHORS")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Part:
    """One library: its licence by name, and the files with its text."""

    name: str
    version: str
    licence: str
    files: tuple[Path, ...] = ()

    def text(self) -> str:
        """The text of its licence, each file under its name; a sentence where none came with it. Reads the disk."""
        if not self.files:
            return f"{self.name} came without the text of its licence: {self.licence}."
        if len(self.files) == 1:
            return _read(self.files[0])
        titled = ((path.name, _read(path)) for path in self.files)
        return "\n\n".join(f"{title}\n{'=' * len(title)}\n\n{text}" for title, text in titled)


def parts() -> tuple[Part, ...]:
    """What the studio that runs is made of, by name. Reads the disk."""
    if getattr(sys, "frozen", False):
        return shipped(Path(sys.executable).parent / "licences")
    python = Part("Python", platform.python_version(), "PSF-2.0", _of_python())
    return tuple(sorted((*installed(), python), key=_by_name))


def shipped(folder: Path) -> tuple[Part, ...]:
    """What `licences.json` in a folder lists; nothing where it cannot be read."""
    try:
        rows = json.loads((folder / "licences.json").read_text("utf-8"))
        found = [Part(row["name"], row["version"], row["licence"], _beside(folder, row["text"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(sorted(found, key=_by_name))


def installed(name: str = _OURS, extras: Iterable[str] = _PARTS) -> Iterator[Part]:
    """A distribution with all that it needs, as far as it is there."""
    todo = [(name, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    told: set[str] = set()
    while todo:
        if (wanted := todo.pop()) in seen:
            continue
        seen.add(wanted)
        try:
            found = metadata.distribution(wanted[0])
        except metadata.PackageNotFoundError:
            continue
        todo += _needed(found, wanted[1])
        if (plain := _plain(wanted[0])) not in told:
            told.add(plain)
            yield of_distribution(found)


def of_distribution(found: metadata.Distribution) -> Part:
    """What the metadata of an installed distribution say of its licence."""
    told = found.metadata
    classifiers = [each.split(" :: ")[-1] for each in told.get_all("Classifier") or () if each.startswith("License")]
    stated = (told.get_all("License-Expression") or []) + (told.get_all("License") or [])
    first = next((line for each in stated for line in str(each).strip().splitlines()), "")
    short = first if first and len(first) <= _LONGEST else ", ".join(classifiers) or first[:_LONGEST]
    files = sorted(each for each in found.files or () if _is_text(str(each)))
    paths = tuple(Path(str(found.locate_file(each))) for each in files)
    return Part(str(told["Name"]), found.version, short or "see its text", paths)


def _needed(found: metadata.Distribution, asked: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What a distribution requires, but for extras that nobody asked for."""
    for line in found.requires or ():
        match = _REQUIREMENT.match(line)
        if match and (not (only := set(_EXTRA.findall(match[3]))) or only & asked):
            yield match[1], frozenset(each.strip() for each in (match[2] or "").split(",") if each.strip())


def _is_text(path: str) -> bool:
    """Whether a file of a distribution is about its licence."""
    folder, _, name = path.rpartition("/")
    return ".dist-info" in folder and any(word in name.upper() for word in _TEXTS)


def _of_python() -> tuple[Path, ...]:
    library = Path(json.__file__).parents[1]
    return tuple(path for path in (library / "LICENSE.txt",) if path.is_file())


def _beside(folder: Path, name: str) -> tuple[Path, ...]:
    return (folder / name,) if name else ()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _by_name(part: Part) -> str:
    return part.name.lower()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip("\n").rstrip()
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}."
