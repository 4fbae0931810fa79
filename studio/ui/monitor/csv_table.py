"""What is shown as a table of values: one line a second and model version, gaps empty."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from studio.core.serving.figures import columns
from studio.core.serving.figures.history import Track
from studio.ui.monitor.history import TimeMark, TimeWindow
from studio.ui.monitor.rows import PERCENTILES

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler

_FIELDS = tuple(column.name for column in columns.MODEL)
HEADER = ("time", "model", "version", *_FIELDS, *(f"own_{name}_ms" for name in PERCENTILES), "mark")


def as_csv(sampler: CurrentSampler, window: TimeWindow, marks: Sequence[TimeMark], offset: float) -> str:
    """Every point of every model inside a window as CSV; `offset` is wall clock minus monotonic."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    lines: list[tuple[float, tuple[str, ...]]] = []
    for name, version in sampler.models():
        columns = [_column(sampler.model(name, version, field), window) for field in _FIELDS]
        columns += [_column(sampler.own(name, field), window, 1e-6) for field in PERCENTILES]
        lines += [(moment, (name, version, *(c.get(moment, "") for c in columns))) for moment in columns[0]]
    for moment, values in sorted(lines):
        at = datetime.fromtimestamp(moment + offset).astimezone()
        said = "; ".join(mark.text for mark in marks if abs(mark.time - moment) <= 0.5)
        writer.writerow((at.isoformat(timespec="milliseconds"), *values, said))
    return out.getvalue()


def _column(series: Track, window: TimeWindow, scale: float = 1.0) -> dict[float, str]:
    times, values = series.points(window.start)
    pairs = zip(times.tolist(), values.tolist(), strict=True)
    return {at: f"{value * scale:.6g}" if math.isfinite(value) else "" for at, value in pairs if at <= window.end}
