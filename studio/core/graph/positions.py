"""Where the nodes of an ensemble stand on its canvas: a small sorted file beside the repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled frame around part of a canvas."""

    title: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Positions:
    """Where things stand. `nodes` are the top left corners by `Node.key`, in whole pixels at 100 %."""

    nodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()


def positions_path(repository: Path, model: str) -> Path:
    """The file of one ensemble: in `<repository>.trireme/`, or in the user's data where that cannot be written."""
    raise NotImplementedError


def read_positions(repository: Path, model: str) -> Positions:
    """What was kept; nothing where there is no file, or one that makes no sense."""
    raise NotImplementedError


def write_positions(repository: Path, model: str, positions: Positions) -> Path:
    """Keeps positions, atomically; returns the file. Raises CoreError where neither place can be written."""
    raise NotImplementedError
