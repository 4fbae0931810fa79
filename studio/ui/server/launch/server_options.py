"""The options of `tritonserver` in the launch settings: log, metrics, trace, configurations, rate limiter, sharing."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.options import (
    METRICS_INTERVAL_MS,
    TRACE_FILE,
    TRACE_LEVELS,
    TRACE_MODES,
    ServerOptions,
    Trace,
)
from studio.ui.server.launch import fields
from studio.ui.server.launch.rows import Option, OptionRow

_USUAL = ServerOptions()
_TRACE_TITLES = {"ready": "On demand", "off": "Off", "triton": "File", "opentelemetry": "OpenTelemetry"}
_TRACE_HELP = {
    "ready": "Records nothing until you ask for it, which costs nothing. X-ray needs it.",
    "off": "Records nothing, and cannot be begun while the server runs.",
    "triton": f"Into a file of the server, {TRACE_FILE} unless you write another. Its level can be changed later.",
    "opentelemetry": "Sends what is recorded to a collector, whose address is wanted.",
}
VERBOSE = Option("verbose", "Verbose log", "0 is off; 1 tells of each request.", "--log-verbose level")
STRICT = Option(
    "strict",
    "Strict config",
    "Completes no configuration: what model files would tell has to be written.",
    "--disable-auto-complete-config strict configuration",
)
INTERVAL = Option(
    "metrics_interval", "Metrics interval", "How often it looks at GPUs, memory and processor.", "--metrics-interval-ms"
)
SUMMARIES = Option(
    "summaries",
    "Percentiles",
    "Latency summaries among the metrics: p50 to p99.9, where the release has them.",
    "--metrics-config summary_latencies latency",
)
TRACE = Option("trace", "Trace", _TRACE_HELP["ready"], "--trace-config opentelemetry timestamps tensors")
TRACE_LEVEL = Option("trace_level", "Trace level", "At the start; it can be changed later.", "--trace-config")
TRACE_RATE = Option(
    "trace_rate", "One request in", "How many requests there are to each that is recorded.", "trace rate"
)
RATE_LIMIT = Option(
    "rate_limit",
    "Rate limiter",
    "Instances that name resources wait until those are free.",
    "--rate-limit execution_count",
)
RESOURCES = Option(
    "resources",
    "Resources",
    "How many there are, as NAME:COUNT or NAME:COUNT:DEVICE. Of others as many as one instance wants.",
    "--rate-limit-resource",
)
CLIENT_MEMORY = Option(
    "client_shared_memory",
    "Client memory",
    "Clients on this machine pass tensors in shared memory. A container then has all shared memory of this machine.",
    "--allow-client-shm ipc shared memory",
)


class ServerRows:
    """Their rows by key; reads them into a launch, and shows one."""

    def __init__(self, changed: Callable[[], object], parent: QWidget) -> None:
        self._changed = changed
        self.verbose = fields.number("verbose", "Verbose log", 0, 9, changed, width=48)
        self.strict = fields.switch("strict", "Strict configurations", changed)
        self.interval = fields.number("metrics_interval", "Metrics interval in ms", 1, 1 << 30, changed, unit="ms")
        self.summaries = fields.switch("summaries", "Percentiles of latencies", changed)
        modes = [(mode, _TRACE_TITLES[mode]) for mode in TRACE_MODES]
        self.trace = fields.segmented("trace", "Trace", modes, changed)
        levels = [(level, level.capitalize()) for level in TRACE_LEVELS]
        self.trace_level = fields.segmented("trace_level", "Trace level at the start", levels, changed)
        self.trace_rate = fields.number("trace_rate", "One request in how many is recorded", 1, 1 << 30, changed)
        self.trace_to = fields.text("trace_to", "Trace file or address", TRACE_FILE, changed)
        self.rate_limit = fields.switch("rate_limit", "Rate limiter", changed)
        self.resources = fields.text("resources", "Resources of the rate limiter", "R1:4 R2:1:0", changed)
        self.client_memory = fields.switch("client_shared_memory", "Shared memory of clients", changed)
        self._build(parent)
        self._connect()
        self.show(_USUAL)

    def _build(self, parent: QWidget) -> None:
        rows = (
            OptionRow(VERBOSE, self.verbose, parent=parent),
            OptionRow(STRICT, self.strict, parent=parent),
            OptionRow(INTERVAL, self.interval, parent=parent),
            OptionRow(SUMMARIES, self.summaries, parent=parent),
            OptionRow(TRACE, self.trace, parent=parent),
            OptionRow(RATE_LIMIT, self.rate_limit, parent=parent),
            OptionRow(RESOURCES, self.resources, wide=True, parent=parent),
            OptionRow(CLIENT_MEMORY, self.client_memory, parent=parent),
        )
        self.rows = {row.option.key: row for row in rows}
        self._trace_level = OptionRow(TRACE_LEVEL, self.trace_level, parent=parent)
        self._trace_rate = OptionRow(TRACE_RATE, self.trace_rate, parent=parent)
        self._trace_to = OptionRow(
            Option("trace_to", "Trace to", "", "file url collector"), self.trace_to, wide=True, parent=parent
        )
        parts = (self._trace_level, self._trace_rate, self._trace_to)
        self.rows |= {row.option.key: row for row in parts}

    def _connect(self) -> None:
        usual = _USUAL
        for key, change in (
            ("verbose", {"verbose": usual.verbose}),
            ("strict", {"strict": usual.strict}),
            ("metrics_interval", {"metrics_interval_ms": METRICS_INTERVAL_MS}),
            ("summaries", {"summaries": usual.summaries}),
            ("trace", {"trace": usual.trace}),
            ("rate_limit", {"rate_limit": usual.rate_limit}),
            ("resources", {"resources": usual.resources}),
            ("client_shared_memory", {"client_shared_memory": usual.client_shared_memory}),
        ):
            self.rows[key].reset.connect(lambda change=change: self._show_some(**change))
        self._trace_level.reset.connect(lambda: self._show_trace(level=usual.trace.level))
        self._trace_rate.reset.connect(lambda: self._show_trace(rate=usual.trace.rate))
        self._trace_to.reset.connect(lambda: self._show_trace(to=""))

    def _show_some(self, **values: object) -> None:
        self.show(replace(self.read(), **values))  # type: ignore[arg-type]
        self._changed()

    def _show_trace(self, **values: object) -> None:
        self._show_some(trace=replace(self.read().trace, **values))  # type: ignore[arg-type]

    def read(self) -> ServerOptions:
        """What the fields say."""
        mode = next(each for each in TRACE_MODES if each == self.trace.value())
        trace = Trace(mode, self.trace_level.value(), fields.whole(self.trace_rate, 0), self.trace_to.text().strip())
        return ServerOptions(
            fields.whole(self.verbose),
            self.strict.isChecked(),
            fields.whole(self.interval, METRICS_INTERVAL_MS),
            self.summaries.isChecked(),
            trace,
            self.rate_limit.isChecked(),
            _words(self.resources.text()),
            self.client_memory.isChecked(),
        )

    def show(self, options: ServerOptions) -> None:
        """Shows other options."""
        self.verbose.set_value(options.verbose)
        self.strict.setChecked(options.strict)
        self.interval.set_value(options.metrics_interval_ms)
        self.summaries.setChecked(options.summaries)
        self.trace.set_value(options.trace.mode)
        self.trace_level.set_value(options.trace.level)
        self.trace_rate.set_value(options.trace.rate)
        self.trace_to.setText(options.trace.to)
        self.rate_limit.setChecked(options.rate_limit)
        self.resources.setText(shlex.join(options.resources))
        self.client_memory.setChecked(options.client_shared_memory)

    def hidden(self) -> frozenset[str]:
        """Rows that say nothing as the others are set."""
        mode = self.trace.value()
        parts = {"trace_level", "trace_rate", "trace_to"} if mode in ("ready", "off") else set()
        return frozenset(parts | (set() if self.rate_limit.isChecked() else {"resources"}))

    def mark(self, spec: LaunchSpec) -> None:
        """Marks what is not as usual, and says what the trace does."""
        options, trace, usual = spec.options, spec.options.trace, _USUAL.trace
        self.rows["verbose"].set_default(options.verbose == _USUAL.verbose)
        self.rows["strict"].set_default(options.strict == _USUAL.strict)
        self.rows["metrics_interval"].set_default(options.metrics_interval_ms == METRICS_INTERVAL_MS)
        self.rows["summaries"].set_default(options.summaries == _USUAL.summaries)
        self.rows["trace"].set_default(trace.mode == usual.mode)
        self.rows["trace"].set_help(_TRACE_HELP[trace.mode])
        self.trace_to.setPlaceholderText(TRACE_FILE if trace.mode == "triton" else "http://127.0.0.1:4318/v1/traces")
        self._trace_level.set_default(trace.level == usual.level)
        self._trace_rate.set_default(trace.rate == usual.rate)
        self._trace_to.set_default(trace.to == usual.to)
        self.rows["rate_limit"].set_default(options.rate_limit == _USUAL.rate_limit)
        self.rows["resources"].set_default(options.resources == _USUAL.resources)
        self.rows["client_shared_memory"].set_default(options.client_shared_memory == _USUAL.client_shared_memory)


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
