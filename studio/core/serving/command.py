"""A launch specification as the command that a person would type."""

from __future__ import annotations

import shlex

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec


def command_line(spec: LaunchSpec) -> str:
    """The command, broken over lines; empty for a server that is only attached to."""
    if spec.kind is EngineKind.ATTACHED or spec.repository is None:
        return ""
    words = _docker(spec) if spec.kind is EngineKind.DOCKER else _embedded(spec)
    return " \\\n  ".join(" ".join(shlex.quote(word) for word in group) for group in words)


def _embedded(spec: LaunchSpec) -> list[list[str]]:
    ports = spec.ports
    words = [["trireme", "serve", str(spec.repository)], ["--control", spec.control.value]]
    words.append(["--http-port", str(ports.http), "--grpc-port", str(ports.grpc)])
    words.append(["--metrics-port", str(ports.metrics)])
    if not spec.gpus.none:
        words.append(["--gpus", _gpus(spec.gpus, "all")])
    if spec.cache_bytes:
        words.append(["--cache-bytes", str(spec.cache_bytes)])
    words += [["--env", f"{name}={value}"] for name, value in spec.environment]
    words += [["--env", name] for name in spec.inherited]
    extra = [*(f"--load-model={name}" for name in _loaded(spec)), *spec.arguments]
    if extra:
        words.append(["--", *extra])
    return words


def _docker(spec: LaunchSpec) -> list[list[str]]:
    words = [["docker", "run", "--rm", "--label", "trireme.owner=1"]]
    if not spec.gpus.none:
        words.append(["--gpus", _gpus(spec.gpus, "all") if spec.gpus.all else f"device={_gpus(spec.gpus, '')}"])
    words.append(["--shm-size", f"{spec.shared_memory_mb}m", "-v", f"{spec.repository}:/models:ro"])
    pairs = ((spec.ports.http, 8000), (spec.ports.grpc, 8001), (spec.ports.metrics, 8002))
    ports = [["-p", f"127.0.0.1:{here}:{there}"] for here, there in pairs]
    words += [[*ports[0], *ports[1]], ports[2]]
    words += [["-e", f"{name}={value}"] for name, value in spec.environment]
    words += [["-e", name] for name in spec.inherited]
    words.append([spec.image or "IMAGE"])
    words.append(["tritonserver", "--model-repository=/models"])
    extra = [f"--model-control-mode={spec.control.value}"]
    extra += [f"--load-model={name}" for name in _loaded(spec)]
    if spec.cache_bytes:
        extra.append(f"--cache-config=local,size={spec.cache_bytes}")
    extra += spec.arguments
    return [*words, extra]


def _loaded(spec: LaunchSpec) -> tuple[str, ...]:
    """Explicit mode loads nothing unless it is told to; `*` is all."""
    return (spec.load or ("*",)) if spec.control is ControlMode.EXPLICIT else ()


def _gpus(gpus: Gpus, every: str) -> str:
    return every if gpus.all else ",".join(gpus.ids)
