"""The stretch of time that is in sight, which ruler, rows and map share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

_SHORTEST = 100.0
"""Nanoseconds in sight at the deepest zoom."""
_STEPS = 64
"""In sight at the deepest zoom at least, of those in which numbers can tell times so late apart."""
_MARGIN = 0.03
"""Of what fits, what is left free at its right."""
_LABELS = 10
_SECONDS_FROM = 20e9
"""From this length on the ruler tells seconds."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the ruler."""

    at: float
    words: str


class TimeAxis(QObject):
    """Nanoseconds of one clock. `whole` is all there is, `home` what `fit` shows; labels count from `home`."""

    changed = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.whole = (0.0, 1.0)
        self.home = (0.0, 1.0)
        self.start, self.end = 0.0, 1.0
        self.cursor: float | None = None
        """The time under the pointer."""
        self.measured: tuple[float, float] | None = None
        """The stretch that a person measures."""

    @property
    def length(self) -> float:
        """How many nanoseconds are in sight."""
        return self.end - self.start

    def x(self, time: float, width: float) -> float:
        """Where a time is, in pixels from the left."""
        return (time - self.start) / self.length * width

    def time(self, x: float, width: float) -> float:
        """The time at a place."""
        return self.start + x / max(width, 1.0) * self.length

    def set_whole(self, start: float, end: float) -> None:
        """Takes the extent of everything."""
        self.whole = _stretch(start, end)
        self.changed.emit()

    def set_home(self, start: float, end: float) -> None:
        """Takes what `fit` shows, and shows it."""
        self.home = _stretch(start, end)
        self.measured = None
        self.fit()

    def shift(self, by: float) -> None:
        """Takes that all times are so much later than before."""
        self.home = (self.home[0] + by, self.home[1] + by)
        self.start, self.end = self.start + by, self.end + by
        self.changed.emit()

    def fit(self) -> None:
        """Shows home, with a little room after it."""
        self.show(self.home[0], self.home[1] + (self.home[1] - self.home[0]) * _MARGIN)

    def show_all(self) -> None:
        """Shows everything from the first request to the last."""
        self.show(*self.whole)

    def show(self, start: float, end: float) -> None:
        """Shows a stretch, as far as there is something in it."""
        low, high = self._bounds()
        length = min(max(end - start, self._shortest), high - low)
        middle = (start + end) / 2
        start = min(max(middle - length / 2, low), high - length)
        if (start, start + length) != (self.start, self.end):
            self.start, self.end = start, start + length
            self.changed.emit()

    def _bounds(self) -> tuple[float, float]:
        low, high = min(self.whole[0], self.home[0]), max(self.whole[1], self.home[1])
        return low, high + max((self.home[1] - self.home[0]) * _MARGIN, self._shortest)

    @property
    def _shortest(self) -> float:
        return max(_SHORTEST, _STEPS * math.ulp(max(self.whole[1], self.home[1])))

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Shows so much less, so that a time stays where it is: the one under the pointer, else the middle."""
        fixed = around if around is not None else self.cursor
        if fixed is None or not self.start <= fixed <= self.end:
            fixed = (self.start + self.end) / 2
        low, high = self._bounds()
        length = min(max(self.length / factor, self._shortest), high - low)
        start = fixed - (fixed - self.start) / self.length * length
        self.show(start, start + length)

    def move(self, share: float) -> None:
        """Moves by a share of what is in sight."""
        by = self.length * share
        low, high = self._bounds()
        by = min(max(by, low - self.start), high - self.end)
        self.show(self.start + by, self.end + by)

    def reveal(self, start: float, end: float) -> None:
        """Moves so that a stretch is in sight; zooms out where it is longer."""
        if self.start <= start and end <= self.end:
            return
        length = max(self.length, (end - start) * 1.2)
        middle = (start + end) / 2
        self.show(middle - length / 2, middle + length / 2)

    def point(self, time: float | None) -> None:
        """Takes the time under the pointer."""
        if time != self.cursor:
            self.cursor = time
            self.pointed.emit()

    def measure(self, stretch: tuple[float, float] | None) -> None:
        """Takes the stretch that a person measures."""
        self.measured = stretch
        self.pointed.emit()

    def ticks(self) -> list[Tick]:
        """About ten marks with words, the first with the unit."""
        step = _step(self.length / _LABELS)
        per, unit = (1e9, "s") if self.length >= _SECONDS_FROM else (1e6, "ms")
        decimals = max(0, -math.floor(math.log10(step / per) + 1e-9))
        origin = self.home[0]
        first = math.ceil((self.start - origin) / step - 1e-9)
        last = math.floor((self.end - origin) / step + 1e-9)
        numbers = range(first, min(last, first + 40) + 1)
        words = [f"{number * step / per:.{decimals}f}".replace("-", "−") for number in numbers]
        words[:1] = [f"{each} {unit}" for each in words[:1]]
        return [Tick(origin + number * step, each) for number, each in zip(numbers, words, strict=True)]

    def words(self, time: float) -> str:
        """A time from `home`, as exact as what is in sight allows."""
        return duration_words(time - self.home[0], self.length)


def duration_words(nanoseconds: float, scale: float | None = None) -> str:
    """A length of time in ms with the digits that matter at a scale; by default at its own."""
    scale = abs(nanoseconds) if scale is None else scale
    digits = 2 if scale >= 1e6 else 3 if scale >= 1e5 else 4 if scale >= 1e4 else 5
    value = nanoseconds / 1e6
    words = f"{value:.{digits}f} ms" if abs(value) < 1e4 else f"{value / 1e3:.1f} s"
    return words.replace("-", "−")


def percent(share: float) -> str:
    """A share from 0 to 1, as `12.3 %`."""
    return f"{100 * share:.1f} %"


def _stretch(start: float, end: float) -> tuple[float, float]:
    """From a time to another, which is later in numbers with a point too."""
    return start, max(end, start + max(1.0, 2 * math.ulp(start)))


def _step(wanted: float) -> float:
    """The step of 1, 2 or 5 and zeros that is nearest to one."""
    power = 10.0 ** math.floor(math.log10(max(wanted, 1e-3)))
    return min((power * by for by in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / wanted)))
