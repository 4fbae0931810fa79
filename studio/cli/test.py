"""`trireme test REPOSITORY`: its saved requests, sent to a server, and whether the answers are as expected."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli import serve_options
from studio.cli.parts import require
from studio.cli.reports.tested_formats import FORMATS, text_of
from studio.cli.serving import served
from studio.cli.signals import interruptible
from studio.core.saved_requests.choosing import chosen, has_tag
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.core.saved_requests.reports.tested import Tested
from studio.core.serving.launch import Addresses
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.saved_runs import Run
    from studio.client.triton import Triton
    from studio.core.saved_requests.outcome import Outcome

FAILED, NOT_RUN, NONE = 1, 3, 4
_CODES = """\
exit codes:
  0  every answer is as expected
  1  an answer is not as expected, or did not come
  2  the command line is wrong
  3  nothing was sent: no server, no consent, or the requests cannot be read
  4  no request has such a name and tag
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme test`."""
    vars(parser).update(epilog=_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
    serve_options.declare(parser)
    parser.add_argument("names", nargs="*", metavar="NAME", help="requests, folders of them, or patterns (all)")
    parser.add_argument("--tag", action="append", default=[], help="only those with this tag, or another one given")
    parser.add_argument("--bail", action="store_true", help="stop at the first that is not as expected")
    parser.add_argument("--write", action="store_true", help="make what comes what is expected, where it is not")
    parser.add_argument(
        "--address", default="", metavar="HOST:PORT", help="a running server's HTTP address; starts none"
    )
    parser.add_argument("--grpc", default="", metavar="HOST:PORT", help="and its gRPC address")
    parser.add_argument("--trust", action="store_true", help="run the code of the repository without a question")
    parser.add_argument("--environment", default="", metavar="NAME", help="values of variables, from environments.json")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="the value of a variable")
    parser.add_argument("--format", choices=FORMATS, default="text", help="of the report (text)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where it goes (standard output)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    require("serve")
    try:
        return _tested(options)
    except Failure as failure:
        print(f"trireme: {failure}", file=sys.stderr)
        return NOT_RUN


def _tested(options: argparse.Namespace) -> int:
    from studio.client.saved_runs import Run
    from studio.core.inference.repository_labels import RepositoryLabels

    folder = RequestFolder(requests_folder(options.repository))
    names = _names(folder, options)
    if not names:
        print(f"trireme: no request that is meant is in {folder.root}.", file=sys.stderr)
        return NONE
    run = Run(folder, _variables(folder, options), RepositoryLabels(options.repository), renews=options.write)
    with interruptible(), _asked(options) as client:
        done = tuple(_sent(client, run, names, options))
    report = Tested(options.repository, done, len(names))
    text = text_of(options.format, report)
    if options.output is None:
        print(text, end="")
    else:
        _keep(options.output, text)
    return 0 if report.is_good else FAILED


def _names(folder: RequestFolder, options: argparse.Namespace) -> tuple[str, ...]:
    names = chosen(folder.names(), options.names)
    return tuple(name for name in names if not options.tag or _has_tag(folder, name, options.tag))


def _has_tag(folder: RequestFolder, name: str, tags: list[str]) -> bool:
    try:
        return has_tag(folder.read(name).tree, tags)
    except Failure:
        # One that is broken may have had it: better told than left out.
        return True


def _variables(folder: RequestFolder, options: argparse.Namespace) -> Mapping[str, Any]:
    known = folder.environments()
    if options.environment and options.environment not in known:
        there = f"There: {', '.join(sorted(known))}." if known else f"There is no file {folder.root}/environments.json."
        raise Failure(f"Taking the environment {options.environment}", "there is none of that name.", there)
    given = [each.partition("=") for each in options.set]
    if wrong := next((name for name, equals, _ in given if not equals or not name), None):
        raise Failure(f"Reading --set {wrong}", "it is not NAME=VALUE.")
    return {**known.get(options.environment, {}), **{name: _value(text) for name, _, text in given}}


def _value(text: str) -> Any:
    """Numbers, true and false as such; the rest as text."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, int | float | bool) else text


@contextmanager
def _asked(options: argparse.Namespace) -> Iterator[Triton]:
    """A client of the server that is there, or of one for this run."""
    from studio.client.triton import Triton

    if options.address or options.grpc:
        client = Triton(Addresses(http=options.address, grpc=options.grpc), timeout=30.0)
        try:
            _require_alive(client, options.address or options.grpc)
            yield client
        finally:
            client.close()
        return
    print("Starting a server …", file=sys.stderr)
    with served(serve_options.spec(options), trusted=options.trust) as server:
        client = Triton(server.addresses, timeout=30.0)
        try:
            yield client
        finally:
            client.close()


def _require_alive(client: Triton, address: str) -> None:
    if not client.live():
        raise Failure(f"Asking {address}", "no server answers there.", "Check that it runs, or leave out the address.")


def _sent(client: Triton, run: Run, names: tuple[str, ...], options: argparse.Namespace) -> Iterator[Outcome]:
    from studio.client.saved_runs import send

    for name in names:
        outcome = send(client, run, name)
        yield outcome
        if options.bail and not outcome.is_good:
            return


def _keep(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        from studio import disk

        raise Failure(f"Writing {path}", f"{disk.reason(error)}.", disk.remedy(error)) from error
