"""What every engine offers: a launch specification goes in, a server comes out."""

from __future__ import annotations

from typing import Protocol

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, LogLine


class Server(Protocol):
    """A server that was started or found. Blocking calls; one caller at a time."""

    @property
    def addresses(self) -> Addresses:
        """Where the server answers, by protocol."""

    @property
    def spec(self) -> LaunchSpec:
        """What it was launched from."""

    @property
    def description(self) -> str:
        """What it is, for people: "Embedded Triton 2.51.0"."""

    def poll(self) -> Exit | None:
        """How it ended; None while it lives."""

    def processes(self) -> frozenset[int]:
        """Its processes, as this machine numbers them; empty where they cannot be seen. For any thread."""

    def read_log(self) -> list[LogLine]:
        """The lines since the last call; never waits."""

    def ask_to_end(self) -> bool:
        """Tell it to end and return at once; whether it was told. `poll` says when it has ended."""

    def stop(self, timeout: float = 10.0) -> None:
        """End it, by force after `timeout` seconds; a second call does nothing."""


class Engine(Protocol):
    """One place that a Triton comes from."""

    @property
    def kind(self) -> EngineKind:
        """The kind of specification that it starts."""

    def start(self, spec: LaunchSpec) -> Server:
        """Start a server and return at once, before it is ready; raises `EngineError`."""
