"""`trireme engine install|check|info`: the embedded engine, without the window."""

from __future__ import annotations

import argparse
import sys

from studio.core.serving.kinds import ON_DEMAND


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme engine`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    install = actions.add_parser("install", help="install the embedded engine into your data folder, or mend it")
    install.add_argument(
        "--backend",
        action="append",
        default=[],
        choices=sorted(ON_DEMAND),
        help=f"a stand-in for a backend of Triton besides ({'; '.join(each.words for each in ON_DEMAND.values())})",
    )
    install.set_defaults(run=_install)
    check = actions.add_parser("check", help="compare every file with its hash; exit code 1 where one differs")
    check.set_defaults(run=_check)
    info = actions.add_parser("info", help="say what is installed; exit code 1 where nothing is")
    info.add_argument("--quiet", action="store_true", help="only the exit code")
    info.set_defaults(run=_info)


def show_progress(fraction: float, text: str) -> None:
    """Rewrites one line of a terminal; says nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{fraction:4.0%}  {text[:90]}", end="", file=sys.stderr, flush=True)


def _install(options: argparse.Namespace) -> int:
    from studio.engines.install import install

    info = install(show_progress, lambda: False, options.backend)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(f"Triton {info.version} is installed in {info.path}")
    return 0


def _check(_options: argparse.Namespace) -> int:
    from studio.engines.install import check

    bad = check()
    for path in bad:
        print(path)
    if bad:
        print(f"{len(bad)} files of the embedded engine are damaged. Mend it with: trireme engine install")
        return 1
    print("Every file of the embedded engine is as it was installed.")
    return 0


def _info(options: argparse.Namespace) -> int:
    from studio.engines.install import info

    found = info()
    if not options.quiet:
        state = f"installed in {found.path}" if found.installed else f"not installed: {found.problem}"
        print(f"Embedded Triton {found.version}: {state}")
        if found.installed:
            print(f"Python: {found.python}")
        else:
            print("Install it with: trireme engine install")
    return 0 if found.installed else 1
