"""The lines of a log that are kept: the latest, bounded in number and in size."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from studio.core.serving.launch import LogLine

LINES = 200_000
CHARACTERS = 64 << 20


class LogBuffer:
    """Keeps the latest lines; the oldest go where there are too many, or too long ones."""

    def __init__(self, lines: int = LINES, characters: int = CHARACTERS) -> None:
        self._most_lines, self._most_characters = lines, characters
        self._lines: deque[LogLine] = deque()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines)

    def last(self, count: int) -> list[LogLine]:
        """The latest lines, so many of them, in their order."""
        return list(islice(reversed(self._lines), count))[::-1]

    def extend(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """Takes new lines, and gives those that had to go."""
        for line in lines:
            self._lines.append(line)
            self._characters += len(line.text)
        gone = []
        while len(self._lines) > self._most_lines or self._characters > self._most_characters:
            gone.append(self._lines.popleft())
            self._characters -= len(gone[-1].text)
        return gone

    def clear(self) -> None:
        """Forgets every line that is kept."""
        self._lines.clear()
        self._characters = 0


def clock(seconds: float) -> str:
    """Time of day with milliseconds; blank where it is not known."""
    if not seconds:
        return ""
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{int(seconds % 1 * 1000):03d}"


def as_text(line: LogLine) -> str:
    """One line for the clipboard or a file."""
    return "  ".join(part for part in (clock(line.time), line.level, line.source, line.model, line.text) if part)
