"""Two axes of a tensor, with an index on each of the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.core.inference.requests import Array
from studio.value_class import dataclass, replace


@dataclass(frozen=True, slots=True)
class Plane:
    """Which axis goes down and which across, -1 where the tensor has no such axis; `indices` has one for each axis."""

    shape: tuple[int, ...]
    rows: int
    columns: int
    indices: tuple[int, ...]

    @property
    def sliced(self) -> tuple[int, ...]:
        """The axes on which one index is looked at, of those that have several."""
        return tuple(axis for axis, size in enumerate(self.shape) if axis not in (self.rows, self.columns) and size > 1)

    def of(self, array: Array) -> Array:
        """The two axes as a view; a vector is one row."""
        where = tuple(
            slice(None) if axis in (self.rows, self.columns) else index for axis, index in enumerate(self.indices)
        )
        found = array[where]
        if self.rows < 0:
            return found.reshape(1, -1)
        return found.T if self.rows > self.columns else found

    def at(self, row: int, column: int) -> tuple[int, ...]:
        """The place in the tensor of a cell of the plane."""
        place = list(self.indices)
        if self.rows >= 0:
            place[self.rows] = row
        if self.columns >= 0:
            place[self.columns] = column
        return tuple(place)

    def with_index(self, axis: int, index: int) -> Plane:
        """The same with another index on one axis, within its bounds."""
        indices = list(self.indices)
        indices[axis] = min(max(index, 0), max(self.shape[axis] - 1, 0))
        return replace(self, indices=tuple(indices))

    def with_axes(self, rows: int, columns: int) -> Plane:
        """The same with other axes down and across; the same one twice swaps them."""
        if rows == columns:
            rows, columns = (self.columns, columns) if columns == self.rows else (rows, self.rows)
        return replace(self, rows=rows, columns=columns)

    def showing(self, place: Sequence[int]) -> Plane:
        """The same, sliced so that a place of the tensor is in it."""
        return replace(self, indices=tuple(place)) if len(place) == len(self.shape) else self


def first_plane(shape: tuple[int, ...]) -> Plane:
    """The last two axes that have several elements, from the first index of the others on."""
    rank = len(shape)
    wide = [axis for axis in range(rank) if shape[axis] > 1]
    chosen = wide[-2:]
    for axis in range(rank - 1, -1, -1):
        if len(chosen) < min(2, rank) and axis not in chosen:
            chosen.append(axis)
    chosen.sort()
    rows, columns = (chosen[0], chosen[1]) if len(chosen) == 2 else (-1, chosen[0] if chosen else -1)
    return Plane(shape, rows, columns, (0,) * rank)


def reduced(plane: Array, most: int) -> tuple[Array, int]:
    """Every so many-th row and column of a large plane, so that it has at most so many cells; and how many-th."""
    step = 1
    while -(-plane.shape[0] // step) * -(-plane.shape[1] // step) > most:
        step *= 2
    return (plane if step == 1 else np.ascontiguousarray(plane[::step, ::step])), step
