"""What is wrong with a launch by itself, before any engine is asked: by option, so that it can be shown beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.core.serving.arguments import release_of_launch
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.bind import wrong_bind
from studio.core.serving.launching.derived import wrong_package
from studio.core.serving.launching.options import Wrong

_USER = re.compile(r"(\d{1,10}|[a-z_][a-z0-9_-]*)(:(\d{1,10}|[a-z_][a-z0-9_-]*))?")
_RESOURCE = re.compile(r"[^:\s]+:[1-9]\d*(:\d+|:global)?")
_IMAGE = re.compile(
    r"([A-Za-z0-9.-]+(:\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)
_LEAST_MEMORY_MB = 6
"""Docker refuses less."""


def problems(spec: LaunchSpec) -> tuple[Wrong, ...]:
    """What keeps a launch from being what it says, in the order of its options; nothing of what engines find out."""
    found = [*_common(spec), *(_container(spec) if spec.kind is EngineKind.DOCKER else ())]
    return tuple(found)


def _common(spec: LaunchSpec) -> Iterator[Wrong]:
    ports = (spec.ports.http, spec.ports.grpc, spec.ports.metrics)
    wanted = [port for port in ports if port]
    if len(set(wanted)) < len(wanted):
        yield Wrong("ports", "HTTP, gRPC and metrics need a port each.")
    if reason := wrong_bind(spec.bind):
        yield Wrong("bind", reason)
    options = spec.options
    for each in options.resources if options.rate_limit else ():
        if not _RESOURCE.fullmatch(each):
            yield Wrong("resources", f"“{each}” is no resource: write a name and how many, as in R1:4 or R1:4:0.")
    if options.trace.mode in ("triton", "opentelemetry") and options.trace.rate < 1:
        yield Wrong("trace", "One request in how many is recorded? Write 1 for each of them.")
    if options.trace.mode == "opentelemetry" and not options.trace.to.startswith(("http://", "https://")):
        yield Wrong("trace", "OpenTelemetry needs its collector's address, as in http://127.0.0.1:4318/v1/traces.")
    if options.metrics_interval_ms < 1:
        yield Wrong("metrics_interval", "Metrics need an interval of a millisecond at least.")


def _container(spec: LaunchSpec) -> Iterator[Wrong]:
    limits = spec.limits
    if spec.image and not _IMAGE.fullmatch(spec.image):
        yield Wrong("image", f"“{spec.image}” is no name of an image: write name:tag, or name@sha256:….")
    if spec.image and spec.image.partition("@")[0].endswith("-sdk"):
        yield Wrong("image", "This image holds clients and no server: take the one whose tag ends in -py3.")
    if spec.shared_memory_mb < 1:
        yield Wrong("shared_memory", "A container needs some shared memory.")
    if limits.memory_mb and limits.memory_mb < _LEAST_MEMORY_MB:
        yield Wrong("memory", f"Docker gives a container {_LEAST_MEMORY_MB} MB at least.")
    if limits.user and not _USER.fullmatch(limits.user):
        yield Wrong("user", f"“{limits.user}” is no user: write numbers, as in 1000:1000.")
    for each in limits.packages:
        if reason := wrong_package(each):
            yield Wrong("packages", reason)


def hints(spec: LaunchSpec) -> dict[str, str]:
    """What a person should know of options as they are set, by option."""
    found = {}
    if spec.options.client_shared_memory and release_of_launch(spec) is None:
        found["client_shared_memory"] = (
            "The release of this image is not known: from 26.04 on add --allow-client-shm=true to the arguments."
        )
    if spec.kind is EngineKind.DOCKER and spec.limits.user in ("0", "0:0", "root"):
        found["user"] = "Root without its capabilities reads no files that belong to you alone."
    return found
