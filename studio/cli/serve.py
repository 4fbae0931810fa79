"""`trireme serve REPOSITORY`: an engine in the foreground, its log on standard error."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from typing import TYPE_CHECKING

from studio.cli import consent, serve_options
from studio.cli.parts import require
from studio.cli.serving import stop
from studio.cli.signals import interruptible
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.engines.engine import Server

_READY_WITHIN = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme serve`."""
    serve_options.declare(parser)
    parser.add_argument("--trust", action="store_true", help="run the code of the repository without a question")
    parser.add_argument("--quiet", action="store_true", help="no server log")
    parser.set_defaults(run=_run)


def _show(lines: list[LogLine]) -> None:
    for line in lines:
        stamp = time.strftime("%H:%M:%S", time.localtime(line.time)) if line.time else " " * 8
        printed = f"{line.model}: " if line.model and not line.level else ""
        print(f"{stamp} {line.level or ' '} {printed}{line.text}", file=sys.stderr)


def _run(options: argparse.Namespace) -> int:
    require("serve")
    from studio.engines.registry import start

    with interruptible():
        wanted = serve_options.spec(options)
        if not options.trust:
            consent.require(wanted)
        if options.make_image:
            _make_image(wanted)
        server = start(wanted)
        try:
            return _follow(server, options.quiet, None if options.trust else consent.Polled(wanted))
        except KeyboardInterrupt:
            print("Stopping … Ctrl+C once more ends it at once.", file=sys.stderr)
            return 0
        finally:
            stop(server)


def _make_image(wanted: LaunchSpec) -> None:
    """Makes the image with further packages, where there are any."""
    from studio.engines.docker.build import build

    packages = wanted.limits.packages
    if packages and wanted.kind is EngineKind.DOCKER:
        name = build(wanted.image, packages, lambda _, text: print(text, file=sys.stderr), lambda: False)
        print(f"Made {name}", file=sys.stderr)


def _follow(server: Server, quiet: bool, code: consent.Polled | None) -> int:
    from studio.client.triton import Triton
    from studio.engines.following import follow

    client, is_ready, late = Triton(server.addresses, timeout=2.0), False, time.monotonic() + _READY_WITHIN
    try:
        # Only a signal ends it.
        for tick in follow(server, threading.Event().wait):
            if not quiet:
                _show(tick.log)
            if tick.end:
                raise Failure(f"Serving with {server.description}", tick.end.reason)
            if code is not None:
                code.look()
            if not is_ready and tick.is_due and _is_live(client):
                is_ready = True
                _announce(server)
            if not is_ready and time.monotonic() > late:
                raise Failure(f"Serving with {server.description}", f"it was not ready within {_READY_WITHIN:.0f} s.")
        return 0
    finally:
        client.close()


def _is_live(client: Triton) -> bool:
    from studio.client.triton import ClientError

    try:
        return client.live()
    except ClientError:
        return False


def _announce(server: Server) -> None:
    print(f"{server.description} serves {server.spec.repository}")
    for name in ("http", "grpc", "metrics"):
        print(f"  {name:<8} {getattr(server.addresses, name)}")
    print("Ctrl+C stops it.", flush=True)
