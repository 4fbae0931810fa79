"""The options of `trireme serve` that describe a launch, and what they describe."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from studio.core.serving.gpus import parse_gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.bind import LOOPBACK, is_open, who_reaches, wrong_bind
from studio.core.serving.launching.options import (
    METRICS_INTERVAL_MS,
    TRACE_LEVELS,
    TRACE_MODES,
    ContainerOptions,
    ServerOptions,
    Trace,
)
from studio.core.serving.launching.problems import problems
from studio.environment import wrong_name
from studio.failure import Failure


def declare(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme serve`."""
    parser.add_argument("repository", type=Path, metavar="REPOSITORY")
    parser.add_argument("--engine", choices=("embedded", "docker"), default="embedded")
    parser.add_argument("--gpus", default="none", metavar="none|all|ID,ID…", help="GPUs to pass (none)")
    parser.add_argument("--control", choices=[m.value for m in ControlMode], default="none", help="control mode")
    _declare_ports(parser)
    parser.add_argument("--cache-bytes", type=int, default=0, help="size of the response cache (0: none)")
    parser.add_argument(
        "--env",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="a variable that models get: yours of that name, or with a value; who may ask Docker reads those of a "
        "container; can be given again",
    )
    _declare_server(parser.add_argument_group("options of tritonserver"))
    _declare_container(parser.add_argument_group("options of a container"))
    parser.add_argument(
        "--argument",
        action="append",
        default=[],
        metavar="WORD",
        help="a further argument of tritonserver; so is each word after --",
    )


def _declare_ports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--http-port", type=int, default=8000, help="wanted; the next free one is taken (8000)")
    parser.add_argument("--grpc-port", type=int, default=8001)
    parser.add_argument("--metrics-port", type=int, default=8002)
    parser.add_argument("--bind", default=LOOPBACK, metavar="ADDRESS", help=f"where it is reached ({LOOPBACK})")
    parser.add_argument(
        "--open-to", default="", metavar="ADDRESS", help="the same address again, where others than you reach it"
    )


def _declare_server(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--log-verbose", type=int, default=0, metavar="LEVEL", help="the verbose log (0: none)")
    group.add_argument("--strict-config", action="store_true", help="complete no configuration")
    group.add_argument(
        "--metrics-interval", type=int, default=METRICS_INTERVAL_MS, metavar="MS", help="between looks at the GPUs"
    )
    group.add_argument("--no-latency-summaries", action="store_true", help="no percentiles among the metrics")
    group.add_argument("--trace", choices=TRACE_MODES, default=Trace().mode, help="what to record (ready: on demand)")
    group.add_argument("--trace-level", choices=TRACE_LEVELS, default="OFF", help="how much of each (OFF)")
    group.add_argument("--trace-rate", type=int, default=1000, metavar="N", help="one request in N (1000)")
    group.add_argument("--trace-to", default="", metavar="FILE|URL", help="the file, or OpenTelemetry's collector")
    group.add_argument("--rate-limit", action="store_true", help="instances wait for the resources they name")
    group.add_argument("--rate-limit-resource", action="append", default=[], metavar="NAME:COUNT[:DEVICE]")
    group.add_argument("--client-shared-memory", action="store_true", help="clients pass tensors in shared memory")


def _declare_container(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--image", default="", help="the Docker image")
    group.add_argument("--shared-memory", type=int, default=256, metavar="MB", help="for Python models (256)")
    group.add_argument("--memory", type=int, default=0, metavar="MB", help="the most that it may have (0: no limit)")
    group.add_argument("--cpus", type=float, default=0.0, metavar="N", help="processors that it may use (0: all)")
    group.add_argument("--user", default="", metavar="UID[:GID]", help="as whom it runs (you)")
    group.add_argument("--package", action="append", default=[], metavar="NAME", help="a further Python package")
    group.add_argument("--make-image", action="store_true", help="make the image with the packages first")


def spec(options: argparse.Namespace) -> LaunchSpec:
    """What the options describe. Raises Failure where they cannot."""
    attempted = f"Serving {options.repository}"
    if not options.repository.is_dir():
        raise Failure(attempted, "there is no such folder.")
    given = _variables(options, attempted)
    control = ControlMode(options.control)
    load, further = _loaded(options.argument) if control is ControlMode.EXPLICIT else ((), tuple(options.argument))
    described = LaunchSpec(
        kind=EngineKind(options.engine),
        repository=options.repository.resolve(),
        ports=Ports(options.http_port, options.grpc_port, options.metrics_port),
        gpus=parse_gpus(options.gpus),
        control=control,
        load=load,
        image=options.image,
        shared_memory_mb=options.shared_memory,
        cache_bytes=options.cache_bytes,
        arguments=further,
        environment=tuple((name, value) for name, equals, value in given if equals),
        inherited=tuple(name for name, equals, _ in given if not equals),
        bind=_bind(options, attempted),
        options=_server(options),
        limits=ContainerOptions(options.memory, options.cpus, options.user, tuple(options.package)),
    )
    for wrong in problems(described):
        raise Failure(attempted, wrong.text)
    return described


def _variables(options: argparse.Namespace, attempted: str) -> list[tuple[str, str, str]]:
    """Each variable as its name, an equals sign where it has a value here, and that value."""
    given = [each.partition("=") for each in options.env]
    for name, _, _ in given:
        if reason := wrong_name(name):
            raise Failure(f"{attempted} with --env", reason)
    return given


def _server(options: argparse.Namespace) -> ServerOptions:
    return ServerOptions(
        options.log_verbose,
        options.strict_config,
        options.metrics_interval,
        not options.no_latency_summaries,
        Trace(options.trace, options.trace_level, options.trace_rate, options.trace_to),
        options.rate_limit,
        tuple(options.rate_limit_resource),
        options.client_shared_memory,
    )


def _bind(options: argparse.Namespace, attempted: str) -> str:
    """The address; one that others reach has to be written twice, on the line or in the terminal."""
    address = str(options.bind)
    if reason := wrong_bind(address):
        raise Failure(f"{attempted} with --bind", reason)
    if not is_open(address) or options.open_to == address:
        return address
    told = f"without a password it would be reached {who_reaches(address)}."
    if options.open_to or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Failure(f"{attempted} with --bind {address}", told, f"Say that you want it: --open-to {address}")
    print(f"It will be reached {who_reaches(address)}, without a password.", file=sys.stderr)
    print(f"Type {address} again to go on: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != address:
        raise Failure(f"{attempted} with --bind {address}", "that was another address.")
    return address


def _loaded(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The models that arguments say to load, none for all of them, and the other arguments."""
    option = "--load-model="
    named = tuple(word.removeprefix(option) for word in words if word.startswith(option))
    return () if "*" in named else named, tuple(word for word in words if not word.startswith(option))
