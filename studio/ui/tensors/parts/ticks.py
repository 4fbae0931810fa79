"""Round numbers for axes, and numbers as they stand beside them."""

from __future__ import annotations

import math

_LEAST_SPAN = 1e-290
"""Steps of what is less could not be told apart from zero."""


def steps(low: float, high: float, most: float) -> list[int]:
    """Whole numbers at even, round distances: indices along an axis."""
    step, factors, place = 1, (2, 2.5, 2), 0
    while (high - low) / step > max(most, 2):
        step = int(step * factors[place % 3])
        place += 1
    first = -(-int(low) // step) * step
    return list(range(first, int(high) + (high > int(high)), step))


def values(low: float, high: float, most: int) -> list[float]:
    """Round values between two ends, so many at most."""
    span = high - low
    if math.isinf(span) and math.isfinite(low) and math.isfinite(high):
        return [2 * value for value in values(low / 2, high / 2, most)]
    if 0 < span < _LEAST_SPAN:
        return [low, high]
    if not (math.isfinite(span) and span > 0):
        return [low] if math.isfinite(low) else []
    step = 10 ** math.floor(math.log10(span / most))
    step *= next(factor for factor in (1, 2, 5, 10, 20) if span / (step * factor) <= most)
    first = math.ceil(low / step)
    return [place * step for place in range(first, math.floor(high / step) + 1)]


def share(value: float, low: float, high: float) -> float:
    """How far a value is from one end to the other, 0 to 1 between them."""
    if math.isinf(high - low):
        value, low, high = value / 2, low / 2, high / 2
    return (value - low) / (high - low)


def short(value: float) -> str:
    """A number in few signs."""
    return "0" if value == 0 else f"{value:.4g}"
