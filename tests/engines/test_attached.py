"""Servers that somebody else runs, by their address."""

from __future__ import annotations

import http.server
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.engines.attached import AttachedServer, addresses
from studio.engines.failure import EngineError
from studio.engines.registry import start
from tests.engines.conftest import Serve
from tests.engines.models import python_model


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("host", Addresses("host:8000", "host:8001", "host:8002")),
        (" 10.0.0.7:9000 ", Addresses("10.0.0.7:9000", "10.0.0.7:9001", "10.0.0.7:9002")),
        ("http://host:8000/", Addresses("host:8000", "host:8001", "host:8002")),
        ("grpc://host:9001", Addresses("host:9000", "host:9001", "host:9002")),
        ("host:8001", Addresses("host:8000", "host:8001", "host:8002")),
        ("[::1]:8000", Addresses("[::1]:8000", "[::1]:8001", "[::1]:8002")),
        ("https://models.example.com/triton/", Addresses("https://models.example.com:443/triton")),
        ("grpcs://models.example.com:443", Addresses(grpc="grpcs://models.example.com:443")),
    ],
)
def test_an_address_is_filled_in_by_convention(written: str, expected: Addresses) -> None:
    assert addresses(written) == expected


@pytest.mark.parametrize("written", ["", "  ", "ftp://host", "host:port", "host:99999", "two words", "http://"])
def test_what_is_no_address_is_said(written: str) -> None:
    with pytest.raises(EngineError, match="no address"):
        addresses(written)


def attach(**given: str) -> AttachedServer:
    server = start(LaunchSpec(EngineKind.ATTACHED, addresses=Addresses(**given)))
    assert isinstance(server, AttachedServer)
    return server


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.engine
def test_a_running_server_is_attached_to_and_left_running(serve: Serve, tmp_path: Path) -> None:
    python_model(tmp_path)
    served = serve(tmp_path).wait()
    there = served.server.addresses
    server = attach(http=there.http, grpc=there.grpc, metrics=there.metrics)
    assert server.addresses == there
    assert server.lacks == ()
    assert server.poll() is None
    assert there.http in server.description
    server.stop()
    ended = server.poll()
    assert ended is not None
    assert ended.reason == "Detached."
    assert served.is_ready()


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


@pytest.fixture
def web_server() -> Iterator[str]:
    """Something that speaks HTTP and is no Triton."""

    class Quiet(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_something_else_that_answers_is_said(web_server: str) -> None:
    with pytest.raises(EngineError, match="is no Triton"):
        attach(http=web_server, grpc=f"127.0.0.1:{closed_port()}")
