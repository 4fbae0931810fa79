"""Servers to test against: a real Triton with the tests' models, and a socket that answers whatever it is told."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.client.triton import Triton
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.engine import Server
from studio.engines.install import info, install
from studio.engines.registry import start
from tests.client.repository import MODELS, write
from tests.fixtures.grace import NO_GRACE

Answer = Callable[[bytes], bytes]


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Returns as soon as it holds of something in another process; fails where it does not in time."""
    end, rest = time.monotonic() + seconds, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        rest.wait(0.005)


@contextmanager
def serving(folder: Path, models: tuple[str, ...] = tuple(MODELS), arguments: tuple[str, ...] = ()) -> Iterator[Server]:
    """The embedded Triton with these models loaded; the engine is installed where it is missing."""
    if not info().installed:
        install(lambda fraction, text: None, lambda: False)
    spec = LaunchSpec(
        EngineKind.EMBEDDED,
        repository=write(folder / "models"),
        ports=Ports(free_port(), free_port(), free_port()),
        control=ControlMode.EXPLICIT,
        load=models,
        cache_bytes=1 << 20,
        arguments=arguments,
    )
    server = start(spec)
    try:
        _wait(server)
        yield server
    finally:
        server.stop(NO_GRACE)


def _wait(server: Server) -> None:
    client = Triton(server.addresses, timeout=1.0)
    end = time.monotonic() + 200
    try:
        while not client.ready():
            ended = server.poll()
            assert ended is None, f"the server ended: {ended}"
            assert time.monotonic() < end, [line.text for line in server.read_log()]
            time.sleep(0.05)
    finally:
        client.close()


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A socket server whose every connection gets `answer(request)`, whole or not, and is closed. Yields host:port."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_accept, args=(listener, answer), name="answering")
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


def _accept(listener: socket.socket, answer: Answer) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            try:
                connection.settimeout(60)
                connection.sendall(answer(_request(connection)))
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 20):
                    pass
            except OSError:
                continue


def _request(connection: socket.socket) -> bytes:
    """A request with as much body as its header says."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = connection.recv(1 << 20)
        if not part:
            return raw
        raw += part
    head, body = raw.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(1 << 20)
    return head + b"\r\n\r\n" + body


def http(body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    """An HTTP answer; `length` is what it says of itself where that is a lie."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body
