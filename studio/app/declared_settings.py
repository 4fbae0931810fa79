"""The table of the person's settings: their names, defaults, and what they may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from studio.core.serving.figures.bounds import USUAL, wrong_bounds
from studio.core.serving.saved import wrong_connection
from studio.environment import wrong_name

Value: TypeAlias = str | int | float | bool | list[str]

_TARGETS = ("automatic", "chosen")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it is by default (which gives its type), what it does, and what it may be.

    `refuses` says why a text, or one in a list, will not do; empty where it will.
    """

    name: str
    default: Value
    prose: str
    choices: tuple[str, ...] = ()
    refuses: Callable[[str], str] = lambda _: ""

    def accepts(self, value: object) -> bool:
        """Whether a value has the type of the default and is one of the choices, or all in it will do."""
        if type(self.default) is float and type(value) is int:
            return True
        if isinstance(self.default, list) and isinstance(value, list):
            return all(isinstance(each, str) and not self.refuses(each) for each in value)
        fits = type(value) is type(self.default) and not (isinstance(value, str) and self.refuses(value))
        return fits and (not self.choices or value in self.choices)


DECLARED: tuple[Setting, ...] = (
    Setting("theme", "system", "Light, dark, or as the system has it.", ("system", "light", "dark")),
    Setting(
        "text_size", 12, "The size of the text of a configuration in pixels: Ctrl and +, − or the wheel change it."
    ),
    Setting(
        "interface_percent", 100, "The size of everything in percent of what the desktop asks for, from the next start."
    ),
    Setting("restore", True, "At the start: the repository that was open last, with its tabs and cursors."),
    Setting("engine", "", "The engine that Launch starts. Without one it is the best that this machine has."),
    Setting("docker_image", "", "The container image that the Docker engine starts."),
    Setting("gpus", "auto", "Which GPUs a server gets: auto, none, all, or ids with commas."),
    Setting("http_port", 8000, "The HTTP port wanted for a server; where it is taken, another free one."),
    Setting("grpc_port", 8001, "The gRPC port wanted for a server."),
    Setting("metrics_port", 8002, "The metrics port wanted for a server."),
    Setting("cache_megabytes", 64, "The size of a server's response cache; 0 turns it off."),
    Setting("shared_memory_megabytes", 256, "The shared memory of a container."),
    Setting(
        "model_environment",
        [],
        "Variables of your environment that models get besides those that they always get, by name.",
        refuses=wrong_name,
    ),
    Setting(
        "ask_models", True, "Models of a server launched here are asked every few seconds whether they still answer."
    ),
    Setting("ask_stateful_models", False, "Those with a state and decoupled ones are asked too."),
    Setting(
        "slow_percentile",
        USUAL,
        "When the monitor tells that a model is slow: usual (its 99th percentile is over three times its usual one), "
        "a number of milliseconds, or off; for single models besides, as in: usual, detector=200, llm=off.",
        refuses=wrong_bounds,
    ),
    Setting("target", "automatic", "Which server is checked for: the one that runs, or a chosen one.", _TARGETS),
    Setting("target_server", "24.10", "The version or release of the server that is checked for."),
    Setting("target_backends", "any", "The backends that it has: any, names with commas, or an image's variant."),
    Setting("target_gpus", "auto", "Its GPUs: auto, none, or ids with commas."),
    Setting("target_flags", "", "The flags that it is started with."),
    Setting("target_mount", "/models", "The folder at which it sees the repository; empty for its own place."),
    Setting("largest_config_kilobytes", 1024, "A configuration larger than this is not read."),
    Setting("poll_seconds", 3.0, "How often a repository is looked at where the system does not tell of changes."),
    Setting("connections", [], "Servers that you have named, as JSON without secrets.", refuses=wrong_connection),
    Setting(
        "request_environments", [], "The environment that was chosen for the saved requests of a folder, both as JSON."
    ),
    Setting("recent", [], "The repositories opened lately, the latest first."),
)
