"""What Qt's libraries hold of others. Its wheels do not tell: `packaging/licences/qt.json` does, library by library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from common import COMMON_LICENCES, LICENCES, BuildError


class Part(NamedTuple):
    """Something of others in libraries of Qt."""

    name: str
    version: str
    licence: str
    text: str


def parts(program: Path) -> Iterator[Part]:
    """What the libraries and plugins that are shipped hold. Raises where nobody has looked at one of them."""
    told = json.loads((LICENCES / "qt.json").read_text("utf-8"))
    libraries = {path.name: path for path in sorted((program / "_internal" / "PySide6" / "Qt").rglob("*.so*"))}
    known = set(told["without"]).union(*(row["in"] for row in told["parts"]))
    if unknown := sorted(libraries.keys() - known):
        raise BuildError(
            f"{unknown[0]} of Qt may hold parts of others: find out, and write it into {LICENCES / 'qt.json'}"
        )
    for row in told["parts"]:
        if shipped := [libraries[name] for name in row["in"] if name in libraries]:
            version = _version(shipped[0], row["version"]) if "version" in row else ""
            yield Part(row["name"], version, row["licence"], _text(row["copyright"], row["texts"]))


def _version(library: Path, pattern: str) -> str:
    """What a library says of its version."""
    found = re.search(pattern.encode(), library.read_bytes())
    if not found:
        raise BuildError(f"{library.name} does not say its version as {LICENCES / 'qt.json'} expects")
    return found[1].decode()


def _text(copyrights: list[str], names: list[str]) -> str:
    files = (LICENCES / "texts" / f"{name}.txt" for name in names)
    texts = [(path if path.is_file() else COMMON_LICENCES / path.stem).read_text("utf-8") for path in files]
    return "\n\n".join(filter(None, ("\n".join(copyrights), *texts)))
