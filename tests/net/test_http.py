"""Reading over HTTP from servers that drip, never end or lie: real sockets, each told what to send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat

import pytest

from studio.core.serving.address import parse_address
from studio.net.http import HttpError, HttpReader
from tests.client.server import answering, free_port, http

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
DRIP_SECONDS = 0.03
"""Less than any time limit of a read here, so that only a deadline for all of the call can end it."""


@contextmanager
def dripping(parts: Callable[[], Iterator[bytes]]) -> Iterator[str]:
    """A server that sends these parts one after the other with a pause, until the other side hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for part in parts():
                try:
                    connection.sendall(part)
                except OSError:
                    break
                if ended.wait(DRIP_SECONDS):
                    break

    thread = threading.Thread(target=serve, name="dripping")
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        thread.join(60)
        listener.close()


def _failure(address: str, timeout: float = 60.0, cap: int = 1 << 20, body: bytes | None = None) -> HttpError:
    reader = HttpReader(parse_address(address))
    try:
        with pytest.raises(HttpError) as caught:
            reader.exchange("POST" if body else "GET", "/", timeout, cap, body=body)
    finally:
        reader.close()
    return caught.value


def _bytes_of(text: bytes) -> Iterator[bytes]:
    return (text[index : index + 1] for index in range(len(text)))


@pytest.mark.parametrize(
    "parts",
    [
        lambda: _bytes_of(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 100_000),
        lambda: iter((HEAD, *repeat(b"x", 10_000))),
        lambda: iter((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *repeat(b"1\r\nx\r\n", 10_000))),
        lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda: repeat(b""),
    ],
    ids=["head", "body", "chunks", "interim answers", "silence"],
)
def test_a_call_ends_at_its_deadline_however_slowly_an_answer_drips(parts: Callable[[], Iterator[bytes]]) -> None:
    with dripping(parts) as address:
        assert _failure(address, timeout=0.4).kind == "deadline"


def test_a_server_that_does_not_take_the_request_is_late() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        assert _failure(address, timeout=0.4, body=b"x" * (64 << 20)).kind == "deadline"


def test_an_endless_answer_is_cut_off_at_the_cap() -> None:
    with dripping(lambda: iter((b"HTTP/1.1 200 OK\r\n\r\n", *repeat(b"x" * (1 << 18), 100)))) as address:
        assert _failure(address, timeout=30).kind == "too_large"


def test_ten_gigabytes_are_refused_on_their_announcement() -> None:
    with answering(lambda _: http(b"", length=10**10)) as address:
        assert _failure(address).kind == "too_large"


@pytest.mark.parametrize(
    "answer",
    [
        http(b"short", length=100),
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        http(b"{}", headers="Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
    ],
    ids=["shorter than it says", "not HTTP", "compressed", "broken chunks"],
)
def test_an_answer_that_lies_is_malformed(answer: bytes) -> None:
    with answering(lambda _: answer) as address:
        assert _failure(address).kind == "malformed"


def test_nobody_there_is_told_with_the_words_of_the_system() -> None:
    failure = _failure(f"127.0.0.1:{free_port()}")
    assert failure.kind == "unreachable"
    assert isinstance(failure.error, ConnectionRefusedError)


@pytest.mark.parametrize(
    "headers", [{"X-Ünï": "1"}, {"X-One": "geheim ß"}, {"content-Length": "5"}, {"Transfer-Encoding": "chunked"}]
)
def test_headers_that_cannot_be_sent_are_told_without_what_they_hold(headers: dict[str, str]) -> None:
    with answering(lambda _: http(b"{}")) as address:
        reader = HttpReader(parse_address(address))
        with pytest.raises(HttpError, match="headers") as raised:
            reader.exchange("POST", "/", 5.0, 1 << 20, headers=headers, body=b"{}")
        reader.close()
    assert raised.value.kind == "request"
    assert "geheim" not in str(raised.value)


def test_a_status_is_had_without_its_body() -> None:
    with dripping(lambda: iter((HEAD, *repeat(b"x", 10_000)))) as address:
        reader = HttpReader(parse_address(address))
        assert reader.status("GET", "/", 5.0) == 200
        reader.close()


def test_a_whole_answer_is_read_and_the_next_call_begins_its_own_time() -> None:
    with answering(lambda request: http(request.split(b" ")[1], headers="X-One: 1\r\n")) as address:
        reader = HttpReader(parse_address(f"http://{address}/behind a/".replace(" ", "%20")))
        for _ in range(3):
            found = reader.exchange("GET", "/x", 5.0, 1 << 20)
            assert (found.status, found.body, found.headers["x-one"]) == (200, b"/behind%20a/x", "1")
        reader.close()


def test_a_proxy_of_the_environment_is_asked_but_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with answering(lambda request: http(request.split(b" ")[1])) as proxy, answering(lambda _: http(b"own")) as own:
        monkeypatch.setenv("http_proxy", f"http://{proxy}")
        far, near = HttpReader(parse_address("nowhere.invalid:9")), HttpReader(parse_address(own))
        assert far.exchange("GET", "/x", 5.0, 1 << 20).body == b"http://nowhere.invalid:9/x"
        assert near.exchange("GET", "/x", 5.0, 1 << 20).body == b"own"
        far.close()
        near.close()


@pytest.mark.parametrize("proxy", ["http://[::1", "http://proxy:99999", "http://me:secret@proxy:port"])
def test_a_proxy_that_is_no_address_is_told_of(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", proxy)
    failure = _failure("nowhere.invalid:9")
    assert failure.kind == "request"
    assert "the proxy that the environment names" in failure.reason
    assert "secret" not in failure.reason


def test_a_small_body_goes_in_one_piece_with_the_head_and_a_large_one_arrives_whole() -> None:
    pieces: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                for size in (5, 1 << 20):
                    got = connection.recv(1 << 16)
                    pieces.append(got)
                    _, _, rest = got.partition(b"\r\n\r\n")
                    while len(rest) < size:
                        rest += connection.recv(1 << 20)
                    pieces.append(rest)
                    connection.sendall(http(b"{}"))

        thread = threading.Thread(target=serve, name="pieces")
        thread.start()
        reader = HttpReader(parse_address(f"127.0.0.1:{listener.getsockname()[1]}"))
        large = bytes(range(256)) * 4096
        try:
            for body in (b"small", large):
                assert reader.exchange("POST", "/", 60, 1 << 20, body=body).body == b"{}"
        finally:
            reader.close()
            thread.join(60)
    assert pieces[0].endswith(b"\r\n\r\nsmall")
    assert pieces[3] == large
