"""Two stretches of time of one model, held against each other in figures."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.core.serving.series import Floats
from studio.value_class import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of a quantity in both stretches; NaN where it is not known."""

    field: str
    before: float
    after: float

    @property
    def text(self) -> str:
        """How it changed, in a few words."""
        if math.isnan(self.before) or math.isnan(self.after):
            return "–"
        change = self.after - self.before
        if not round(change, 2):
            return "the same"
        if not self.before:
            return f"{change:+,.2f}"
        return f"{change:+,.2f} ({change / self.before:+.0%})"


def mean(values: Floats, weights: Floats | None = None) -> float:
    """Over what is known, by weights where there are any; NaN where nothing is."""
    import numpy as np

    is_there = np.isfinite(values)
    shares = np.ones(len(values)) if weights is None else np.nan_to_num(weights)
    whole = float(shares[is_there].sum())
    return float((values[is_there] * shares[is_there]).sum()) / whole if whole > 0 else math.nan


def compare(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[Difference, ...]:
    """Quantity by quantity, those that one of the stretches has."""
    fields = [name for name in before if not (math.isnan(before[name]) and math.isnan(after.get(name, math.nan)))]
    return tuple(Difference(name, before[name], after.get(name, math.nan)) for name in fields)
