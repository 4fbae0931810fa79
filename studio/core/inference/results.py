"""Looking at what came back: the best labels, a picture of a tensor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio import disk
from studio.core.failure import CoreError
from studio.core.files.untrusted import open_plain
from studio.core.inference.requests import Array
from studio.value_class import dataclass

_MOST_LABELS = 1_000_000
_MOST_LABEL_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of the best: its index in the last axis, its label where known, its score."""

    index: int
    label: str
    score: float


def softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scores as probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def top_k(scores: Array, count: int, labels: tuple[str, ...] = ()) -> tuple[Ranked, ...]:
    """The `count` highest of a one-dimensional tensor, best first, equal ones by index; NaN is last."""
    values = scores.astype(np.float64).ravel()
    order = np.argsort(np.where(np.isnan(values), np.inf, -values), kind="stable")[:count]
    return tuple(Ranked(int(i), labels[i] if i < len(labels) else "", float(values[i])) for i in order)


def read_labels(path: Path) -> tuple[str, ...]:
    """The lines of a label file as Triton reads it: the line's number is the index."""
    try:
        with open_plain(path) as file:
            lines = file.read(_MOST_LABEL_BYTES).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise CoreError(f"Reading the labels {path.name}", f"{disk.reason(error)}.") from error
    if len(lines) > _MOST_LABELS:
        raise CoreError(f"Reading the labels {path.name}", f"it has {len(lines):,} lines; that is no label file.")
    return tuple(line.strip() for line in lines)


def image_layout(shape: tuple[int, ...]) -> str:
    """How a tensor would be seen as a picture: "HW", "CHW", "HWC", with a leading "N", or "" where it would not."""
    trimmed = shape[-3:]
    lead = "N" * (len(shape) - 3) if len(shape) > 3 else ""
    if len(shape) == 2 and min(shape) >= 2:
        return "HW"
    if len(trimmed) == 3 and min(trimmed) >= 1:
        if trimmed[0] in (1, 3, 4) and min(trimmed[1:]) >= 4:
            return lead + "CHW"
        if trimmed[2] in (1, 3, 4) and min(trimmed[:2]) >= 4:
            return lead + "HWC"
    return ""
