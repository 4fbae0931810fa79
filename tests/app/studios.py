"""Studios in processes of their own, forked from one that has everything imported: each start takes milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


@contextmanager
def running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program that is spoken with line by line; it is killed at the end."""
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def tell(process: subprocess.Popen[str], line: str = "") -> None:
    """Say a line to it."""
    _stream(process.stdin).write(line + "\n")
    _stream(process.stdin).flush()


def hear(process: subprocess.Popen[str]) -> str:
    """The next line that it says."""
    line = _stream(process.stdout).readline()
    assert line, "it ended"
    return line.strip()


def ask(process: subprocess.Popen[str], line: str = "") -> str:
    """Say a line and hear the next."""
    tell(process, line)
    return hear(process)


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
