"""Which models are drawn in the charts, in which colour, and which one the single-model charts are about. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.core.serving.series import ModelKey

MOST = 6
BY_ITSELF = 3


class ChartedModels:
    """Up to six models; each keeps its colour for as long as it is charted. The selected one always is.

    Until a person chooses, the first ones that have been asked are charted.
    """

    def __init__(self) -> None:
        self.selected: ModelKey | None = None
        self._places: list[ModelKey | None] = [None] * MOST
        self._order: list[ModelKey] = []
        self._was_chosen = False

    def keys(self) -> tuple[ModelKey, ...]:
        """The charted models, by colour."""
        return tuple(key for key in self._places if key is not None)

    def colour(self, key: ModelKey) -> int:
        """The place of a model's colour among the series' colours; -1 where it is not charted."""
        return self._places.index(key) if key in self._places else -1

    def select(self, key: ModelKey) -> None:
        """A person chose a model: it is charted, and the one that the single-model charts are about."""
        self._was_chosen = True
        self.selected = key
        self._add(key)

    def toggle(self, key: ModelKey) -> None:
        """A person put a model into the charts, or took it out."""
        self._was_chosen = True
        if key not in self._places:
            self._add(key)
            return
        self._drop(key)
        if key == self.selected:
            self.selected = self._order[-1] if self._order else None

    def only(self, key: ModelKey) -> None:
        """A person wants this one alone."""
        for other in [other for other in self._order if other != key]:
            self._drop(other)
        self.select(key)

    def follow(self, known: Sequence[ModelKey], asked: Collection[ModelKey], ensembles: Collection[str]) -> bool:
        """Charts what is there, ensembles first; true where that changed, and rows have other colours."""
        before = self.keys(), self.selected
        self.keep(known)
        there = sorted(frozenset(known) & frozenset(asked), key=lambda key: (key[0] not in ensembles, key))
        self.propose(there)
        return before != (self.keys(), self.selected)

    def propose(self, asked: Sequence[ModelKey]) -> None:
        """Chart by itself the first of those that have been asked, until a person chooses."""
        wanted = tuple(asked[:BY_ITSELF])
        if self._was_chosen or wanted == tuple(self._order):
            return
        for key in self.keys():
            self._drop(key)
        for key in wanted:
            self._add(key)
        self.selected = wanted[0] if wanted else None

    def keep(self, known: Sequence[ModelKey]) -> None:
        """Forget models that are no longer there."""
        for key in [key for key in self._order if key not in known]:
            self._drop(key)
        if self.selected is not None and self.selected not in known:
            self.selected = self._order[-1] if self._order else None

    def _add(self, key: ModelKey) -> None:
        if key in self._places:
            return
        if None not in self._places:
            self._drop(next(old for old in self._order if old != self.selected))
        self._places[self._places.index(None)] = key
        self._order.append(key)

    def _drop(self, key: ModelKey) -> None:
        if key in self._places:
            self._places[self._places.index(key)] = None
            self._order.remove(key)
