"""The table of a minute of what many things did, and how several of its points become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from studio.core.serving.series import GAP

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Key: TypeAlias = Any
"""Whatever can be a key of a dict: each history has its own kind."""
Table: TypeAlias = "npt.NDArray[np.float32]"
POINTS = 60
OF_KEY = 100
"""Bytes that a key takes in a set or a dict, about."""


class Minute:
    """Some points in a row. `known` are those of which each point tells, None where nothing was learnt."""

    def __init__(self, columns: int) -> None:
        import numpy as np

        self.times: list[float] = []
        self.known: list[frozenset[Key]] = []
        self.lines: dict[Key, int] = {}
        self.names = 0
        """So many keys are in sets that no point before has."""
        self.table: Table = np.full((0, columns, POINTS), GAP, np.float32)
        self.is_coarse = False

    @property
    def size(self) -> int:
        return int(self.table.nbytes) + OF_KEY * (len(self.lines) + self.names)

    def room_for(self, wanted: int) -> int:
        """How many lines the table has once it holds so many."""
        room = len(self.table)
        return room if wanted <= room else max(wanted, room + room // 2)

    def grow(self, wanted: int) -> None:
        import numpy as np

        room, columns, points = self.table.shape
        if wanted > room:
            more = np.full((self.room_for(wanted) - room, columns, points), GAP, np.float32)
            self.table = np.concatenate((self.table, more))

    def seal(self) -> None:
        """Gives back the room for lines that did not come."""
        self.table = self.table[: len(self.lines), :, : len(self.times)].copy()


def merged(table: Table, starts: list[int], is_max: bool, weights: Table | None) -> Table:
    """The points of each stretch as one; gaps alone are a gap."""
    import numpy as np

    if is_max:
        return np.asarray(np.fmax.reduceat(table, starts, axis=1), np.float32)
    is_there = np.isfinite(table)
    shares = is_there.astype(np.float32) if weights is None else np.where(is_there, np.nan_to_num(weights), 0)
    whole = np.add.reduceat(shares, starts, axis=1)
    sums = np.add.reduceat(np.where(is_there, table, 0) * shares, starts, axis=1)
    return np.asarray(np.divide(sums, whole, out=np.full(whole.shape, GAP, np.float32), where=whole > 0), np.float32)
