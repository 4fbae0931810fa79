"""`trireme check PATH…`: what a server would say of model repositories, without one.

Exit code: 0 where every model loads, 1 where something has an error, 2 where something could not be checked.

What leads out of a repository is named and not opened; with `--follow-links` it is read as a server would read it,
which is the fix of the kind "read".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.reports import as_json, as_sarif, as_text
from studio.cli.reports.report import UNREAD, Report
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.core.checking.profile import Profile
    from studio.core.checking.repositories import Verdict
    from studio.core.checking.selection import Part

_NOT_CHECKED = 2
_WRITERS: dict[str, Callable[[Report], None]] = {
    "text": as_text.write,
    "json": as_json.write,
    "sarif": as_sarif.write,
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme check`."""
    parser.add_argument("path", nargs="*", type=Path, metavar="PATH", help="a repository, a model, or files of models")
    found = "check every repository in a folder, such as a git checkout"
    parser.add_argument("--discover", action="append", default=[], type=Path, metavar="ROOT", help=found)
    parser.add_argument("--format", choices=tuple(_WRITERS), default="text", help="what is written (text)")
    parser.add_argument("--server", default="2.51", metavar="VERSION", help="2.51, 24.10, newest or 24.10-py3 (2.51)")
    parser.add_argument("--gpus", default="0", metavar="none|ID,ID…", help="the server's GPUs (0)")
    parser.add_argument("--backends", default="", metavar="any|NAME,NAME…", help="its backends (any, or the image's)")
    parser.add_argument("--agents", default="", metavar="any|NAME,NAME…", help="its repository agents")
    parser.add_argument("--flags", default="", metavar="FLAGS", help="further tritonserver flags, in one text")
    follow = "read also what links and “..” reach outside of the repository"
    parser.add_argument("--follow-links", action="store_true", help=follow)
    parser.add_argument("--together", action="store_true", help="one server serves all the paths")
    parser.set_defaults(run=_run)


def joined(given: Sequence[str]) -> list[str]:
    """The words of a command line with `--flags VALUE` as one: a value that starts with dashes looks like an option."""
    words = list(given)
    for index in reversed(range(len(words) - 1)):
        if words[index] == "--flags" and words[0] == "check":
            words[index : index + 2] = [f"--flags={words[index + 1]}"]
    return words


def _run(options: argparse.Namespace) -> int:
    try:
        profile = _profile(options)
    except Failure as failure:
        return _refuse(failure)
    if not options.path and not options.discover:
        remedy = "Name a repository, or --discover the folder around it."
        return _refuse(Failure("Check models", "no path is given.", remedy))
    verdicts, failed = _verdicts(options, profile)
    report = Report(tuple(verdicts), profile)
    _WRITERS[options.format](report)
    if failed or any(finding.rule in UNREAD for finding in report.findings()):
        return _NOT_CHECKED
    return int(any(verdict.has_errors for verdict in verdicts))


def _refuse(failure: Failure) -> int:
    print(f"trireme: {failure}", file=sys.stderr)
    return _NOT_CHECKED


def _profile(options: argparse.Namespace) -> Profile:
    from studio.core.checking.profile import Profile, from_image, release_of
    from studio.core.checking.server_flags import with_flags
    from studio.core.serving.gpus import numbered

    gpus = numbered(options.gpus)
    known = from_image(options.server, gpus)
    profile = known or Profile(gpus=gpus, release=release_of(options.server))
    if options.backends:
        profile = replace(profile, backends=_names(options.backends))
        # Who lists what the server has lists all of it.
        if not options.agents and known is None and profile.backends is not None:
            profile = replace(profile, agents=frozenset())
    if options.agents:
        profile = replace(profile, agents=_names(options.agents))
    return with_flags(profile, options.flags)


def _names(text: str) -> frozenset[str] | None:
    if text == "any":
        return None
    return frozenset(part.strip() for part in text.split(",") if part.strip() not in ("", "none"))


def _verdicts(options: argparse.Namespace, profile: Profile) -> tuple[list[Verdict], bool]:
    """The verdicts, and whether any path could not be checked."""
    from studio.core.checking.repositories import check_parts

    parts, failed = _parts(options)
    if not parts and not failed:
        print("trireme: nothing to check: none of the files belongs to a model.", file=sys.stderr)
    found: list[Verdict] = []
    for group in [parts] if options.together else [(part,) for part in parts]:
        try:
            found += check_parts(group, profile, follow_links=options.follow_links)
        except Failure as failure:
            _refuse(failure)
            failed = True
    return found, failed


def _parts(options: argparse.Namespace) -> tuple[tuple[Part, ...], bool]:
    """What the paths stand for, and whether any stands for nothing that can be checked."""
    from studio.core.checking import selection

    parts: list[Part] = []
    failed = False
    for path in options.discover:
        try:
            parts += selection.found(path)
        except Failure as failure:
            failed = bool(_refuse(failure))
    for path in options.path:
        try:
            part = selection.named(path)
            parts += [part] if part else []
        except Failure as failure:
            failed = bool(_refuse(failure))
    return selection.joined(parts), failed
