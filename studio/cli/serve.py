"""`trireme serve REPOSITORY`: an engine in the foreground, its log on standard error."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from studio.cli import consent
from studio.cli.parts import require
from studio.core.serving.gpus import parse_gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, Ports
from studio.environment import wrong_name
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.triton import Triton
    from studio.engines.engine import Server

_READY_WITHIN = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme serve`."""
    parser.add_argument("repository", type=Path, metavar="REPOSITORY")
    parser.add_argument("--engine", choices=("embedded", "docker"), default="embedded")
    parser.add_argument("--image", default="", help="the Docker image")
    parser.add_argument("--gpus", default="none", metavar="none|all|ID,ID…", help="GPUs to pass (none)")
    parser.add_argument("--control", choices=[m.value for m in ControlMode], default="none", help="control mode")
    parser.add_argument("--http-port", type=int, default=8000, help="wanted; the next free one is taken (8000)")
    parser.add_argument("--grpc-port", type=int, default=8001)
    parser.add_argument("--metrics-port", type=int, default=8002)
    parser.add_argument("--cache-bytes", type=int, default=0, help="size of the response cache (0: none)")
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="a variable that models get: yours of that name, or with a value; can be given again",
    )
    parser.add_argument("--trust", action="store_true", help="run the code of the repository without a question")
    parser.add_argument("--quiet", action="store_true", help="no server log")
    parser.add_argument(
        "--argument",
        action="append",
        default=[],
        metavar="WORD",
        help="a further argument of tritonserver; so is each word after --",
    )
    parser.set_defaults(run=_run)


def spec(options: argparse.Namespace) -> LaunchSpec:
    """What the options describe. Raises Failure where they cannot."""
    if not options.repository.is_dir():
        raise Failure(f"Serving {options.repository}", "there is no such folder.")
    given = [each.partition("=") for each in options.env]
    for name, _, _ in given:
        if reason := wrong_name(name):
            raise Failure(f"Serving {options.repository} with --env", reason)
    control = ControlMode(options.control)
    load, further = _loaded(options.argument) if control is ControlMode.EXPLICIT else ((), tuple(options.argument))
    return LaunchSpec(
        kind=EngineKind(options.engine),
        repository=options.repository.resolve(),
        ports=Ports(options.http_port, options.grpc_port, options.metrics_port),
        gpus=parse_gpus(options.gpus),
        control=control,
        load=load,
        image=options.image,
        cache_bytes=options.cache_bytes,
        arguments=further,
        environment=tuple((name, value) for name, equals, value in given if equals),
        inherited=tuple(name for name, equals, _ in given if not equals),
    )


def _loaded(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The models that arguments say to load, none for all of them, and the other arguments."""
    option = "--load-model="
    named = tuple(word.removeprefix(option) for word in words if word.startswith(option))
    return () if "*" in named else named, tuple(word for word in words if not word.startswith(option))


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM ends the command as Ctrl+C does, so that the server is stopped."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show(lines: list[LogLine]) -> None:
    for line in lines:
        stamp = time.strftime("%H:%M:%S", time.localtime(line.time)) if line.time else " " * 8
        print(f"{stamp} {line.level or ' '} {line.text}", file=sys.stderr)


def _run(options: argparse.Namespace) -> int:
    require("serve")
    from studio.engines.registry import start

    with interruptible():
        wanted = spec(options)
        if not options.trust:
            consent.require(wanted)
        server = start(wanted)
        try:
            return _follow(server, options.quiet, None if options.trust else consent.Polled(wanted))
        except KeyboardInterrupt:
            print("Stopping …", file=sys.stderr)
            return 0
        finally:
            server.stop()


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
