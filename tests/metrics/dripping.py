"""A server whose headers drip for ever, until it is told to be well."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def dripping(is_well: threading.Event, answer: bytes) -> Iterator[str]:
    """Gives each connection a byte of a header every few milliseconds; `answer` once it is well. Yields host:port."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, is_well, over, answer), name="dripping")
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        with suppress(OSError):
            socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


def _serve(listener: socket.socket, is_well: threading.Event, over: threading.Event, answer: bytes) -> None:
    while not over.is_set():
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            while not is_well.is_set() and not over.wait(0.02):
                connection.sendall(b"H")
            if not over.is_set():
                connection.recv(65536)
                connection.sendall(answer)
