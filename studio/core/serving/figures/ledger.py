"""What loads of models took of a GPU's memory, and unloads gave back; whether that leaks, and what fits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from studio.core.serving.series import GAP
from studio.value_class import dataclass

_T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)
"""Student's t for 95 % on both sides, for 1 to 10 degrees of freedom."""
_KEPT_FREE = 0.05


@dataclass(frozen=True, slots=True)
class Entry:
    """One load or unload, or growth between them; bytes in use of one GPU before and after it."""

    at: float
    gpu: str
    model: str
    kind: Literal["load", "unload", "growth"]
    before: float
    after: float

    @property
    def change(self) -> float:
        """What it took; below zero what it gave back."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Leak:
    """What a leak test found: bytes a cycle, with the bounds between which that lies in 95 of 100 such tests."""

    slope: float
    low: float
    high: float

    @property
    def leaks(self) -> bool:
        """Whether it grows for certain."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a load fits, by what earlier loads of the model took; `wanted` is NaN where none was seen."""

    wanted: float
    free: float
    total: float

    @property
    def text(self) -> str:
        """The entry as a sentence."""
        if math.isnan(self.wanted):
            return "Not known: no load of it was seen here yet."
        left = self.free - self.wanted
        if left < 0:
            return f"Does not fit: {-left / 2**30:.2f} GB are missing."
        tight = " That is less than 5 % of the GPU." if left < _KEPT_FREE * self.total else ""
        return f"Fits: {left / 2**30:.2f} GB stay free.{tight}"


def kept(entries: Sequence[Entry], gpu: str, model: str) -> float:
    """Of what the latest load took, how much the unload after it did not give back; NaN where there was none."""
    mine = [entry for entry in entries if entry.gpu == gpu and entry.model == model and entry.kind != "growth"]
    if len(mine) < 2 or mine[-1].kind != "unload" or mine[-2].kind != "load":
        return GAP
    return mine[-2].change + mine[-1].change


def will_it_fit(entries: Sequence[Entry], gpu: str, model: str, used: float, total: float) -> Fit:
    """By the largest of the loads that were seen."""
    took = [e.change for e in entries if e.gpu == gpu and e.model == model and e.kind == "load" and e.change > 0]
    return Fit(max(took, default=GAP), total - used, total)


def slope(after_unloads: Sequence[float]) -> Leak | None:
    """How memory in use after each unload grows, by least squares; None for fewer than three."""
    count = len(after_unloads)
    if count < 3:
        return None
    middle = (count - 1) / 2
    mean = sum(after_unloads) / count
    spread = sum((place - middle) ** 2 for place in range(count))
    rise = sum((place - middle) * (value - mean) for place, value in enumerate(after_unloads)) / spread
    left = sum((value - mean - rise * (place - middle)) ** 2 for place, value in enumerate(after_unloads))
    error = math.sqrt(left / (count - 2) / spread)
    reach = error * (_T95[count - 3] if count - 3 < len(_T95) else 2.0)
    return Leak(rise, rise - reach, rise + reach)
