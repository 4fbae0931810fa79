"""A launch specification as the command that a person would type."""

from __future__ import annotations

import shlex

from studio.core.serving.container import Place, container
from studio.core.serving.docker_run import docker_run
from studio.core.serving.gpus import gpus_text
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports


def command_line(spec: LaunchSpec, ports: Ports | None = None, place: Place | None = None) -> str:
    """The command, broken over lines; empty for a server that is only attached to.

    `ports` are those that it has where the wanted ones were taken, `place` is the Docker engine that takes it.
    """
    if spec.kind is EngineKind.ATTACHED or spec.repository is None:
        return ""
    if spec.kind is EngineKind.DOCKER:
        return docker_run(container(spec, ports, place), place.host if place else "")
    return " \\\n  ".join(" ".join(shlex.quote(word) for word in group) for group in _embedded(spec, ports))


def _embedded(spec: LaunchSpec, found: Ports | None) -> list[list[str]]:
    ports = found or spec.ports
    words = [["trireme", "serve", str(spec.repository)], ["--control", spec.control.value]]
    words.append(["--http-port", str(ports.http), "--grpc-port", str(ports.grpc)])
    words.append(["--metrics-port", str(ports.metrics)])
    if not spec.gpus.none:
        words.append(["--gpus", gpus_text(spec.gpus)])
    if spec.cache_bytes:
        words.append(["--cache-bytes", str(spec.cache_bytes)])
    words += [["--env", f"{name}={value}"] for name, value in spec.environment]
    words += [["--env", name] for name in spec.inherited]
    extra = [*(f"--load-model={name}" for name in _loaded(spec)), *spec.arguments]
    if extra:
        words.append(["--", *extra])
    return words


def _loaded(spec: LaunchSpec) -> tuple[str, ...]:
    """Explicit mode loads nothing unless it is told to; `*` is all."""
    return (spec.load or ("*",)) if spec.control is ControlMode.EXPLICIT else ()
