"""Kinds of engines, and of control over what a server loads."""

from __future__ import annotations

from enum import Enum

from studio.value_class import dataclass

EMBEDDED_RELEASE = (24, 10)
"""The release of the embedded engine."""


class EngineKind(Enum):
    """Where a Triton comes from."""

    EMBEDDED = "embedded"
    DOCKER = "docker"
    ATTACHED = "attached"


class ControlMode(Enum):
    """Triton's model control mode."""

    NONE = "none"
    EXPLICIT = "explicit"
    POLL = "poll"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A backend in Python that stands in for one of Triton's in the embedded engine. `package` is what it imports.

    Sizes are in MB, 0 for what comes with the engine.
    """

    backend: str
    title: str
    package: str
    download: int = 0
    disk: int = 0

    @property
    def words(self) -> str:
        """What its installation costs."""
        disk = f"{self.disk / 1000:.1f} GB" if self.disk >= 500 else f"{self.disk} MB"
        return f"{self.title}: {self.download} MB to download, {disk} on disk"


STAND_INS = (
    StandIn("onnxruntime", "ONNX Runtime", "onnxruntime"),
    StandIn("pytorch", "PyTorch", "torch", 190, 760),
    StandIn("openvino", "OpenVINO", "openvino", 59, 180),
    StandIn("fil", "FIL, for decision trees", "treelite", 39, 146),
)
ON_DEMAND = {each.backend: each for each in STAND_INS if each.download}
"""Those that are installed only where a repository needs them."""
