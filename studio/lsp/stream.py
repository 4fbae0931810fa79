"""The messages of an editor on standard input, looked at before they are taken apart: what is broken ends it."""

from __future__ import annotations

import re
from typing import BinaryIO

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*([0-9]+)[ \t]*", re.IGNORECASE)
_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:[^\r\n]*")
_LONGEST_HEADER = 8_192
LARGEST = 1 << 28
"""Bytes of a message: no editor sends a larger one."""


class Messages:
    """A stream that ends where the editor does, or at what is no message: then `problem` says why.

    It reads as `pygls` does: lines of a header up to an empty one, then as many bytes as that promised.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._length: int | None = None
        self.problem = ""

    def readline(self) -> bytes:
        """A line of a header as `pygls` knows it; nothing at the end, or where it is broken."""
        line = self._stream.readline(_LONGEST_HEADER) if not self.problem else b""
        if not line:
            return b""
        text = line.rstrip(b"\r\n")
        if not text:
            return line if self._length else self._refuse("a message came without a Content-Length")
        found = _LENGTH.fullmatch(text)
        if found is not None:
            return self._promised(found[1])
        if text.lower().startswith(b"content-length"):
            return self._refuse(f"“{_shown(text)}” is no Content-Length")
        if not line.endswith(b"\n") or not _HEADER.fullmatch(text):
            return self._refuse(f"“{_shown(text)}” is no header, so a Content-Length before it was wrong")
        return line

    def _promised(self, number: bytes) -> bytes:
        length = int(number) if len(number) < len(str(LARGEST)) + 1 else LARGEST + 1
        if not 0 < length <= LARGEST:
            return self._refuse(f"a message cannot have {_shown(number)} bytes, as its Content-Length says")
        self._length = length
        return b"Content-Length: %d\r\n" % length

    def read(self, count: int) -> bytes:
        """The bytes of a message; nothing where they are none."""
        data = self._stream.read(count)
        self._length = None
        if len(data) < count:
            return self._refuse(f"the stream ended {count - len(data):,} bytes before the end of a message")
        if not (data.lstrip()[:1] == b"{" and data.rstrip()[-1:] == b"}"):
            return self._refuse(f"{count:,} bytes are no message in JSON, so its Content-Length was wrong")
        return data

    def _refuse(self, problem: str) -> bytes:
        self.problem = problem
        return b""


def _shown(text: bytes) -> str:
    return text[:60].decode("ascii", "replace")
