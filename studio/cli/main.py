"""Reads the command line and hands over to one subcommand."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from studio import __version__
from studio.core import garbage
from studio.failure import Failure

_SUBCOMMANDS = {
    "check": "say what a server would refuse in model repositories, without one",
    "example": "write the example repository into a folder",
    "engine": "install the embedded engine, or say what is installed",
    "serve": "serve a repository in the foreground",
    "infer": "send one request to a server and print the answer",
    "batch": "ask a model about each file of a folder",
    "test": "send the saved requests of a repository, and say whether the answers are as expected",
    "trace": "say where the time went in requests that a server recorded",
    "lsp": "serve an editor as language server, on standard input and output",
    "selftest": "serve the example, send samples, and say whether all is right",
}
"""The commands by the names of their modules."""
_COLUMNS = 80
"""Of what is no terminal."""
_INTERRUPTED = 130
"""What a shell says of a program that SIGINT ended. `signal` itself is not loaded for this."""


def _arguments(name: str) -> Callable[[argparse.ArgumentParser], None]:
    """What declares the options of a command. Its module is loaded for that only: a check needs none of a server's."""
    if name == "check":
        from studio.cli.check import arguments
    elif name == "example":
        from studio.cli.example import arguments
    elif name == "engine":
        from studio.cli.engine import arguments
    elif name == "serve":
        from studio.cli.serve import arguments
    elif name == "infer":
        from studio.cli.infer import arguments
    elif name == "batch":
        from studio.cli.batch import arguments
    elif name == "test":
        from studio.cli.test import arguments
    elif name == "trace":
        from studio.cli.trace import arguments
    elif name == "lsp":
        from studio.cli.lsp import arguments
    else:
        from studio.cli.selftest import arguments
    return arguments


def parser(*, whole: bool = True) -> argparse.ArgumentParser:
    """The command line, with the options of all commands where the `whole` is asked for."""
    top = argparse.ArgumentParser(
        prog="trireme",
        description="A studio for model repositories of NVIDIA Triton Inference Server. "
        "`trireme [REPOSITORY]` opens the window.",
    )
    top.add_argument("--version", action="version", version=f"Trireme {__version__}")
    top.add_argument("--selftest", action="store_true", help="the same as the command selftest")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, text in _SUBCOMMANDS.items():
        added = commands.add_parser(name, help=text, description=_sentence(text))
        if whole:
            _arguments(name)(added)
    window = commands.add_parser("gui", help="open the window (what happens without a command)")
    _window_arguments(window)
    return top


def _parser_of(command: str) -> argparse.ArgumentParser:
    """What may stand behind the name of one command; to make that of all takes ten times as long."""
    text = _sentence(_SUBCOMMANDS[command])
    own = argparse.ArgumentParser(prog=f"trireme {command}", description=text, formatter_class=_Help)
    _arguments(command)(own)
    return own


class _Help(argparse.HelpFormatter):
    """Python's own, with the width of the terminal. One is made for each option, and Python's loads archives for it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _COLUMNS if sys.__stdout__ else _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _window_arguments(window: argparse.ArgumentParser) -> None:
    window.add_argument("repository", nargs="?", type=Path, metavar="REPOSITORY", help="the folder to open")
    window.add_argument("--attach", default="", metavar="ADDRESS", help="attach to a running server, or a named one")
    window.add_argument("--theme", choices=("system", "light", "dark"), default="", help="colours of this run")
    window.set_defaults(run=_window)


def _window(options: argparse.Namespace) -> int:
    if options.repository is not None and not options.repository.is_dir():
        raise Failure(f"Opening {options.repository}", "there is no such folder.")
    from studio.cli import display, parts

    parts.require("gui")
    display.require()
    from studio.ui.run import run

    return run(options.repository, options.attach, options.theme)


def _joined(command: str, words: Sequence[str]) -> list[str]:
    """The words for argparse: what starts with dashes after `--flags` or `--`, and is no option, joins one."""
    joined = list(words)
    if command in ("serve", "test") and "--" in joined:
        end = joined.index("--")
        joined[end:] = [f"--argument={word}" for word in joined[end + 1 :]]
    for index in reversed(range(len(joined) - 1)):
        if command == "check" and joined[index] == "--flags":
            joined[index : index + 2] = [f"--flags={joined[index + 1]}"]
    return joined


def parsed(given: Sequence[str]) -> argparse.Namespace:
    """What the words of a command line say; the first names the command. Ends the program where they are wrong."""
    command, *words = given
    if command not in _SUBCOMMANDS:
        return parser(whole=False).parse_args(given)
    if command == "check":
        # Nor is there any at its end, when Python would look through all that was loaded.
        atexit.register(gc.freeze)
    own = _parser_of(command)
    # The names of requests may stand anywhere.
    parse = own.parse_intermixed_args if command == "test" else own.parse_args
    return parse(_joined(command, words))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. 0 is success, 1 a failure that was told on standard error, 2 a wrong command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--selftest"]:
        given[0] = "selftest"
    if not given or given[0] not in {*_SUBCOMMANDS, "gui", "-h", "--help", "--version"}:
        given.insert(0, "gui")
    try:
        # A check is over before there is garbage; to look for it while modules load takes a fifth of its time.
        with garbage.paused() if given[0] == "check" else nullcontext():
            options = parsed(given)
            return int(options.run(options))
    except Failure as failure:
        print(f"trireme: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has gone: nothing is left to say, not even at exit.
        sys.stderr.close()
        return 1
