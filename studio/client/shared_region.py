"""A region of shared memory that a server knows, and what lies where in it."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor lies in the region."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A region that the server knows, and where in it the tensors of a request are."""

    region: str
    inputs: Mapping[str, Place]
    outputs: Mapping[str, Place]
    memory: mmap.mmap

    def read(self, output: str, size: int) -> bytes:
        """What the server has written for an output. Raises ValueError where it was not to write there."""
        place = self.outputs.get(output)
        if place is None or size > place.size:
            raise ValueError(f"output '{output}' should be in shared memory, where it has no room")
        return self.memory[place.offset : place.offset + size]

    def parameters(self, name: str, *, output: bool = False) -> dict[str, Any] | None:
        """What the protocol says of a tensor that lies here; None for one that does not."""
        place = (self.outputs if output else self.inputs).get(name)
        if place is None:
            return None
        return {
            "shared_memory_region": self.region,
            "shared_memory_byte_size": place.size,
            "shared_memory_offset": place.offset,
        }
