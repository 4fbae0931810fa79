"""Which requests of a trace a person wants to see, in a few words: `over 10 ms`, `failed`, a model, part of an id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from studio.core.tracing.trace import Trace

Order: TypeAlias = Literal["slowest", "newest", "order"]

_UNITS = {"": 1e6, "ns": 1.0, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9}
_BOUND = re.compile(
    r"(?P<way>over|under|>=?|<=?)\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>ns|us|µs|ms|s)?(?![\w.])", re.I
)


def narrowed(trace: Trace, words: str, order: Order) -> npt.NDArray[np.int64]:
    """The rows that all of the words hold for, in an order."""
    kept = np.ones(len(trace), np.bool_)
    for bound in _BOUND.finditer(words):
        limit = float(bound["number"].replace(",", ".")) * _UNITS[(bound["unit"] or "").lower()]
        is_over = bound["way"].lower() in ("over", ">", ">=")
        kept &= trace.duration > limit if is_over else trace.duration < limit
    for word in re.split(r"[\s,]+", _BOUND.sub(" ", words)):
        if word.lower() == "failed":
            kept &= trace.failed
        elif word:
            kept &= _named(trace, word.lower())
    return _ordered(trace, np.flatnonzero(kept).astype(np.int64), order)


def medians_by_model(trace: Trace) -> dict[str, tuple[float, int]]:
    """The median duration in ns of the requests of each model, with how many they are."""
    rows: dict[str, list[int]] = {}
    for row, model in enumerate(trace.models):
        rows.setdefault(model, []).append(row)
    return {model: (float(np.median(trace.duration[of])), len(of)) for model, of in rows.items()}


def _named(trace: Trace, part: str) -> npt.NDArray[np.bool_]:
    """Those whose name or model a word is part of."""
    models = {model: part in model.lower() for model in set(trace.models)}
    pairs = zip(range(len(trace)), trace.models, strict=True)
    return np.fromiter((models[model] or part in name_of(trace, row).lower() for row, model in pairs), bool, len(trace))


def _ordered(trace: Trace, rows: npt.NDArray[np.int64], order: Order) -> npt.NDArray[np.int64]:
    if order == "slowest":
        return rows[np.argsort(-trace.duration[rows], kind="stable")]
    return rows[::-1] if order == "newest" else rows


def name_of(trace: Trace, row: int) -> str:
    """What a request is called: its id, else its number."""
    return trace.ids[row] or f"#{row + 1}"
