"""The metrics that the studio knows no place for, kept over time as what they are: counts, gauges, distributions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from studio.core.serving.figures.history import Column, History
from studio.core.serving.figures.quantiles import between, of_buckets

if TYPE_CHECKING:
    from studio.metrics.text_format import Family, Labels

_MOST, _LONGEST, _WHOLE = 200, 60, 400
_FRAMEWORKS = (("vllm:", "vLLM"), ("nv_trt_llm", "TensorRT-LLM"), ("nv_llm", "TensorRT-LLM"), ("nv_", "Triton"))
_UNITS = (
    ("_seconds", "s"), ("_secs", "s"), ("_bytes", "bytes"), ("_us", "µs"), ("_ms", "ms"), ("_perc", "of 1"),
    ("_ratio", "of 1"), ("_utilization", "of 1"), ("_tokens", "tokens"), ("_joules", "J"), ("_watts", "W"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """One line of a family: what it is called, and its key in the history."""

    title: str
    key: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ShownFamily:
    """A family as it is drawn. `unit` is of what is drawn: of a counter a rate. `group` is what publishes it."""

    name: str
    group: str
    help: str
    unit: str
    lines: tuple[FamilyLine, ...]


class Families:
    """Keeps at most two hundred lines, those that Triton does not publish itself first."""

    def __init__(self) -> None:
        self.history = History((Column("value"),), budget=8 << 20)
        self.shown: tuple[ShownFamily, ...] = ()
        self.left_out = 0
        """So many lines are not kept."""
        self._before: Mapping[str, Family] = {}
        self._at = 0.0

    def take(self, at: float, families: tuple[Family, ...]) -> None:
        """Adds the values of one more reading of the metrics."""
        seconds, self._at = at - self._at, at
        values: dict[tuple[str, str], tuple[float]] = {}
        shown, self.left_out = [], 0
        for family in sorted(families, key=lambda each: _place(each.name)):
            if len(values) >= _MOST:
                self.left_out += len(family.points)
                continue
            before = self._before.get(family.name)
            lines = []
            found = list(_lines(family, before, seconds))
            kept = found[: _MOST - len(values)]
            self.left_out += len(found) - len(kept)
            for title, line in zip(_titles(kept), kept, strict=True):
                key = family.name, line.identity
                values[key] = (line.value,)
                lines.append(FamilyLine(title, key))
            if lines:
                unit = unit_of(family.name, family.kind)
                shown.append(ShownFamily(family.name, group_of(family.name), family.help, unit, tuple(lines)))
        self._before = {family.name: family for family in families}
        self.history.append(at, values)
        self.shown = tuple(shown)

    def miss(self, at: float) -> None:
        """Leaves a gap, since a reading failed."""
        self._before = {}
        self.history.append(at, {})

    def clear(self) -> None:
        """Forgets all families and their figures."""
        self.history.clear()
        self._before, self.shown, self.left_out = {}, (), 0


def _place(name: str) -> tuple[int, str]:
    """Frameworks first, Triton's own last."""
    return {"Others": 1, "Triton": 2}.get(group_of(name), 0), name


def group_of(name: str) -> str:
    """What publishes a family, by how its name begins."""
    return next((group for start, group in _FRAMEWORKS if name.startswith(start)), "Others")


def unit_of(name: str, kind: str) -> str:
    """The unit of what is drawn of a family, by how its name ends."""
    plain = name.removesuffix("_total")
    unit = next((unit for ending, unit in _UNITS if plain.endswith(ending)), "")
    return f"{unit}/s" if kind == "counter" else unit


@dataclass(frozen=True, slots=True)
class _Line:
    """One number that is drawn of a family: `part` is what of a distribution it is."""

    labels: Labels
    value: float
    part: str = ""

    @property
    def identity(self) -> str:
        """Tells it from all others of its family, and takes little room, however long its labels are."""
        return blake2b(repr((self.labels, self.part)).encode("utf-8", "replace"), digest_size=16).hexdigest()

    def title(self, has_version: bool = False, longest: int = _LONGEST) -> str:
        return f"{title_of(self.labels, has_version, longest)} {self.part}".strip()


def _titles(lines: list[_Line]) -> Iterator[str]:
    """As short as tells the lines apart: with the version where two are alike, and then with no end cut off."""
    short = [line.title() for line in lines]
    versions = [line.title(has_version=True) for line in lines]
    often, still = Counter(short), Counter(versions)
    for line, title, version in zip(lines, short, versions, strict=True):
        if often[title] == 1:
            yield title
        else:
            yield version if still[version] == 1 else line.title(has_version=True, longest=_WHOLE)


def _lines(family: Family, before: Family | None, seconds: float) -> Iterator[_Line]:
    """What is drawn of a family."""
    if family.kind in ("histogram", "summary"):
        yield from _distribution(family, before)
        return
    earlier = {point.labels: point.value for point in before.points} if before is not None else {}
    for point in family.points:
        if family.kind != "counter":
            yield _Line(point.labels, point.value)
            continue
        change = point.value - earlier.get(point.labels, math.nan)
        yield _Line(point.labels, change / seconds if change >= 0 and seconds > 0 else math.nan)


def _distribution(family: Family, before: Family | None) -> Iterator[_Line]:
    """The mean and the 99th percentile of what came since, and the quantiles that the server tells."""
    from studio.metrics.text_format import buckets

    now, earlier = _sums(family), _sums(before) if before is not None else {}
    for labels, (total, count) in now.items():
        was = earlier.get(labels, (math.nan, math.nan))
        came = count - was[1]
        yield _Line(labels, (total - was[0]) / came if came > 0 else math.nan, "mean")
    found = _by_labels(buckets(family.points))
    known = _by_labels(buckets(before.points)) if before is not None else {}
    for labels, counts in found.items():
        since = between(known[labels], counts) if labels in known else ()
        yield _Line(labels, of_buckets(since).p99, "p99")
    for point in family.points:
        if not point.suffix and "quantile" in dict(point.labels):
            yield _Line(point.labels, point.value)


def _sums(family: Family) -> dict[Labels, tuple[float, float]]:
    found: dict[Labels, tuple[float, float]] = {}
    for point in family.points:
        total, count = found.get(point.labels, (math.nan, math.nan))
        if point.suffix == "_sum":
            found[point.labels] = point.value, count
        elif point.suffix == "_count":
            found[point.labels] = total, point.value
    return found


def _by_labels(counted: Iterator[tuple[Labels, float, float]]) -> dict[Labels, tuple[tuple[float, float], ...]]:
    found: dict[Labels, list[tuple[float, float]]] = {}
    for labels, bound, count in counted:
        found.setdefault(labels, []).append((bound, count))
    return {labels: tuple(sorted(counts)) for labels, counts in found.items()}


def title_of(labels: Labels, has_version: bool = False, longest: int = _LONGEST) -> str:
    """The values of the labels, which tell the lines of a family apart."""
    shown = [_title_of(*label) for label in labels if has_version or label[0] != "version"]
    return " ".join(shown)[:longest]


def _title_of(name: str, value: str) -> str:
    if name == "quantile":
        return _percent(value)
    return f"version {value}" if name == "version" else value


def _percent(quantile: str) -> str:
    try:
        return f"p{float(quantile) * 100:g}"
    except ValueError:
        return quantile
