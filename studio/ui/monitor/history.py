"""What the monitor does to recorded values before it draws them: thin, stack, step, ticks. No Qt."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from studio.core.serving.figures.history import History
from studio.core.serving.series import GAP, Floats

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The stretch of time that is shown, in seconds of the monotonic clock."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TimeMark:
    """A moment worth a line through every chart."""

    time: float
    text: str


def clip(times: Floats, values: Floats, window: TimeWindow) -> tuple[Floats, Floats]:
    """The points inside a window, with one more at each side so that a line reaches its edges."""
    first = max(0, int(np.searchsorted(times, window.start)) - 1)
    last = int(np.searchsorted(times, window.end, side="right")) + 1
    return times[first:last], values[first:last]


def until(times: Floats, values: Floats, end: float) -> tuple[Floats, Floats]:
    """The points up to a moment."""
    last = int(np.searchsorted(times, end, side="right"))
    return times[:last], values[:last]


def broken(times: Floats, values: Floats, coarse_until: float = -math.inf) -> tuple[Floats, Floats]:
    """The same with a gap wherever nothing was recorded for longer than usual: 5 seconds, or 25 up to `coarse_until`.

    To be called before points are merged: then the steps between them tell nothing of holes any more.
    """
    reach = np.where(times[:-1] <= coarse_until, 25.0, 5.0)
    holes = np.flatnonzero(np.diff(times) > reach) + 1
    if not len(holes):
        return times, values
    # One at its beginning ends a line that holds its value, and one amid it stays when points are merged.
    ends = np.column_stack((times[holes - 1], (times[holes - 1] + times[holes]) / 2)).ravel()
    places = np.repeat(holes, 2)
    return np.insert(times, places, ends), np.insert(values, places, GAP)


def envelope(times: Floats, values: Floats, most: int = 400) -> tuple[Floats, Floats]:
    """A line of at most about `most` points that keeps every peak and every dip; a bin of gaps alone is a gap."""
    starts = _bins(times, most // 2)
    if starts is None:
        return times, values
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return np.repeat(times[starts], 2), np.column_stack((low, high)).ravel()


def means(times: Floats, values: Floats, most: int = 600) -> tuple[Floats, Floats]:
    """The means of at most about `most` bins, gaps left out."""
    starts = _bins(times, most)
    if starts is None:
        return times, values
    finite = np.isfinite(values)
    counts = np.add.reduceat(finite.astype(float), starts)
    sums = np.add.reduceat(np.where(finite, values, 0.0), starts)
    return times[starts], np.divide(sums, counts, out=np.full(len(starts), GAP), where=counts > 0)


def on_grid(times: Floats, values: Floats, window: TimeWindow, count: int) -> Floats:
    """The means in `count` equal stretches of a window, for a sparkline; a gap where nothing is known."""
    # The grid stands still on the clock, so that a line moves by whole steps and keeps its shape.
    width = window.seconds / count
    finite = np.isfinite(values)
    place = np.floor(times[finite] / width).astype(int) - int(np.floor(window.end / width)) + count - 1
    inside = (place >= 0) & (place < count)
    sums = np.bincount(place[inside], values[finite][inside], count)
    counts = np.bincount(place[inside], minlength=count)
    return np.where(counts > 0, sums / np.maximum(counts, 1), GAP)


def merged_seconds(window: TimeWindow, most: int = 400) -> int:
    """So many seconds are drawn as one by `envelope`, as their highest and their lowest; 1 where each is drawn."""
    return max(1, math.ceil(window.seconds / (most // 2)))


def thinned(kept: History, window: TimeWindow, offset: float) -> str:
    """What of a stretch of time is not drawn second by second, and why; "" where all of it is."""
    parts = []
    if (seconds := merged_seconds(window)) > 1:
        parts.append(f"lines show the highest and the lowest of each {seconds} s")
    if kept.dropped_until > window.start:
        parts.append(f"what was before {clock(kept.dropped_until, offset)} is dropped, for want of memory")
    if kept.coarse_until > max(window.start, kept.dropped_until):
        parts.append(f"before {clock(kept.coarse_until, offset)} there is a point for each 10 s, for want of memory")
    return "; ".join(parts)


def _bins(times: Floats, most: int) -> npt.NDArray[np.intp] | None:
    """Where each bin of equal time begins; None where there are few points. Bins stay put while time goes on."""
    if len(times) <= most:
        return None
    # A whole number of seconds, on the clock and not on the first point: else the picture shimmers as it moves.
    width = max(1.0, math.ceil(float(times[-1] - times[0]) / most))
    bins = np.floor(times / width)
    return np.concatenate(([0], np.flatnonzero(np.diff(bins)) + 1))


def stack(layers: Sequence[Floats]) -> list[Floats]:
    """The tops of layers that stand on one another. A layer that lacks a value adds none; a gap in all is a gap."""
    known = np.isfinite(np.stack(layers)).any(axis=0)
    tops = np.cumsum([np.nan_to_num(layer) for layer in layers], axis=0)
    return [np.where(known, top, GAP) for top in tops]


def steps(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A line that holds each value until the next: counts have nothing in between."""
    return np.repeat(times, 2)[1:], np.repeat(values, 2)[:-1]


def at(times: Floats, values: Floats, moment: float, reach: float = 2.0) -> float:
    """The value nearest to a moment; a gap where none is within `reach` seconds."""
    if not len(times):
        return GAP
    right = min(int(np.searchsorted(times, moment)), len(times) - 1)
    left = max(0, right - 1)
    nearest = left if moment - times[left] < times[right] - moment else right
    return float(values[nearest]) if abs(times[nearest] - moment) <= reach else GAP


def total(times: Floats, rates: Floats, since: float) -> float:
    """How many there were after a moment, by their rates; a gap counts none."""
    seconds = np.diff(times, prepend=times[:1])
    return float(np.nansum((rates * seconds)[times > since])) if len(times) else 0.0


def largest(lines: Sequence[Floats]) -> float:
    """The largest finite value; 0 where there is none."""
    return max((float(np.fmax.reduce(line, initial=0.0)) for line in lines if len(line)), default=0.0)


def value_ticks(top: float, whole: bool = False) -> tuple[float, ...]:
    """Three to five round values from zero up to `top`; `whole` for counts."""
    if not math.isfinite(top) or top <= 0:
        return (0.0, 0.5, 1.0) if not whole else (0.0, 1.0, 2.0)
    raw = top / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(nice * power for nice in (1.0, 2.0, 2.5, 5.0, 10.0) if nice * power >= raw * (1 - 1e-9))
    if whole:
        step = max(1.0, math.ceil(step))
    return tuple(step * index for index in range(math.floor(top / step + 1e-9) + 1))


def time_ticks(window: TimeWindow, offset: float, most: int = 5) -> list[tuple[float, str]]:
    """Round moments in a window and how the clock on the wall shows them; `offset` is wall minus monotonic."""
    step = next((s for s in _STEPS if window.seconds / s <= most), _STEPS[-1])
    first = math.ceil((window.start + offset) / step)
    last = math.floor((window.end + offset) / step)
    return [(index * step - offset, clock(index * step - offset, offset)) for index in range(first, last + 1)]


def offset() -> float:
    """The clock on the wall minus the monotonic one, now."""
    return time.time() - time.monotonic()


def clock(moment: float, offset: float) -> str:
    """A moment as the clock on the wall shows it."""
    return datetime.fromtimestamp(moment + offset).strftime("%H:%M:%S")
