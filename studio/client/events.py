"""Requests of JSON whose answer may come as events: Triton's generate extension, and OpenAI-compatible front ends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from studio.client.failure import Attempt
from studio.client.http import HttpTransport, check, read_json
from studio.client.replies import UNREADABLE
from studio.core.inference.events import EventReader
from studio.core.inference.streams import EventPart, EventRequest, StreamTimes, stream_times


def ask(
    transport: HttpTransport, request: EventRequest, attempt: Attempt, taken: Callable[[EventPart], object]
) -> StreamTimes:
    """Posts a request and hands on the events of its answer as they come, or all of an answer that is none.

    An error is told as one, whatever the status that it came with: Triton sends them with 200 too.
    """
    answer = _Answer(attempt, taken)
    headers = {"Content-Type": "application/json", **dict(request.headers)}
    transport.follow(request.path, _body(request, attempt), headers, attempt, answer.take)
    return answer.end()


class _Answer:
    """What has come of an answer."""

    def __init__(self, attempt: Attempt, taken: Callable[[EventPart], object]) -> None:
        self._attempt = attempt
        self._taken = taken
        self._reader = EventReader()
        self._whole = bytearray()
        self._status = 200
        self._moments: list[int] = []
        self._began = time.perf_counter_ns()

    def take(self, status: int, headers: Mapping[str, str], piece: bytes) -> None:
        """One piece of the body."""
        at = time.perf_counter_ns() - self._began
        self._status = status
        if status != 200 or not headers.get("content-type", "").startswith("text/event-stream"):
            self._whole.extend(piece)
            return
        try:
            found = list(self._reader.feed(piece))
        except ValueError as error:
            raise self._attempt.malformed(str(error)) from error
        for fields in found:
            self._hand_on(fields, at)

    def end(self) -> StreamTimes:
        """After the last piece: a whole answer is handed on, or raised where it is an error."""
        total = time.perf_counter_ns() - self._began
        if self._whole or self._status != 200 or not self._moments:
            check(self._status, bytes(self._whole), self._attempt)
            fields = read_json(bytes(self._whole), self._attempt) if self._whole else {}
            if not isinstance(fields, dict):
                raise self._attempt.malformed("it is no JSON object")
            self._hand_on(fields, total)
        return stream_times(self._moments, total)

    def _hand_on(self, fields: Mapping[str, Any], at: int) -> None:
        if "error" in fields:
            raise self._attempt.refused(_words(fields["error"]))
        self._moments.append(at)
        self._taken(EventPart(len(self._moments) - 1, at, fields))


def _words(error: object) -> str:
    """Triton's errors are text, those of an OpenAI-compatible server objects with a message."""
    return str(error.get("message") or error) if isinstance(error, Mapping) else str(error)


def _body(request: EventRequest, attempt: Attempt) -> bytes:
    try:
        return json.dumps(dict(request.fields), allow_nan=False).encode()
    except UNREADABLE as error:
        raise attempt.unsendable(str(error)) from error
