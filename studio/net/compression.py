"""Compression of what goes over HTTP, and of what comes back where it was asked for."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from typing import Literal

Compression = Literal["", "gzip", "deflate"]
_EITHER = 32 + zlib.MAX_WBITS
"""Both forms, by their first bytes."""
_AT_ONCE = 1 << 20
_LEVEL = 1
"""The time of a request matters more than its last tenth of bytes."""


class BadCompression(Exception):
    """Bytes that are not compressed as they say."""


def deflated(data: bytes, how: Compression) -> bytes:
    """The bytes as they go out under a `Content-Encoding` of that name."""
    if how == "gzip":
        return gzip.compress(data, _LEVEL)
    return zlib.compress(data, _LEVEL) if how == "deflate" else data


def inflated(parts: Iterable[bytes], cap: int) -> Iterator[bytes]:
    """What compressed bytes hold, a megabyte at a time, so that whoever counts ends what grows past the cap."""
    reader = zlib.decompressobj(_EITHER)
    try:
        for part in parts:
            rest = part
            while rest:
                yield reader.decompress(rest, min(_AT_ONCE, cap + 1))
                rest = reader.unconsumed_tail
        yield reader.flush(_AT_ONCE)
    except zlib.error as error:
        raise BadCompression("it is not compressed as it says") from error
    if not reader.eof:
        raise BadCompression("its compressed body ends too soon")
