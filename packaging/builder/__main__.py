"""`make package`: builds what people install, into `dist/`, and prints sizes and times.

    wheel, sdist                               for pip and pipx
    trireme_<version>_amd64.deb                for Debian 12, Ubuntu 22.04 and later
    trireme-<version>-linux-x86_64.run         for other distributions and for people without root

Two builds of one commit give the same bytes. `--dirty` builds from a tree that has changes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import deb
import frozen
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
    parser.add_argument("--only", choices=("wheels", "frozen"), help="stop after this")
    return parser.parse_args()


def _build(only: str | None) -> None:
    fresh(DIST)
    BUILD.mkdir(exist_ok=True)
    made = _timed("wheel and sdist", wheels.build)
    for path in made:
        print(f"    {path.name:<44} {megabytes(path.stat().st_size)}")
    if only == "wheels":
        return
    program = _timed("frozen program", frozen.build)
    print(f"    {program.relative_to(ROOT)!s:<44} {megabytes(tree_bytes(program))}")
    if only == "frozen":
        return
    prefix = _timed("staged tree", lambda: stage.build(program))
    package = _timed("Debian package", lambda: deb.build(prefix))
    runner = _timed("self-extracting file", lambda: selfextracting.build(prefix))
    print(f"    {package.name:<44} {megabytes(package.stat().st_size)}, installed {megabytes(tree_bytes(prefix))}")
    print(f"    {runner.name:<44} {megabytes(runner.stat().st_size)}")
    print(f"Trireme {version()} is in {DIST.relative_to(ROOT)}/")


def _timed(title: str, work: Callable[[], _T]) -> _T:
    begin = time.monotonic()
    print(f"==> {title}", flush=True)
    made = work()
    print(f"    {time.monotonic() - begin:.0f} s", flush=True)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
