"""What was seen of a model and its server, each with the time when it was seen: what *Why?* answers from."""

from __future__ import annotations

import math
from typing import Literal

from studio.value_class import dataclass

Symptom = Literal["failed", "dead", "wrong", "slow", "refused", "elsewhere", "down"]
"""It did not load; is ready and does not answer; answers otherwise than expected; is slow; a request of ours was
refused; works on another server; the server itself is gone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was seen, in words; `at` in seconds since the epoch."""

    words: str
    at: float


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time of requests goes: means in milliseconds over the last second, NaN where not known.

    `usual_ms` is the p50 of one's own requests, `worst_ms` the p99; `pending` requests wait or run.
    """

    at: float
    requests_s: float = math.nan
    batch: float = math.nan
    queue_ms: float = math.nan
    compute_ms: float = math.nan
    usual_ms: float = math.nan
    worst_ms: float = math.nan
    pending: float = math.nan

    @property
    def server_ms(self) -> float:
        """What the server takes of a request; NaN where it is not known."""
        return self.queue_ms + self.compute_ms


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration in force says of batching and instances. `delay_ms` is the longest wait for a batch."""

    batcher: bool = False
    delay_ms: float = 0.0
    max_batch: int = 0
    instances: int = 0
    backend: str = ""
    asks_gpu: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU that the server has: bytes, utilisation from 0 to 1, NaN where not known."""

    name: str
    free: float
    total: float
    use: float
    at: float


@dataclass(frozen=True, slots=True)
class Processes:
    """How many of the model's processes live, of how many."""

    live: int
    wanted: int
    at: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the checker found: its words, and the line of config.pbtxt; 0 where it names none."""

    words: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same model on another server, where it works, and how the two differ: by layer, in words."""

    server: str
    at: float
    differences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How the server ended: its exit code (negative: a signal; -1: there is none), why in words, the end of its log."""

    code: int
    words: str
    log: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was seen. None stands for what was not looked at, which is never good news."""

    model: str
    """"" where the server itself is asked about."""
    symptom: Symptom
    reason: str = ""
    """The server's own words, whole."""
    reason_at: float = 0.0
    answered: Seen | None = None
    """The last answer of the model, to a request of one's own or of the studio."""
    live: Seen | None = None
    """The server's last sign of life."""
    gone: Seen | None = None
    """Why there is no server to ask."""
    ended: Ended | None = None
    ready: Seen | None = None
    """The versions that take requests."""
    timing: Timing | None = None
    settings: Settings | None = None
    processes: Processes | None = None
    neighbour: Seen | None = None
    """Another model of the same backend that answers."""
    devices: tuple[Device, ...] = ()
    trouble: Trouble | None = None
    checked: Seen | None = None
    """The checker read the model's files and found no error."""
    served: Seen | None = None
    """How what runs differs from the file; None where it is the same, or not known."""
    step: str = ""
    """The step of an ensemble that keeps it from being ready."""
    elsewhere: Elsewhere | None = None
