"""Reads a Triton's log, line by line, and says why a server ended."""

from __future__ import annotations

import calendar
import json
import re
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import cause

_DEFAULT = re.compile(r"([EWIV])(\d{2})(\d{2}) (\d{2}):(\d{2}):(\d{2})\.(\d+) \d+ ([^\s:]+):\d+\] *(.*)", re.DOTALL)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z \d+ ([EWIV]) ([^\s:]+):\d+\] *(.*)", re.DOTALL)
_PRINTED = re.compile("\x1f([^\x1f]+)\x1f(.*)", re.DOTALL)
"""What the engine marks as printed by a model: `resources/engine/site/trireme_prints.py`."""
_TOLD = re.compile(r"^Signal \((?:2|15)\) received")
_CALL = re.compile(r"\s*\d+# ")
_BACKEND = re.compile(r"/libtriton_(\w+)\.so")
_LAST = 200
_CHUNK = 1 << 18
_LONGEST = 1 << 16
_LARGEST_FILE = 64 << 20


def parse_line(raw: bytes) -> LogLine:
    """One line of the log. What is not in Triton's format has no level: tables, and what models print."""
    text = raw.replace(b"\0", b"").decode("utf-8", "replace").rstrip("\r\n")
    if match := _DEFAULT.match(text):
        level, month, day, hour, minute, second, fraction, source, message = match.groups()
        moment = (_year(int(month)), *map(int, (month, day, hour, minute, second)))
        return LogLine(level, _unquote(message), source, _seconds(moment, fraction))
    if match := _ISO.match(text):
        *stamp, level, source, message = match.groups()
        return LogLine(level, _unquote(message), source, _seconds(tuple(map(int, stamp))))
    if match := _PRINTED.match(text):
        return LogLine("", match[2], model=match[1])
    return LogLine("", text)


def _seconds(moment: tuple[int, ...], fraction: str = "0") -> float:
    """Since the epoch; 0 for a day that no calendar has, as a model may print one."""
    try:
        return calendar.timegm(moment) + float(f"0.{fraction}")
    except ValueError:
        return 0.0


def _year(month: int) -> int:
    """The log leaves the year out; a month to come is of last year. Its times are UTC."""
    now = time.gmtime()
    return now.tm_year - 1 if month > now.tm_mon + 1 else now.tm_year


def _unquote(message: str) -> str:
    """Messages are JSON strings but for tables; one that was cut, or is none, stays as it is."""
    if not message.startswith('"'):
        return message
    try:
        # Half of a pair of surrogates is no character, and nothing could show or write it.
        return str(json.loads(message, strict=False)).encode("utf-8", "replace").decode()
    except ValueError:
        return message


@dataclass
class LineReader:
    """Bytes as they come, to lines; a line that never ends is broken, so that memory stays bounded."""

    _pending: bytes = b""

    def feed(self, data: bytes) -> list[LogLine]:
        """The lines that these bytes complete. A message of several lines gives several."""
        *whole, self._pending = (self._pending + data).split(b"\n")
        if len(self._pending) > _LONGEST:
            whole.append(self._pending)
            self._pending = b""
        return [line for raw in whole for line in _split(parse_line(raw))]

    def close(self) -> list[LogLine]:
        """What is left when no more will come."""
        rest, self._pending = self._pending, b""
        return _split(parse_line(rest)) if rest else []


def _split(line: LogLine) -> list[LogLine]:
    texts = (text for text in line.text.split("\n") if text.strip())
    return [LogLine(line.level, text, line.source, line.time, line.model) for text in texts]


@dataclass
class LogFile:
    """The log file of a running server, read as it grows; at most 256 KB a call, emptied when larger than `largest`."""

    path: Path
    largest: int = _LARGEST_FILE
    _offset: int = 0
    _lines: LineReader = field(default_factory=LineReader)

    def read(self) -> list[LogLine]:
        """The lines since the last call."""
        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(_CHUNK)
        except OSError:
            # Not there yet, or not to be read at this moment.
            return []
        self._offset += len(data)
        if self._offset > self.largest and len(data) < _CHUNK:
            self._start_over()
        return self._lines.feed(data)

    def close(self) -> list[LogLine]:
        """All that is left of a server that has ended."""
        lines: list[LogLine] = []
        while new := self.read():
            lines += new
        return lines + self._lines.close()

    def _start_over(self) -> None:
        # The server appends, so it goes on at the new end. Lines written in this instant are lost, which is better
        # than a full disk.
        with suppress(OSError):
            with self.path.open("r+b") as file:
                file.truncate(0)
            self._offset = 0


def exit_reason(code: int, lines: Iterable[LogLine]) -> str:
    """Why a server ended with this exit code; a negative one is a signal."""
    kept = list(lines)
    was_told = any(_TOLD.search(line.text) for line in kept[-_LAST:])
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        if was_told:
            return "It was told to end from outside, and killed since it took too long."
        return "It was killed, from outside or for lack of memory."
    if code in (-signal.SIGTERM, 128 + signal.SIGTERM) or (code == 0 and was_told):
        return "It was told to end from outside."
    found = cause(kept)
    if found:
        return found
    if code < 0:
        return f"It crashed ({_signal(-code)}){_where(kept)}."
    return "It ended by itself." if code == 0 else f"It ended with code {code} and no word why."


def _where(lines: Iterable[LogLine]) -> str:
    """The backend that stands first among the calls that a server prints as it crashes."""
    calls = (_BACKEND.search(line.text) for line in lines if _CALL.match(line.text))
    first = next((found for found in calls if found), None)
    return f" in the backend {first[1]}" if first else ""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        # Those for a program's own use have no names.
        return f"signal {number}"
