"""Renews the hashes of what the embedded engine is installed from, in `resources/engine/*.txt`.

    python packaging/builder/engine_hashes.py            write the hashes of the versions that the files name
    python packaging/builder/engine_hashes.py --check    only say what would change; exit code 1 where something would

Names, versions and markers are a person's to edit. For each of them pip is asked which file it would take for each
Python that the engine may be built on; nothing is installed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from common import ROOT, BuildError, run
from packaging.markers import Marker

_FOLDER = ROOT / "resources" / "engine"
_MINORS = (8, 9, 10, 11, 12)
_PLATFORMS = (
    *(f"manylinux_2_{minor}_x86_64" for minor in (35, 34, 31, 28, 27, 26, 24, 17, 12, 5)),
    *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"),
)
"""What a system with the engine's own glibc, 2.35, takes, as far as wheels are made for it."""
_ENTRY = re.compile(r"([\w.-]+)==([\w.]+)(?: ; (.+?))?(?: +--hash=.*)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a package, and for which Pythons."""

    name: str
    version: str
    marker: str

    @property
    def pythons(self) -> tuple[str, ...]:
        """The Pythons that take this version."""
        versions = [f"3.{minor}" for minor in _MINORS]
        marker = Marker(self.marker) if self.marker else None
        return tuple(each for each in versions if marker is None or marker.evaluate({"python_version": each}))

    def text(self, hashes: Iterable[str]) -> str:
        """The entry as it stands in the file."""
        head = f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")
        return " \\\n".join([head, *(f"    --hash=sha256:{each}" for each in sorted(hashes))]) + "\n"


Hashes = dict[Entry, set[str]]


def main() -> int:
    """Renews or checks every file; the exit code."""
    options = _options()
    texts = {path: path.read_text("utf-8") for path in sorted(options.folder.glob("*.txt"))}
    try:
        entries = {entry for text in texts.values() for entry in _entries(text)}
        hashes = _hashes(entries, options.find_links)
    except BuildError as error:
        print(f"engine_hashes: {error}", file=sys.stderr)
        return 1
    changed = [path for path, text in texts.items() if _renew(path, text, hashes, write=not options.check)]
    return 1 if changed and options.check else 0


def _renew(path: Path, before: str, hashes: Hashes, *, write: bool) -> bool:
    """Tells whether a file differs from what it should be, and writes it."""
    after = "".join(_renewed(before, hashes))
    print(f"{path.name}: {'unchanged' if after == before else 'renewed' if write else 'differs'}")
    _show(before, after)
    if write and after != before:
        path.write_text(after, "utf-8")
    return after != before


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="engine_hashes", description="Renews the hashes of the embedded engine.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where a file differs")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where the files are (resources/engine)")
    parser.add_argument("--find-links", type=Path, help="a folder with wheels, in place of the index")
    return parser.parse_args()


def _entries(text: str) -> Iterator[Entry]:
    """What a file names."""
    for line in text.replace("\\\n", "").splitlines():
        match = _ENTRY.fullmatch(line.strip())
        if match is not None:
            yield Entry(match[1], match[2], match[3] or "")
        elif line.strip() and not line.startswith("#"):
            raise BuildError(f"what is “{line}”? A line is NAME==VERSION or NAME==VERSION ; MARKER")


def _renewed(text: str, hashes: Hashes) -> Iterator[str]:
    """The pieces of the file with the hashes of now; comments stay where they are."""
    for line in text.replace("\\\n", "").splitlines():
        found = next(_entries(line), None)
        yield found.text(hashes[found]) if found else line + "\n"


def _hashes(entries: Iterable[Entry], wheels: Path | None) -> Hashes:
    """The hashes of the wheels that pip would install, over all Pythons."""
    found: Hashes = {entry: set() for entry in entries}
    for python in (f"3.{minor}" for minor in _MINORS):
        wanted = [entry for entry in found if python in entry.pythons]
        told = _asked(wanted, python, wheels) if wanted else {}
        for entry in wanted:
            found[entry].add(told[_plain(entry.name)])
    return found


def _asked(entries: Sequence[Entry], python: str, wheels: Path | None) -> dict[str, str]:
    """The hash of the wheel of each package that pip would install for a Python."""
    where = ["--no-index", "--find-links", str(wheels)] if wheels else []
    platforms = [word for each in _PLATFORMS for word in ("--platform", each)]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--no-deps", "--only-binary", ":all:", "--python-version", python]
    command += ["--implementation", "cp", "--target", "unused", "--report", "-"]
    told = run([*command, *platforms, *where, *sorted(f"{entry.name}=={entry.version}" for entry in entries)])
    rows = json.loads(told[told.index("{") :])["install"]
    return {_plain(row["metadata"]["name"]): row["download_info"]["archive_info"]["hashes"]["sha256"] for row in rows}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _show(before: str, after: str) -> None:
    """Tells which lines come and go."""
    old, new = before.splitlines(), after.splitlines()
    for line in (each for each in old if each not in new):
        print(f"  - {line.strip()}")
    for line in (each for each in new if each not in old):
        print(f"  + {line.strip()}")


if __name__ == "__main__":
    raise SystemExit(main())
