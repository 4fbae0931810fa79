"""Which stretch of time is shown: the latest minutes, or what a person zoomed to. No Qt."""

from __future__ import annotations

from studio.ui.monitor.history import TimeWindow

RANGES = (("60", "1 m"), ("300", "5 m"), ("900", "15 m"), ("3600", "1 h"))
_NEAREST = 5.0


class TimeSpan:
    """Follows the newest sample until it is zoomed or held."""

    def __init__(self, seconds: float = 300.0) -> None:
        self._seconds = seconds
        self._end = 0.0
        self._zoom: TimeWindow | None = None
        self.is_held = False

    @property
    def is_zoomed(self) -> bool:
        """Whether a person zoomed."""
        return self._zoom is not None

    def window(self) -> TimeWindow:
        """What is shown now."""
        return self._zoom or TimeWindow(self._end - self._seconds, self._end)

    def follow(self, end: float) -> None:
        """Moves on to a newer sample, unless a moment is held."""
        if not self.is_held:
            self._end = end

    def choose(self, seconds: float) -> None:
        """Shows a range of so many seconds; ends a zoom."""
        self._seconds, self._zoom = seconds, None

    def zoom(self, factor: float, around: float) -> None:
        """Zooms nearer (below 1) or farther, with one moment standing still. Farther than the range ends the zoom."""
        now = self.window()
        wanted = now.seconds * factor
        if wanted >= self._seconds:
            self._zoom = None
            return
        wanted = max(wanted, _NEAREST)
        start = around - (around - now.start) * wanted / now.seconds
        self._zoom = TimeWindow(start, start + wanted)

    def stretch(self, start: float, end: float) -> None:
        """Zooms to this stretch, or to five seconds around its middle where it is shorter."""
        middle, half = (start + end) / 2, max(end - start, _NEAREST) / 2
        self._zoom = TimeWindow(middle - half, middle + half)

    def reset(self) -> None:
        """Ends a zoom: the latest samples are shown again."""
        self._zoom = None
