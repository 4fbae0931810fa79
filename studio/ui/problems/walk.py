"""From one problem to the next: from where a person is, in this model first, then in the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from studio.core.checking.findings import Finding
from studio.text.tree import Path, Span

_Key: TypeAlias = tuple[str, str, str, Span | None, Path]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person is: a model, and the character of its text at the cursor; -1 before all of the text."""

    model: str = ""
    offset: int = -1


class Walk:
    """The way through the problems. It goes back as it came, and comes to each problem once before it begins anew."""

    def __init__(self, findings_of: Callable[[str], Sequence[Finding]]) -> None:
        self._findings_of = findings_of
        self._trail: list[_Key] = []
        self._spot = Spot()
        self._forward = True

    def here(self, spot: Spot) -> Finding | None:
        """The problem that was shown last, for as long as it is there and the person is where it was shown."""
        if not self._trail or spot != self._spot:
            return None
        return self._found(self._trail[-1])

    def stand(self, finding: Finding, spot: Spot) -> None:
        """A problem was shown, and the person is there now."""
        key = _key(finding)
        if key not in self._trail:
            self._trail.append(key)
        self._spot = spot

    def step(self, spot: Spot, models: Sequence[str], forward: bool = True) -> Finding | None:
        """The problem to go to from a spot; None where there is none. `models` are in the order of the explorer."""
        here = self.here(spot)
        if here is None:
            self._trail.clear()
        elif forward != self._forward:
            del self._trail[-1]
            while self._trail:
                if found := self._found(self._trail[-1]):
                    return found
                del self._trail[-1]
            self._trail = [_key(here)]
        self._forward = forward
        return self._next(spot, here, models)

    def _next(self, spot: Spot, here: Finding | None, models: Sequence[str]) -> Finding | None:
        seen = set(self._trail)
        fresh = next((each for each in self._way(spot, here, models) if _key(each) not in seen), None)
        if fresh is not None:
            return fresh
        # All were shown: the round begins anew.
        self._trail = [_key(here)] if here is not None else []
        return next((each for each in self._way(spot, here, models) if each is not here), here)

    def _way(self, spot: Spot, here: Finding | None, models: Sequence[str]) -> Iterator[Finding]:
        """All problems as they are come to: those of this model behind the cursor, those before it, the others'."""
        own = self._in_order(spot.model)
        at = own.index(here) if here in own else sum(_start(each) < spot.offset for each in own)
        ahead, back = own[at:], own[:at]
        yield from (*ahead, *back) if self._forward else (*reversed(back), *reversed(ahead))
        after = models.index(spot.model) + 1 if spot.model in models else 0
        others = [name for name in (*models[after:], *models[:after]) if name != spot.model]
        for name in others if self._forward else reversed(others):
            found = self._in_order(name)
            yield from found if self._forward else reversed(found)

    def _in_order(self, model: str) -> list[Finding]:
        return sorted(self._findings_of(model), key=_start)

    def _found(self, key: _Key) -> Finding | None:
        return next((each for each in self._findings_of(key[0]) if _key(each) == key), None)


def _start(finding: Finding) -> int:
    return finding.span.start if finding.span else -1


def _key(finding: Finding) -> _Key:
    return finding.model, finding.rule, finding.message, finding.span, finding.path
