"""What a server records while it is asked to: kept here, since its files go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from studio.core.failure import CoreError
from studio.core.tracing.reading import TraceReader
from studio.core.tracing.sources import MemorySource, is_complete
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

    def add(self, files: Sequence[tuple[str, bytes]]) -> None:
        """The next files, with their names; one that is no trace is counted, and told among the losses."""
        whole = []
        for name, data in files:
            text = data.strip()
            self.size += len(text)
            if text.startswith(b"[") and is_complete(text):
                whole.append(text[1:-1])
            else:
                self._read(name, data)
        if whole:
            # As one: each has a single request, and to read it takes less than to begin with it.
            self._read(files[0][0], b"".join((b"[", b",".join(whole), b"]")))

    def _read(self, name: str, data: bytes) -> None:
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
