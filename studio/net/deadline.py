"""Connections on which everything that a call waits for ends at one moment, however slowly the other side drips.

The time limits of HTTP libraries hold for each read, so that a server that sends a byte a second keeps a caller
forever. These streams give each read and write what is left of the call's time.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import httpcore

from studio.net.cancel import Cancel

_call = threading.local()
_NOTHING = nullcontext()
_JOINED_BYTES = 64 << 10
"""A larger body is not copied to be sent with the head."""


@contextmanager
def deadline(seconds: float, cancel: Cancel | None = None, *, has_body: bool = False) -> Iterator[None]:
    """Ends what this thread waits for on these connections so many seconds from now, or where it is cancelled.

    `has_body` says that something follows the head of the request, which then goes in one piece with it.
    """
    # A call may be made while the answer to another comes in.
    before = getattr(_call, "state", None)
    _call.state = _Call(time.monotonic() + seconds, cancel, has_body)
    try:
        yield
    finally:
        _call.state = before


@dataclass(slots=True)
class _Call:
    """What holds for the call that a thread makes now."""

    end: float
    cancel: Cancel | None
    has_body: bool


def _current() -> _Call | None:
    state: _Call | None = getattr(_call, "state", None)
    return state


def _ended_by_cancel(stream: httpcore.NetworkStream) -> AbstractContextManager[None]:
    """Wakes this thread, where its call is cancelled, from what it waits for on a connection."""
    call = _current()
    cancel = call.cancel if call else None
    if cancel is None:
        return _NOTHING
    given: socket.socket = stream.get_extra_info("socket")

    def end() -> None:
        # The other side may have ended it before.
        with suppress(OSError):
            given.shutdown(socket.SHUT_RDWR)

    return cancel.ending(end)


def time_left() -> float | None:
    """The seconds left for this thread's call; None outside one. Raises ReadTimeout where there are none."""
    call = _current()
    if call is None:
        return None
    left = call.end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the call is over")
    return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections that keep to the deadline of the call that uses them.

    `named` is a TLS context, and the name that a server is to have in its certificate where that is used.
    """

    def __init__(self, named: tuple[ssl.SSLContext, str] | None = None) -> None:
        self._plain = httpcore.SyncBackend()
        self._named = named

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that takes one."""
        last: httpcore.ConnectError | None = None
        for address in _addresses(host, port):
            left = time_left()
            try:
                stream = self._plain.connect_tcp(
                    address, port, timeout if left is None else left, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                last = error
                continue
            return _DeadlineStream(stream, self._named)
        raise last or httpcore.ConnectError(f"the name {host} has no address")


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline of its call."""

    def __init__(
        self, stream: httpcore.NetworkStream, named: tuple[ssl.SSLContext, str] | None, layers: int = 0
    ) -> None:
        self._stream = stream
        self._named = named
        self._layers = layers
        """Of TLS."""
        self._head = b""
        """Of a request, which goes with the first of its body: a server is woken by it only once."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at most so much."""
        if self._head:
            self.write(b"", timeout)
        left = time_left()
        with _ended_by_cancel(self._stream):
            return self._stream.read(max_bytes, timeout if left is None else left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Sends all of it; the wait for a slow reader is the call's too, not that of each packet."""
        call, head = _current(), self._head
        if call is not None and call.has_body:
            call.has_body, self._head = False, buffer
            return
        self._head = b""
        if head and len(buffer) < _JOINED_BYTES:
            head, buffer = b"", head + buffer
        if head:
            self.write(head, timeout)
        with _ended_by_cancel(self._stream):
            self._send(buffer, timeout)

    def _send(self, buffer: bytes, timeout: float | None) -> None:
        if self._layers > 1:
            # Of TLS within a proxy's TLS the socket is not to be had.
            left = time_left()
            self._stream.write(buffer, timeout if left is None else left)
            return
        given: socket.socket = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                left = time_left()
                given.settimeout(timeout if left is None else left)
                rest = rest[given.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        """Ends the connection to the server."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS."""
        left = time_left()
        if self._named is not None and ssl_context is self._named[0]:
            # The library's own way to say so does not reach through a proxy.
            server_hostname = self._named[1]
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout if left is None else left)
        return _DeadlineStream(stream, self._named, self._layers + 1)

    def get_extra_info(self, info: str) -> Any:
        """What the library asks of a connection."""
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    """The host's addresses, so that each try of one gets the time that is left, not the whole again."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        # A name can be none in a way that only its encoding shows.
        raise httpcore.ConnectError(error) from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))
