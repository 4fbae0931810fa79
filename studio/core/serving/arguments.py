"""Arguments of `tritonserver` that every engine gives."""

from __future__ import annotations

from collections.abc import Iterator

from studio import TYPE_CHECKING
from studio.core.checking.profile import Release
from studio.core.checking.releases import CLIENT_SHARED_MEMORY_SINCE, SUMMARIES_SINCE, TRACE_CONFIG_SINCE, release_in
from studio.core.serving.kinds import EMBEDDED_RELEASE, ControlMode, EngineKind
from studio.core.serving.launching.options import METRICS_INTERVAL_MS, TRACE_FILE, Trace

if TYPE_CHECKING:
    from studio.core.serving.launch import LaunchSpec


def release_of_launch(spec: LaunchSpec) -> Release | None:
    """The release that a launch starts, as far as it is known beforehand."""
    return EMBEDDED_RELEASE if spec.kind is EngineKind.EMBEDDED else release_in(spec.image)


def served_arguments(spec: LaunchSpec) -> list[str]:
    """The model control mode, the models to load at start, what keeps one bad model from ending the rest, options."""
    command = [f"--model-control-mode={spec.control.value}"]
    if spec.control is ControlMode.EXPLICIT:
        command += [f"--load-model={name}" for name in spec.load or ("*",)]
    return [*command, "--exit-on-error=false", "--strict-readiness=false", *option_arguments(spec)]


def option_arguments(spec: LaunchSpec) -> list[str]:
    """The options of a launch that differ from what the server of its release does by itself."""
    return [*_plain(spec), *_of_release(spec), *_trace(spec), *_rate_limit(spec)]


def _plain(spec: LaunchSpec) -> Iterator[str]:
    options = spec.options
    if options.verbose:
        yield f"--log-verbose={options.verbose}"
    if options.strict:
        yield "--disable-auto-complete-config"
    if options.metrics_interval_ms != METRICS_INTERVAL_MS:
        yield f"--metrics-interval-ms={options.metrics_interval_ms}"


def _of_release(spec: LaunchSpec) -> Iterator[str]:
    """What some releases have: a server ends at once at an argument that it does not know."""
    release = release_of_launch(spec)
    # Nobody tells the release of an image of one's own. Percentiles came long before the oldest release that is
    # checked for; the other flag is younger than most servers that run, which allow it without one.
    if spec.options.summaries and (release is None or release >= SUMMARIES_SINCE):
        yield "--metrics-config=summary_latencies=true"
    if spec.options.client_shared_memory and release is not None and release >= CLIENT_SHARED_MEMORY_SINCE:
        yield "--allow-client-shm=true"


def _trace(spec: LaunchSpec) -> Iterator[str]:
    trace = spec.options.trace
    if trace.mode == "ready":
        trace = Trace("triton", "OFF", 1, trace.to) if _may_get_ready(spec) else Trace("off")
    if trace.mode == "off":
        return
    if trace.mode == "triton":
        yield f"--trace-config=triton,file={trace.to or TRACE_FILE}"
        # Without it what was recorded is written when the server ends.
        yield "--trace-config=triton,log-frequency=1"
    else:
        yield "--trace-config=mode=opentelemetry"
        if trace.to:
            yield f"--trace-config=opentelemetry,url={trace.to}"
    yield f"--trace-config=level={trace.level}"
    yield f"--trace-config=rate={trace.rate}"


def _may_get_ready(spec: LaunchSpec) -> bool:
    """Whether the release takes a trace file this way, and nobody gives one by hand."""
    release = release_of_launch(spec)
    is_known = release is None or release >= TRACE_CONFIG_SINCE
    return is_known and not any(each.startswith("--trace-") for each in spec.arguments)


def _rate_limit(spec: LaunchSpec) -> Iterator[str]:
    if spec.options.rate_limit:
        yield "--rate-limit=execution_count"
        yield from (f"--rate-limit-resource={each}" for each in spec.options.resources)
