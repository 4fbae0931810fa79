"""`trireme check PATH…`: what a server would say of model repositories, without one.

Exit code: 0 where nothing is found that fails the check (`--fail-on`, errors where it is not given), 1 where something
is, 2 where something could not be checked.

What leads out of a repository is named and not opened; with `--follow-links` it is read as a server would read it,
which is the fix of the kind "read".
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from studio import disk
from studio.cli.reports import writers
from studio.failure import Failure

_NOT_CHECKED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme check`."""
    parser.add_argument("path", nargs="*", type=Path, metavar="PATH", help="a repository, a model, or files of models")
    found = "check every repository in a folder, such as a git checkout"
    parser.add_argument("--discover", action="append", default=[], type=Path, metavar="ROOT", help=found)
    parser.add_argument("--format", choices=writers.FORMATS, default="text", help="what is written (text)")
    _target_arguments(parser.add_argument_group("the server", "What a trireme.toml says holds where it is not given."))
    failing = "what fails the check, with commas: error, warning, hint, undecided, never (error)"
    parser.add_argument("--fail-on", metavar="WHAT", help=failing)
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="tell only what is not in this file")
    written = "write all that is found into a file for --baseline"
    parser.add_argument("--write-baseline", type=Path, metavar="FILE", help=written)
    follow = "read also what links and “..” reach outside of the repository"
    parser.add_argument("--follow-links", action="store_true", help=follow)
    parser.add_argument("--together", action="store_true", help="one server serves all the paths")
    parser.set_defaults(run=_run)


def _target_arguments(group: argparse._ArgumentGroup) -> None:
    """Options whose values are the words of a choice, None where they are not given."""
    server = "version, release or image: 2.51, 24.10, newest, 24.10-py3 (2.51)"
    group.add_argument("--server", metavar="SERVER", help=server)
    group.add_argument("--gpus", metavar="any|none|ID,ID…", help="the server's GPUs (any)")
    group.add_argument("--backends", metavar="any|NAME,NAME…", help="its backends (any, or the image's)")
    group.add_argument("--agents", metavar="any|NAME,NAME…", help="its repository agents")
    group.add_argument("--flags", metavar="FLAGS", help="further tritonserver flags, in one text")
    group.add_argument("--mount", metavar="PATH", help="where the server has the repository (/models)")
    weights = (
        "where versions and model files are; here: one that is missing is an error; elsewhere: a note (not said: a "
        "missing model file leaves its model undecided)"
    )
    group.add_argument("--weights", choices=("here", "elsewhere"), help=weights)


def _run(options: argparse.Namespace) -> int:
    # What is needed to check takes longer to import than `trireme --help` may take.
    from studio.cli import checking

    try:
        _require_paths(options)
        request = checking.request(options)
    except Failure as failure:
        return _refuse(failure)
    outcome = checking.carry_out(request)
    for each in outcome.failures:
        _refuse(each)
    for note in outcome.notes:
        _say(f"note: {note}")
    try:
        writers.write(options.format, outcome.report)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is still held back would fail once more at the end.
        sys.stdout = None
        return _refuse(Failure("Write the report", f"{disk.reason(error)}.", disk.remedy(error)))
    if outcome.failures or outcome.is_partly_unread:
        return _NOT_CHECKED
    return int(outcome.fails)


def _require_paths(options: argparse.Namespace) -> None:
    if not options.path and not options.discover:
        remedy = "Name a repository, or --discover the folder around it."
        raise Failure("Check models", "no path is given.", remedy)
    try:
        Path.cwd()
    except OSError as error:
        raise Failure("Check models", "the folder in which this runs is gone.", "Go to another one.") from error


def _refuse(failure: Failure) -> int:
    _say(str(failure))
    return _NOT_CHECKED


def _say(text: str) -> None:
    # It may quote what somebody wrote into a file of the checkout.
    from studio.cli.reports.report import harmless

    print(harmless(f"trireme: {text}"), file=sys.stderr)
