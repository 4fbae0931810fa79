"""A launch specification as the command that a person would type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from studio.core.serving.container import Place, container
from studio.core.serving.docker_run import docker_run
from studio.core.serving.gpus import gpus_text
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.bind import LOOPBACK, is_open
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace

_USUAL = LaunchSpec(EngineKind.DOCKER)


def command_line(spec: LaunchSpec, ports: Ports | None = None, place: Place | None = None) -> str:
    """The command, broken over lines; empty for a server that is only attached to.

    `ports` are those that it has where the wanted ones were taken, `place` is the Docker engine that takes it.
    """
    if spec.kind is EngineKind.ATTACHED or spec.repository is None:
        return ""
    if spec.kind is EngineKind.DOCKER:
        return docker_run(container(spec, ports, place), place.host if place else "")
    return serve_line(spec, ports)


def serve_line(spec: LaunchSpec, ports: Ports | None = None) -> str:
    """The `trireme serve` that launches it, broken over lines, for either engine."""
    return " \\\n  ".join(" ".join(shlex.quote(word) for word in group) for group in _serve(spec, ports) if group)


def _serve(spec: LaunchSpec, found: Ports | None) -> Iterator[list[str]]:
    ports = found or spec.ports
    yield ["trireme", "serve", str(spec.repository)]
    if spec.kind is EngineKind.DOCKER:
        yield ["--engine", "docker", *_given("--image", spec.image)]
        yield from _container(spec, spec.limits)
    yield ["--control", spec.control.value]
    yield ["--http-port", str(ports.http), "--grpc-port", str(ports.grpc)]
    yield ["--metrics-port", str(ports.metrics)]
    if spec.bind != LOOPBACK:
        yield ["--bind", spec.bind, *(["--open-to", spec.bind] if is_open(spec.bind) else [])]
    if not spec.gpus.none:
        yield ["--gpus", gpus_text(spec.gpus)]
    if spec.cache_bytes:
        yield ["--cache-bytes", str(spec.cache_bytes)]
    yield from _server(spec.options)
    yield from (["--env", f"{name}={value}"] for name, value in spec.environment)
    yield from (["--env", name] for name in spec.inherited)
    extra = [*(f"--load-model={name}" for name in _loaded(spec)), *spec.arguments]
    if extra:
        yield ["--", *extra]


def _server(options: ServerOptions) -> Iterator[list[str]]:
    usual = _USUAL.options
    yield _given("--log-verbose", options.verbose)
    if options.strict:
        yield ["--strict-config"]
    if options.metrics_interval_ms != usual.metrics_interval_ms:
        yield ["--metrics-interval", str(options.metrics_interval_ms)]
    if not options.summaries:
        yield ["--no-latency-summaries"]
    yield _trace(options.trace, usual.trace)
    if options.rate_limit:
        yield ["--rate-limit"]
    # A value may begin with a dash.
    yield [f"--rate-limit-resource={each}" for each in options.resources]
    if options.client_shared_memory:
        yield ["--client-shared-memory"]


def _trace(trace: Trace, usual: Trace) -> list[str]:
    pairs = (
        ("--trace", trace.mode, usual.mode),
        ("--trace-level", trace.level, usual.level),
        ("--trace-rate", trace.rate, usual.rate),
        ("--trace-to", trace.to, usual.to),
    )
    return [word for name, value, before in pairs if value != before for word in (name, str(value))]


def _container(spec: LaunchSpec, limits: ContainerOptions) -> Iterator[list[str]]:
    if spec.shared_memory_mb != _USUAL.shared_memory_mb:
        yield ["--shared-memory", str(spec.shared_memory_mb)]
    yield [*_given("--memory", limits.memory_mb), *(["--cpus", f"{limits.cpus:g}"] if limits.cpus else [])]
    yield _given("--user", limits.user)
    yield [f"--package={each}" for each in limits.packages]


def _given(name: str, value: str | int) -> list[str]:
    return [name, str(value)] if value else []


def _loaded(spec: LaunchSpec) -> tuple[str, ...]:
    """Explicit mode loads nothing unless it is told to; `*` is all."""
    return (spec.load or ("*",)) if spec.control is ControlMode.EXPLICIT else ()
