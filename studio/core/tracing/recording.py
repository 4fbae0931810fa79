"""What a server records while it is asked to: kept here, since its files go with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from studio.core.failure import CoreError
from studio.core.tracing.reading import TraceReader
from studio.core.tracing.sources import MemorySource
from studio.core.tracing.trace import Trace

MOST_BYTES = 256 << 20
"""What is kept of one recording; 100,000 requests without tensors are less."""


@dataclass
class Recording:
    """Takes the files of one recording as they come. One thread at a time."""

    most: int = MOST_BYTES
    size: int = 0
    _reader: TraceReader = field(default_factory=TraceReader)
    _odd: int = 0

    def add(self, name: str, data: bytes) -> None:
        """The next file; one that is no trace is counted, and told among the losses."""
        self.size += len(data)
        try:
            for _ in self._reader.add(MemorySource(name, data)):
                pass
        except CoreError:
            self._odd += 1

    @property
    def is_full(self) -> bool:
        """Whether no more is kept."""
        return self.size >= self.most or self._reader.is_full

    def trace(self) -> Trace:
        """What came so far."""
        found = self._reader.trace()
        losses = list(found.losses)
        if self._odd:
            losses.append(f"{self._odd:,} of the server's files were no traces.")
        if self.is_full:
            losses.append(f"It ended at {self.most >> 20} MB, the most that is kept. Trace fewer, or without tensors.")
        return replace(found, losses=tuple(losses))
