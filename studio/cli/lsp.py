"""`trireme lsp`: the language server that other editors start."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme lsp`."""
    # What many editors pass to any server; there is no other way than this one.
    parser.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    from studio.core.checking.project.project_file import project_file
    from studio.core.checking.project.project_target import target_of
    from studio.lsp.server import serve

    return serve(lambda repository: target_of(project_file(repository), {}))
