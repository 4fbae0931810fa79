"""The rows of the monitor's table: what is known of each model version now. No widgets."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from studio.core.inference.model_index import ready_models
from studio.core.inference.requests import ModelState
from studio.core.serving.figures.history import Track
from studio.core.serving.figures.latencies import Percentiles
from studio.core.serving.series import ModelKey, ModelSample

if TYPE_CHECKING:
    from studio.app.serving.several.current_sampler import CurrentSampler
    from studio.app.session import Session

_BUSY = 60.0
PERCENTILES = ("p50", "p95", "p99")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers."""

    field: str
    title: str
    digits: int = 2

    def text(self, value: float) -> str:
        """A value as it is shown; a dash for a gap."""
        return figure(value, self.digits)

    def series(self, sampler: CurrentSampler, key: ModelKey) -> Track:
        """What is recorded of it. Latencies of our own requests are kept by model, not by version."""
        kept = sampler.model(*key, self.field)
        return sampler.own(key[0], self.field) if self.field == "p99" and not math.isfinite(kept.last) else kept


COLUMNS = (
    Column("requests_s", "requests/s", 1),
    Column("inferences_s", "inferences/s", 1),
    Column("batch", "mean batch"),
    Column("queue_ms", "queue ms"),
    Column("compute_ms", "compute ms"),
    Column("p99", "p99 ms"),
    Column("failures_s", "failures/s"),
    Column("pending", "pending", 0),
)
_P99 = [column.field for column in COLUMNS].index("p99")
_OF_COLUMNS = attrgetter(*(column.field for column in COLUMNS))
_NOTHING = ModelSample()


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model version. `state` and `reason` are of the server's index; values are in the order of COLUMNS."""

    key: ModelKey
    state: str
    reason: str
    is_ensemble: bool
    values: tuple[float, ...]
    is_busy: bool = False
    """Whether it did something in the last minute."""

    @property
    def message(self) -> str:
        """What stands in place of numbers where the model does not serve; empty where it does."""
        return _message(self.state, self.reason)

    @property
    def is_failed(self) -> bool:
        """Whether the server could not load it."""
        return ModelState(*self.key, self.state, self.reason).is_failed


@dataclass(frozen=True, slots=True)
class _Place:
    """What a row says of a model version whatever that does: it changes seldom."""

    key: ModelKey
    state: str
    reason: str
    is_ensemble: bool
    is_newest: bool


class Rows:
    """Makes the rows of each sample; what only loads and unloads change is kept from one to the next."""

    def __init__(self) -> None:
        self._index: Mapping[str, tuple[ModelState, ...]] = {}
        self._ensembles: Collection[str] = ()
        self._asked: tuple[ModelKey, ...] = ()
        self._places: list[_Place] = []
        self.ready = 0
        """So many models are ready."""

    def of(
        self, sampler: CurrentSampler, index: Mapping[str, tuple[ModelState, ...]], ensembles: Collection[str]
    ) -> list[ModelRow]:
        """A row for every version that the server lists or that has been asked, by name."""
        asked = sampler.models()
        if index is not self._index or ensembles is not self._ensembles or asked != self._asked:
            self._index, self._ensembles, self._asked = index, ensembles, asked
            self._places = _places(index, ensembles, asked)
            self.ready = len(ready_models(index))
        busy, models = sampler.figures.busy(sampler.last.time - _BUSY), sampler.last.models
        made = []
        for place in self._places:
            values: tuple[float, ...] = _OF_COLUMNS(models.get(place.key, _NOTHING))
            if place.is_newest and place.key[0] in sampler.last.own:
                values = _with_own(values, sampler.last.own[place.key[0]])
            made.append(ModelRow(place.key, place.state, place.reason, place.is_ensemble, values, place.key in busy))
        return made


def _places(
    index: Mapping[str, tuple[ModelState, ...]], ensembles: Collection[str], asked: Collection[ModelKey]
) -> list[_Place]:
    states = {(state.name, state.version): state for found in index.values() for state in found}
    known = sorted({*states, *asked}, key=lambda key: (key[0], _number(key[1])))
    newest = dict(known)
    made = []
    for key in known:
        state = states.get(key)
        if state is not None and not state.state and not state.reason:
            state = ModelState(*key, "UNAVAILABLE", "")
        said = (state.state, state.reason) if state is not None else ("", "")
        made.append(_Place(key, *said, key[0] in ensembles, newest[key[0]] == key[1]))
    return made


def ensembles_of(session: Session) -> frozenset[str]:
    """The models of the server that are ensembles, by the files that are open here."""
    drafts = ((name, session.draft(name)) for name in session.server.models)
    return frozenset(name for name, draft in drafts if draft is not None and draft.config.is_ensemble)


@lru_cache(maxsize=256)
def _message(state: str, reason: str) -> str:
    row = ModelState("", "", state, reason)
    if not row.state or row.is_ready:
        return ""
    if row.is_unloaded:
        return "Not loaded"
    return f"Unavailable: {row.reason.splitlines()[0]}" if row.is_failed else row.state.capitalize()


def _with_own(found: tuple[float, ...], own: Percentiles) -> tuple[float, ...]:
    """The 99th percentile is that of all traffic, of our own requests where none is told."""
    if math.isfinite(found[_P99]):
        return found
    return (*found[:_P99], own.p99 / 1e6, *found[_P99 + 1 :])


def figure(value: float, digits: int) -> str:
    """A value with so many decimals, fewer where it is large; a dash for a gap."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    return f"{value:,.{min(digits, 0 if size >= 1000 else 1 if size >= 100 else digits)}f}"


def _number(version: str) -> int:
    return int(version) if version.isdigit() else 0
