"""`trireme lsp`: the language server that other editors start."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme lsp`."""
    # What many editors pass to any server; there is no other way than this one.
    parser.add_argument("--stdio", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    from studio.core.checking.profile import Profile
    from studio.lsp.server import serve

    serve(lambda _repository: Profile())
    return 0
