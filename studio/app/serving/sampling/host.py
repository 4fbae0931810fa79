"""How busy this machine is, from Linux's /proc; nothing where there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from studio.core.serving.figures.history import Column, History, Track
from studio.core.serving.series import GAP

_PROC = Path("/proc")
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class HostReading:
    """Processor use from 0 to 1 since the reading before, memory in bytes; NaN where it is not told."""

    processor: float = GAP
    memory_used: float = GAP
    memory_total: float = GAP

    @property
    def is_known(self) -> bool:
        """Whether there is anything to show."""
        return math.isfinite(self.processor) or math.isfinite(self.memory_total)


class Host:
    """Reads this machine, and keeps the last hour."""

    def __init__(self, proc: Path = _PROC) -> None:
        self._proc = proc
        self._before: tuple[float, float] | None = None
        self._at = -math.inf
        self.last = HostReading()
        self._kept = History((Column("processor"),))

    @property
    def processor(self) -> Track:
        """Its use over time."""
        return self._kept.track("", "processor")

    def read(self, time: float) -> None:
        """Reads processor and memory once more, against the reading before; not twice for two pages at a time."""
        if time - self._at < _LEAST:
            return
        self._at = time
        self.last = HostReading(self._use(), *self._memory())
        self._kept.append(time, {"": (self.last.processor,)})

    def _use(self) -> float:
        now = _ticks(_text(self._proc / "stat"))
        before, self._before = self._before, now
        if now is None or before is None or now[1] <= before[1]:
            return GAP
        return (now[0] - before[0]) / (now[1] - before[1])

    def _memory(self) -> tuple[float, float]:
        found = _meminfo(_text(self._proc / "meminfo"))
        total = found.get("MemTotal", GAP)
        return total - found.get("MemAvailable", GAP), total


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        # Another system than Linux: there is nothing to tell, and nothing to be done about it.
        return ""


def _ticks(stat: str) -> tuple[float, float] | None:
    """Busy and all clock ticks of all processors together."""
    first = stat.partition("\n")[0].split()
    if len(first) < 5 or first[0] != "cpu":
        return None
    # user nice system idle iowait irq softirq steal; guest time is part of user time.
    ticks = [float(word) for word in first[1:9]]
    idle = ticks[3] + (ticks[4] if len(ticks) > 4 else 0.0)
    return sum(ticks) - idle, sum(ticks)


def _meminfo(text: str) -> dict[str, float]:
    """The sizes of /proc/meminfo in bytes, by their names."""
    found = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if words and words[0].isdigit():
            found[name] = float(words[0]) * 1024
    return found
