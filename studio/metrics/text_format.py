"""Prometheus' text, read line by line within limits.

A megabyte costs about 50 ms of processor time and some 3 MB while it is read, however it is made: what is beyond a
limit is not looked at, and said to be left out. A counter keeps the name under which the server writes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO

Labels = tuple[tuple[str, str], ...]
_LABELS = r'\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}'
_LINE = re.compile(rf"([a-zA-Z_:][\w:]*)(?:[ \t]*{_LABELS}[ \t]*|[ \t]+)([^\s_]+)(?:[ \t]+-?\d+)?$", re.ASCII)
_LABEL = re.compile(r'\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.ASCII)
_ABOUT = re.compile(r"#\s*(HELP|TYPE)\s+([a-zA-Z_:][\w:]*)\s?(.*)", re.ASCII | re.DOTALL)
_ENDINGS = ("_bucket", "_count", "_sum", "_total", "_created")
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)
_KINDS = ("counter", "gauge", "summary", "histogram")
_HELP = 500
_KEPT = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a text is looked at: bytes in all, lines, values, bytes of a line and digits of a value."""

    size: int = 8 << 20
    lines: int = 100_000
    values: int = 60_000
    line: int = 16 << 10
    digits: int = 1024


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a family, with its labels by name; `suffix` follows the family's name, as `_sum` does."""

    suffix: str
    labels: Labels
    value: float


@dataclass(frozen=True, slots=True)
class Family:
    """A metric as the server writes it: `kind` is counter, gauge, summary, histogram or unknown."""

    name: str
    kind: str
    help: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """What a text says; `left_out` is what of it was not taken, in words, "" where all was."""

    families: tuple[Family, ...]
    left_out: str = ""


@dataclass(slots=True)
class _Found:
    """A family while its lines come."""

    kind: str = "unknown"
    help: str = ""
    points: list[Point] = field(default_factory=list)


class _Reader:
    """Takes one line after the other."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.found: dict[str, _Found] = {}
        self.values = self.junk = 0

    def take(self, raw: bytes) -> None:
        """One line. What is none of the format is counted as junk."""
        try:
            line = raw.decode("utf-8").strip() if len(raw) <= self._limits.line else None
        except UnicodeDecodeError:
            line = None
        if line is None:
            self.junk += 1
        elif line.startswith("#"):
            self._about(line)
        elif line and not self._value(line):
            self.junk += 1

    def _about(self, line: str) -> None:
        said = _ABOUT.match(line)
        if said is None:
            return
        what, name, rest = said.groups()
        family = self.found.setdefault(name, _Found())
        if what == "HELP":
            family.help = rest.replace("\\n", "\n").replace("\\\\", "\\")[:_HELP]
        else:
            family.kind = rest.strip() if rest.strip() in _KINDS else "unknown"

    def _value(self, line: str) -> bool:
        parts = _LINE.match(line)
        if parts is None:
            return False
        name, said, number = parts.groups()
        labels = _labels(said or "")
        value = _number(number, self._limits.digits)
        if labels is None or value is None:
            return False
        family, suffix = self._family(name)
        family.points.append(Point(suffix, labels, value))
        self.values += 1
        return True

    def _family(self, name: str) -> tuple[_Found, str]:
        known = self.found.get(name)
        if known is not None:
            return known, ""
        for ending in _ENDINGS:
            if name.endswith(ending) and name[: -len(ending)] in self.found:
                return self.found[name[: -len(ending)]], ending
        return self.found.setdefault(name, _Found()), ""


def read(body: bytes, limits: Limits = USUAL, is_whole: bool = True) -> Text:
    """What a text says, as far as the limits go. Raises ValueError where none of it is of this format.

    `is_whole` says that nothing came after it; of a text that was cut the last line is not taken.
    """
    reader = _Reader(limits)
    ended = _take(reader, body[: limits.size], limits, is_whole and len(body) <= limits.size)
    if reader.junk and not reader.values:
        raise ValueError("no line of it is a metric")
    families = tuple(Family(name, f.kind, f.help, tuple(f.points)) for name, f in reader.found.items() if f.points)
    return Text(families, " and ".join(part for part in (ended, _junk(reader.junk)) if part))


def _junk(count: int) -> str:
    if count < 2:
        return "1 line that is no metric" if count else ""
    return f"{count:,} lines that are no metrics"


def _take(reader: _Reader, body: bytes, limits: Limits, is_whole: bool) -> str:
    """Reads the lines; gives what comes after the limit that was reached first, in words."""
    for count, line in enumerate(BytesIO(body)):
        if count >= limits.lines:
            return f"what comes after {limits.lines:,} lines"
        if reader.values >= limits.values:
            return f"what comes after {limits.values:,} values"
        if not is_whole and not line.endswith(b"\n"):
            break
        reader.take(line)
    return "" if is_whole else f"what comes after {len(body) / 2**20:.3g} MiB"


def _labels(said: str) -> Labels | None:
    """The labels between the braces, by name; None where they are not written as labels are."""
    # Those of a model come again for each of its families, and with each reading; long ones would fill the memory.
    return _known_labels(said) if len(said) <= _KEPT else _read_labels(said)


def _read_labels(said: str) -> Labels | None:
    place, found = 0, {}
    while place < len(said):
        each = _LABEL.match(said, place)
        if each is None:
            return () if not said.strip() else None
        found[each[1]] = _plain(each[2])
        place = each.end()
    return tuple(sorted(found.items()))


_known_labels = lru_cache(maxsize=4096)(_read_labels)


def _plain(text: str) -> str:
    return _ESCAPES.sub(lambda escape: "\n" if escape[1] == "n" else escape[1], text) if "\\" in text else text


def _number(text: str, most: int) -> float | None:
    if len(text) > most:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def buckets(points: tuple[Point, ...]) -> Iterator[tuple[Labels, float, float]]:
    """The buckets of a histogram: the other labels, the bound, and how many lie at or below it."""
    for point in points:
        bound = dict(point.labels).get("le")
        if point.suffix != "_bucket" or bound is None or not math.isfinite(point.value):
            continue
        limit = _number(bound, 64)
        if limit is not None:
            yield tuple(each for each in point.labels if each[0] != "le"), limit, point.value
