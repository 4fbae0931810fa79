"""What a server's repository index says of its models: the rows of each, one a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from studio.core.inference.requests import ModelState
from studio.value_class import dataclass, replace

ModelIndex: TypeAlias = Mapping[str, tuple[ModelState, ...]]
"""The rows of a server's index, by model."""


def by_name(rows: Iterable[ModelState]) -> dict[str, tuple[ModelState, ...]]:
    """An index as a server sends it, by model."""
    found: dict[str, tuple[ModelState, ...]] = {}
    for row in rows:
        found[row.name] = (*found.get(row.name, ()), row)
    return found


def is_ready(rows: Iterable[ModelState]) -> bool:
    """Whether a version of the model answers requests."""
    return any(row.is_ready for row in rows)


def is_changing(rows: Iterable[ModelState]) -> bool:
    """Whether a version of the model is being loaded or unloaded."""
    return any(row.is_changing for row in rows)


def ready_versions(rows: Iterable[ModelState]) -> tuple[str, ...]:
    """The versions of the model that answer requests."""
    return tuple(row.version for row in rows if row.is_ready)


def failures(rows: Iterable[ModelState]) -> tuple[ModelState, ...]:
    """The versions of the model that could not be loaded."""
    return tuple(row for row in rows if row.is_failed)


def ready_models(index: ModelIndex) -> tuple[str, ...]:
    """The models of which a version is ready."""
    return tuple(name for name, rows in index.items() if is_ready(rows))


def failed_versions(index: ModelIndex) -> tuple[ModelState, ...]:
    """Every version that could not be loaded."""
    return tuple(row for rows in index.values() for row in failures(rows))


def explained(rows: tuple[ModelState, ...], reason: str) -> tuple[ModelState, ...]:
    """The rows of a model with the reason why it was refused, where the server's index tells none."""
    if not reason:
        return rows
    return tuple(replace(row, state="UNAVAILABLE", reason=reason) if row.is_unloaded else row for row in rows)


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """What is asked again and again of an index of thousands: which models are ready, which failed, which are there."""

    index: ModelIndex
    ready: frozenset[str]
    failed: tuple[ModelState, ...]
    """Every version that could not be loaded."""
    failed_models: tuple[str, ...]
    """The models that have such a version, by name."""
    changing: int
    """How many models are being loaded or unloaded."""
    there: tuple[str, ...]
    """The models that somebody loaded, or tried to."""


def counted(index: ModelIndex) -> IndexCounts:
    """All of it in one go."""
    there = tuple(name for name, rows in index.items() if not all(row.is_unloaded for row in rows))
    failed = failed_versions(index)
    failed_models = tuple(sorted({row.name for row in failed}))
    changing = sum(map(is_changing, index.values()))
    return IndexCounts(index, frozenset(ready_models(index)), failed, failed_models, changing, there)
