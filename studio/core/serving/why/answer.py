"""The answer to *Why?*: eight layers from client to artifact, each with a state and what it rests on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from studio.value_class import dataclass

LayerName = Literal["client", "transport", "queue", "batcher", "instance", "backend", "device", "artifact"]
LayerState = Literal["fine", "not used", "not reached", "stopped by it", "cause", "not known"]
LAYERS: tuple[LayerName, ...] = (
    "client",
    "transport",
    "queue",
    "batcher",
    "instance",
    "backend",
    "device",
    "artifact",
)
MOST_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer. `at` is when its evidence was seen, in seconds since the epoch; 0 where nothing was."""

    name: LayerName
    state: LayerState
    evidence: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """A place to look at: a line of config.pbtxt or model.py, the files, the log at a time, the monitor, a model."""

    kind: Literal["config", "code", "files", "log", "monitor", "model"]
    model: str
    file: str = ""
    line: int = 0
    at: float = 0.0

    @property
    def words(self) -> str:
        """What the link says."""
        if self.kind == "log":
            return f"Server log, {clock(self.at)}" if self.at else "Server log"
        if self.kind == "monitor":
            return f"Monitor, {self.model}"
        if self.kind == "files":
            return f"{self.model}, its files"
        if self.kind == "model":
            return f"Why? of {self.model}"
        return f"{self.model}/{self.file}" + (f", line {self.line}" if self.line else "")


@dataclass(frozen=True, slots=True)
class Why:
    """The answer. Where it is not certain the title begins with "Likely:"."""

    model: str
    title: str
    is_certain: bool
    summary: str
    layers: tuple[Layer, ...]
    looks: tuple[Look, ...] = ()

    def layer(self, name: LayerName) -> Layer:
        """The layer of that name."""
        return next(each for each in self.layers if each.name == name)

    @property
    def report(self) -> str:
        """All of it as a text, to be sent to somebody."""
        rows = [
            f"{each.name:<10} {each.state:<14} {each.evidence}" + (f"  ({clock(each.at)})" if each.at else "")
            for each in self.layers
        ]
        looks = [f"- {each.words}" for each in self.looks]
        return "\n".join([f"{self.model or 'The server'}: {self.title}", self.summary, "", *rows, "", *looks]).rstrip()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one symptom comes to: a title, whether it is certain, and the layers that it says more of."""

    title: str
    is_certain: bool
    layers: Sequence[Layer]
    looks: tuple[Look, ...] = ()


def layer(name: LayerName, state: LayerState, evidence: str, at: float = 0.0) -> Layer:
    """A layer, written short."""
    return Layer(name, state, evidence, at)


def clock(at: float) -> str:
    """A time of day with its milliseconds, as the log has it."""
    return f"{time.strftime('%H:%M:%S', time.localtime(at))}.{int(at % 1 * 1000):03d}"
