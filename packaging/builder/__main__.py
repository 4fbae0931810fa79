"""`make package`: builds what people install, into `dist/`, and prints sizes and times.

    wheel, sdist                               for pip and pipx
    trireme_<version>_amd64.deb                for Debian 12, Ubuntu 22.04 and later
    trireme-<version>-linux-x86_64.run         for other distributions and for people without root
    SHA256SUMS                                 of all four: two builds of one commit have the same

`--dirty` builds from a tree that has changes. TRIREME_PACKAGE_FOLDER names another folder for `build/` and `dist/`.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import deb
import frozen
import measure
import selfextracting
import stage
import wheels
from common import BUILD, DIST, ROOT, BuildError, fresh, megabytes, require_clean, tree_bytes, version

_T = TypeVar("_T")


def main() -> int:
    """Builds everything; the exit code."""
    options = _options()
    try:
        if not options.dirty:
            require_clean()
        _build(options.only)
    except BuildError as error:
        print(f"package: {error}")
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="package", description="Builds what people install.")
    parser.add_argument("--dirty", action="store_true", help="build from a tree with changes, too")
    parser.add_argument("--only", choices=("wheels", "desktop", "frozen", "packages"), help="stop after this")
    return parser.parse_args()


def _build(only: str | None) -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    if only == "desktop":
        stage.desktop_files(fresh(BUILD / "desktop"))
        return
    fresh(DIST)
    made = _timed("wheel and sdist", wheels.build)
    for path in made:
        print(f"    {path.name:<44} {megabytes(path.stat().st_size)}")
    if only == "wheels":
        return
    program = _timed("frozen program", frozen.build)
    print(f"    {_shown(program):<44} {megabytes(tree_bytes(program))}")
    if only == "frozen":
        return
    prefix = _timed("staged tree", lambda: stage.build(program))
    package = _timed("Debian package", lambda: deb.build(prefix))
    runner = _timed("self-extracting file", lambda: selfextracting.build(prefix, package))
    print(f"    {package.name:<44} {megabytes(package.stat().st_size)}, installed {megabytes(tree_bytes(prefix))}")
    print(f"    {runner.name:<44} {megabytes(runner.stat().st_size)}")
    _sums()
    if only != "packages":
        _measure(prefix, package)
    print(f"Trireme {version()} is in {_shown(DIST)}")


def _sums() -> None:
    """Writes the hashes of what was built."""
    made = sorted(DIST.iterdir())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (DIST / "SHA256SUMS").write_text("".join(lines), "ascii")


def _measure(prefix: Path, package: Path) -> None:
    print("==> times", flush=True)
    print(f"    {'unpacking the Debian package':<44} {measure.unpacking(package):.1f} s", flush=True)
    frozen_s, installed_s = measure.starts(prefix)
    print(f"    {'painted window, packaged':<44} {frozen_s:.2f} s")
    print(f"    {'painted window, installed by pip':<44} {installed_s:.2f} s ({frozen_s / installed_s:.2f} times)")


def _shown(path: Path) -> str:
    """A path for people: from the project's folder, where it is in there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _timed(title: str, work: Callable[[], _T]) -> _T:
    begin = time.monotonic()
    print(f"==> {title}", flush=True)
    made = work()
    print(f"    {time.monotonic() - begin:.0f} s", flush=True)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
