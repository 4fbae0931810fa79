"""Servers that somebody else runs, by their address."""

from __future__ import annotations

import http.server
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.engines.attached import AttachedServer, addresses
from studio.engines.failure import EngineError
from studio.engines.install import EngineInfo
from studio.engines.registry import start
from tests.engines.conftest import Serve, Served, serving
from tests.engines.models import python_model


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" 10.0.0.7:9000 ", Addresses("10.0.0.7:9000")),
        ("grpc://host:9001", Addresses("grpc://host:9001")),
        ("grpcs://models.example.com:443", Addresses(grpc="grpcs://models.example.com:443")),
    ],
)
def test_an_address_is_kept_as_it_is_written(written: str, expected: Addresses) -> None:
    assert addresses(written) == expected


@pytest.mark.parametrize("written", ["", "  ", "ftp://host", "host:port", "host:99999", "two words", "http://"])
def test_what_is_no_address_is_said(written: str) -> None:
    with pytest.raises(EngineError, match="no address"):
        addresses(written)


def attach(http: str = "", grpc: str = "", metrics: str = "") -> AttachedServer:
    server = start(LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(http, grpc, metrics)))
    assert isinstance(server, AttachedServer)
    return server


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def running(engine: EngineInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that is only asked."""
    with serving(engine, tmp_path_factory, python_model) as served:
        yield served


@pytest.mark.engine
def test_a_running_server_is_attached_to_and_left_running(running: Served) -> None:
    there = running.server.addresses
    server = attach(http=there.http, grpc=there.grpc, metrics=there.metrics)
    assert server.addresses == there
    assert server.lacks == ()
    assert server.poll() is None
    assert there.http in server.description
    server.stop()
    ended = server.poll()
    assert ended is not None
    assert ended.reason == "Detached."
    assert running.is_ready()


@pytest.mark.engine
def test_what_a_server_lacks_is_told(serve: Serve, tmp_path: Path) -> None:
    python_model(tmp_path)
    served = serve(tmp_path, arguments=("--allow-metrics=false",)).wait(metrics=False)
    there = served.server.addresses
    server = attach(http=there.http, grpc=there.grpc, metrics=there.metrics)
    assert server.addresses == Addresses(there.http, there.grpc, "")
    (lack,) = server.lacks
    assert lack.startswith("metrics: nothing listens at")


@pytest.mark.engine
def test_a_server_that_goes_away_is_seen(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python_model(tmp_path)
    served = serve(tmp_path).wait()
    server = attach(http=served.server.addresses.http)
    assert server.poll() is None
    served.server.stop(timeout=0.3)
    deadline = time.monotonic() + 60
    while (ended := server.poll()) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ended is not None
    assert "nothing listens" in ended.reason


def test_nobody_there_is_said() -> None:
    port = closed_port()
    with pytest.raises(EngineError, match=f"nothing listens at 127.0.0.1:{port}"):
        attach(http=f"127.0.0.1:{port}", grpc=f"127.0.0.1:{port}")


def test_a_name_that_is_not_known_is_said() -> None:
    with pytest.raises(EngineError, match=r"name no-such-host\.invalid is not known"):
        attach(http="no-such-host.invalid:8000")


def test_no_address_at_all_is_said() -> None:
    with pytest.raises(EngineError, match="no address was given"):
        attach()


@contextmanager
def site(status: int, body: bytes, kind: str, **headers: str) -> Iterator[str]:
    """Something that speaks HTTP, answers every request alike, and is no Triton."""

    class Quiet(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


PAGE = b"<!doctype html><title>Welcome</title>"
FOREIGN = b"# HELP up Whether it is up\n# TYPE up gauge\nup 1\n"


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (200, PAGE, "text/html", "is a web site, and no Triton"),
        (404, PAGE, "text/html", "is a web site, and no Triton"),
        (404, b"", "text/plain", r"is no Triton \(HTTP 404"),
        (401, b"", "text/plain", r"asks for a login \(HTTP 401\)\. .*Authorization"),
        (403, PAGE, "text/html", r"asks for a login \(HTTP 403\)"),
        (200, b"ok", "text/plain", r"is no Triton \(HTTP 200 at /v2\)"),
        (200, b'{"status": "ok"}', "application/json", r"is no Triton \(HTTP 200 at /v2\)"),
        (200, FOREIGN, "text/plain; version=0.0.4", "is no Triton"),
    ],
)
def test_something_else_that_answers_is_said_as_what_it_is(status: int, body: bytes, kind: str, said: str) -> None:
    with site(status, body, kind) as address, pytest.raises(EngineError, match=said):
        attach(http=address)


def test_a_site_that_sends_on_names_where_to() -> None:
    with (
        site(302, b"", "text/plain", Location="https://login.example/") as address,
        pytest.raises(EngineError, match=r"sends on to https://login\.example/"),
    ):
        attach(http=address)


def test_metrics_of_something_else_are_said_to_be_that() -> None:
    with (
        site(200, FOREIGN, "text/plain; version=0.0.4") as address,
        pytest.raises(EngineError, match="is no Triton"),
    ):
        attach(metrics=address)


def test_a_port_that_takes_connections_and_says_nothing_is_given_up_within_a_bound() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(EngineError, match="did not answer within 3 s"),
    ):
        attach(http=f"127.0.0.1:{silent.getsockname()[1]}")


@pytest.mark.engine
def test_each_protocol_is_found_by_what_answers_whatever_port_was_given(running: Served) -> None:
    """The three ports of this server are not beside each other, and each is written for another."""
    there = running.server.addresses
    for given in (
        {"http": there.grpc, "grpc": there.metrics, "metrics": there.http},
        {"http": there.metrics, "grpc": there.http, "metrics": there.grpc},
        {"grpc": there.http, "http": there.grpc, "metrics": there.metrics},
    ):
        found = attach(**given)
        assert (found.addresses, found.lacks) == (there, ())


@pytest.mark.engine
def test_the_metrics_address_alone_is_no_server_and_is_told_so(running: Served) -> None:
    there = running.server.addresses
    with pytest.raises(EngineError, match=f"{there.metrics} gives a Triton's metrics, and neither"):
        attach(http=there.metrics)
    alone = attach(grpc=there.grpc)
    assert (alone.addresses.http, alone.addresses.grpc) == ("", there.grpc)
    assert alone.poll() is None
