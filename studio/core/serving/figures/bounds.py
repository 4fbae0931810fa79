"""From when on a model counts as slow: by a bound for its 99th percentile, or by what is usual for it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from studio.value_class import dataclass, field

USUAL, OFF = "usual", "off"
_TIMES, _MORE = 3.0, 20.0
"""So many times the usual, and so many milliseconds more: a jump from 1 to 4 is none that anybody waits for."""
_LEARNT = 60
"""Samples with traffic, a second each, after which something is usual."""
_SLOWEST = 0.005


@dataclass(frozen=True, slots=True)
class Bounds:
    """Milliseconds for a model's 99th percentile; NaN: by what is usual for it, infinite: never told."""

    of_all: float = math.nan
    of_models: Mapping[str, float] = field(default_factory=dict)

    def of(self, name: str) -> float:
        """The one of a model."""
        return self.of_models.get(name, self.of_all)


class Usual:
    """The middle one of a model's 99th percentiles so far, in constant memory; what lasts becomes usual in minutes."""

    __slots__ = ("_count", "_middle")

    def __init__(self) -> None:
        self._count, self._middle = 0, math.nan

    @property
    def bound(self) -> float:
        """Over which it is unusual; infinite while too little was seen."""
        return max(_TIMES * self._middle, self._middle + _MORE) if self._count >= _LEARNT else math.inf

    @property
    def middle(self) -> float:
        """What is usual, in milliseconds."""
        return self._middle

    def note(self, value: float) -> None:
        """One more sample: the middle moves towards it by a step that depends on neither's size."""
        if not (math.isfinite(value) and value > 0):
            return
        self._count += 1
        step = max(_SLOWEST, 0.5 / self._count)
        above = value > self._middle
        self._middle = value if math.isnan(self._middle) else self._middle * (1 + step if above else 1 / (1 + step))


def bounds_of(text: str) -> Bounds:
    """What a person set: `usual`, `off` or milliseconds for all, and `model=milliseconds` for single ones."""
    of_all, of_models = math.nan, {}
    for part in _parts(text):
        name, is_for_one, value = part.rpartition("=")
        if is_for_one:
            of_models[name.strip()] = _number(value)
        else:
            of_all = _number(value)
    return Bounds(of_all, of_models)


def wrong_bounds(text: str) -> str:
    """Why a text will not do; empty where it will."""
    for part in _parts(text):
        value = part.rpartition("=")[2].strip()
        if value not in (USUAL, OFF) and not _is_positive(value):
            return f"“{part}” is neither {USUAL}, {OFF} nor a number of milliseconds, for all or as in model=200."
    return ""


def _parts(text: str) -> list[str]:
    return [part for each in text.split(",") if (part := each.strip())]


def _number(value: str) -> float:
    word = value.strip()
    return math.nan if word == USUAL else math.inf if word == OFF else float(word)


def _is_positive(value: str) -> bool:
    try:
        return math.isfinite(float(value)) and float(value) > 0
    except ValueError:
        return False
