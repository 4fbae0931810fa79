"""Server-sent events, as they come in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_END = "[DONE]"
"""What an OpenAI-compatible server sends after its last event."""
_LONGEST = 16 << 20


class EventReader:
    """Puts the pieces of a stream of events together. Raises ValueError for what is none."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> Iterator[Mapping[str, Any]]:
        """The JSON objects of the events that are whole with this piece."""
        whole, end, rest = piece.rpartition(b"\n")
        lines = bytes(self._rest + whole).split(b"\n") if end else []
        if end:
            self._rest.clear()
        # In place: an endless line would be copied again for each of its pieces.
        self._rest += rest
        if len(self._rest) > _LONGEST:
            raise ValueError(f"an event is longer than {_LONGEST >> 20} MB")
        for line in lines:
            if line.startswith(b"data:"):
                text = line[5:].decode("utf-8", "replace").strip()
                if text and text != _END:
                    yield _object(text)


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"an event is not JSON: {text[:80]}") from error
    if not isinstance(found, dict):
        raise ValueError(f"an event is no JSON object: {text[:80]}")  # noqa: TRY004 - one kind of error for all of it
    return found
