"""The options of a launch in words: what they are called, what they do, and under which topics they are folded."""

from __future__ import annotations

from studio.ui.server.launch.rows import Option

ENGINES = (("embedded", "Embedded"), ("docker", "Docker"))
CONTROL = (("none", "None"), ("explicit", "Explicit"), ("poll", "Poll"))
CONTROL_WORDS = {
    "none": "Every model loads at the start; load and unload are off.",
    "explicit": "You load and unload; saved files wait for you.",
    "poll": "The server looks for changed files every few seconds: each save reloads at once, half-written files too, "
    "and load and unload are off. Changed code may run before you are asked about it.",
}
TITLES = {"http": "HTTP", "grpc": "gRPC", "metrics": "Metrics"}
DOCKER = frozenset({"image", "shared_memory", "memory", "cpus", "user", "packages", "mount"})
"""Options that a container alone has."""
USUAL = (
    Option("engine", "Engine", "", "embedded docker container"),
    Option("image", "Image", "", "tag digest release pull registry"),
    Option("gpus", "GPUs", "", "cuda nvidia uuid device"),
    Option("shared_memory", "Shared memory", "", "shm-size python"),
    Option("ports", "Ports", "", "http grpc metrics"),
    Option("control", "Control mode", "", "explicit poll none model-control-mode"),
    Option("load", "Load at start", "", "models load-model"),
)
BIND = Option(
    "bind", "Address", "Where it is reached: this machine alone, unless you say otherwise.", "bind network 0.0.0.0 ip"
)
CACHE = Option(
    "cache", "Response cache", "Answers the same request again without the model; 0 turns it off.", "--cache-config"
)
ENVIRONMENT = Option("environment", "Environment", "", "variables env")
ARGUMENTS = Option("arguments", "Any others", "Words that tritonserver gets besides.", "flags extra further")
TOPICS = (
    ("models", "Models", ("strict", "cache", "rate_limit", "resources", "environment")),
    (
        "log",
        "Log, metrics, trace",
        ("verbose", "metrics_interval", "summaries", "trace", "trace_level", "trace_rate", "trace_to"),
    ),
    ("network", "Network and clients", ("bind", "client_shared_memory")),
    ("container", "Container", ("memory", "cpus", "user", "packages", "mount")),
    ("arguments", "More arguments", ("arguments",)),
)
"""Key, title, and the options in their order."""
