"""Marks what a Python model prints with the model's name, so that a log of several models tells who said it.

Runs as the engine's Python starts in the process of a model; does nothing anywhere else. Python 3.8 or later.
"""

import sys
import threading
from pathlib import Path

SIGN = "\x1f"


class Marked:
    """A stream whose whole lines begin with a mark; everything else is the stream's own."""

    def __init__(self, stream, mark):
        self._stream, self._mark = stream, mark
        self._rest = ""
        self._lock = threading.RLock()

    def write(self, text):
        """Passes on the lines that are whole, at once."""
        with self._lock:
            *lines, self._rest = (self._rest + text).split("\n")
            if lines:
                self._stream.write("".join(f"{self._mark}{line}\n" for line in lines))
                self._stream.flush()
        return len(text)

    def writelines(self, lines):
        """As of any stream."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def begin():
    """In the process of a model, from now on."""
    try:
        words = Path("/proc/self/cmdline").read_bytes().split(b"\0")
    except OSError:
        return
    if b"triton_python_backend_stub" not in words[0] or len(words) < 2:
        return
    # …/model/version/model.py
    name = Path(words[1].decode("utf-8", "replace")).parent.parent.name
    if not name or SIGN in name:
        return
    mark = SIGN + name + SIGN
    for each in ("stdout", "stderr"):
        stream = getattr(sys, each)
        if stream is not None:
            setattr(sys, each, Marked(stream, mark))


begin()
