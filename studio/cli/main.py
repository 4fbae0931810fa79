"""Reads the command line and hands over to one subcommand."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from studio import __version__
from studio.cli import check, display, engine, example, infer, lsp, parts, selftest, serve
from studio.failure import Failure

_SUBCOMMANDS: dict[str, tuple[Callable[[argparse.ArgumentParser], None], str]] = {
    "check": (check.arguments, "say what a server would refuse in model repositories, without one"),
    "example": (example.arguments, "write the example repository into a folder"),
    "engine": (engine.arguments, "install the embedded engine, or say what is installed"),
    "serve": (serve.arguments, "serve a repository in the foreground"),
    "infer": (infer.arguments, "send one request to a server and print the answer"),
    "lsp": (lsp.arguments, "serve an editor as language server, on standard input and output"),
    "selftest": (selftest.arguments, "serve the example, send samples, and say whether all is right"),
}


def parser() -> argparse.ArgumentParser:
    """The whole command line with its subcommands."""
    top = argparse.ArgumentParser(
        prog="trireme",
        description="A studio for model repositories of NVIDIA Triton Inference Server. "
        "`trireme [REPOSITORY]` opens the window.",
    )
    top.add_argument("--version", action="version", version=f"Trireme {__version__}")
    top.add_argument("--selftest", action="store_true", help="the same as the command selftest")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, (fill, text) in _SUBCOMMANDS.items():
        fill(commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + "."))
    window = commands.add_parser("gui", help="open the window (what happens without a command)")
    _window_arguments(window)
    return top


def _window_arguments(window: argparse.ArgumentParser) -> None:
    window.add_argument("repository", nargs="?", type=Path, metavar="REPOSITORY", help="the folder to open")
    window.add_argument("--attach", default="", metavar="ADDRESS", help="attach to a running server at once")
    window.add_argument("--theme", choices=("system", "light", "dark"), default="", help="colours of this run")
    window.set_defaults(run=_window)


def _window(options: argparse.Namespace) -> int:
    if options.repository is not None and not options.repository.is_dir():
        raise Failure(f"Opening {options.repository}", "there is no such folder.")
    parts.require("gui")
    display.require()
    from studio.ui.run import run

    return run(options.repository, options.attach, options.theme)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 is success, 1 a failure that was told on standard error, 2 a wrong command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--selftest"]:
        given[0] = "selftest"
    if not given or given[0] not in {*_SUBCOMMANDS, "gui", "-h", "--help", "--version"}:
        given.insert(0, "gui")
    options = parser().parse_args(check.joined(given))
    try:
        return int(options.run(options))
    except Failure as failure:
        print(f"trireme: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has gone: nothing is left to say, not even at exit.
        sys.stderr.close()
        return 1
