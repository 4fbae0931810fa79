"""Which tensors were seen on the wires of ensembles: the last of each, the last few of one that is watched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import Tensor
from studio.value_class import dataclass, replace

if TYPE_CHECKING:
    # The window is up without numpy.
    from studio.core.inference.wires.digest import Digest

MOST_VALUES = 64
"""Of a watched wire; another keeps one."""
MOST_BYTES_OF_WIRE = 16 << 20
MOST_BYTES = 128 << 20
"""Of all wires together."""
Origin: TypeAlias = Literal["request", "probe", "trace"]
Wire: TypeAlias = tuple[str, str]
"""An ensemble and a tensor of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One value of a wire: `at` in seconds since the epoch, `request` as it is called.

    `tensor` is None where it was too large, or went to make room; `digest` is None until it was worked out.
    """

    number: int
    tensor: Tensor | None
    at: float
    request: str
    origin: Origin
    size: int
    digest: Digest | None = None


class SeenValues:
    """Bounded in values and bytes for each wire, and in bytes for all of them. The latest comes first."""

    def __init__(
        self, most_bytes: int = MOST_BYTES, of_wire: int = MOST_BYTES_OF_WIRE, most_values: int = MOST_VALUES
    ) -> None:
        self._most_bytes, self._of_wire, self._most_values = most_bytes, of_wire, most_values
        self._values: dict[Wire, list[Seen]] = {}
        self._watched: set[Wire] = set()
        self._last = 0

    @property
    def size(self) -> int:
        """The bytes of all tensors that are kept."""
        return sum(each.size for each in self._all() if each.tensor is not None)

    def take(self, ensemble: str, tensor: Tensor, at: float, request: str, origin: Origin) -> Seen:
        """Keeps one more value of the wire that the tensor's name says."""
        self._last += 1
        size = tensor_bytes(tensor)
        kept = tensor if size <= self._most_bytes else None
        seen = Seen(self._last, kept, at, request, origin, size)
        wire = (ensemble, tensor.name)
        self._values[wire] = [seen, *self._values.get(wire, ())]
        self._trim(wire)
        self._make_room(seen.number)
        return seen

    def of(self, ensemble: str, tensor: str) -> tuple[Seen, ...]:
        """What was seen on a wire, the latest first."""
        return tuple(self._values.get((ensemble, tensor), ()))

    def find(self, number: int) -> Seen | None:
        """The value of a number; None where it is not kept any more."""
        return next((each for each in self._all() if each.number == number), None)

    def digested(self, number: int, digest: Digest) -> None:
        """Notes what is said of a value."""
        for wire, values in self._values.items():
            self._values[wire] = [replace(each, digest=digest) if each.number == number else each for each in values]

    def watch(self, ensemble: str, tensor: str) -> None:
        """Keeps the last few values of a wire from now on."""
        self._watched.add((ensemble, tensor))

    def unwatch(self, ensemble: str, tensor: str) -> None:
        """Keeps the last value alone."""
        self._watched.discard((ensemble, tensor))
        self._trim((ensemble, tensor))

    def watched(self, ensemble: str) -> tuple[str, ...]:
        """The tensors of an ensemble whose wires are watched, sorted."""
        return tuple(sorted(tensor for name, tensor in self._watched if name == ensemble))

    def clear(self) -> None:
        """Forgets all values; what is watched stays so."""
        self._values.clear()

    def _all(self) -> Iterator[Seen]:
        return (each for values in self._values.values() for each in values)

    def _trim(self, wire: Wire) -> None:
        values = self._values.get(wire)
        if values is None:
            return
        del values[self._most_values if wire in self._watched else 1 :]
        room = self._of_wire
        for place, each in enumerate(values):
            # The latest stays whatever its size; of the others the figures stay.
            if place and each.tensor is not None and each.size > room:
                values[place] = replace(each, tensor=None)
            elif each.tensor is not None:
                room -= each.size

    def _make_room(self, latest: int) -> None:
        kept = sorted((each for each in self._all() if each.tensor is not None), key=lambda each: each.number)
        over = sum(each.size for each in kept) - self._most_bytes
        for each in kept:
            if over <= 0 or each.number == latest:
                return
            over -= each.size
            self._drop(each.number)

    def _drop(self, number: int) -> None:
        for wire, values in self._values.items():
            self._values[wire] = [replace(each, tensor=None) if each.number == number else each for each in values]
