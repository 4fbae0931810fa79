"""A real Triton that asks for a client certificate and for keys, behind TLS and proxies of the tests' own."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.serving.access import Access, origins_of
from studio.core.serving.address import parse_address
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.engines.attached import AttachedServer
from studio.engines.failure import EngineError
from studio.engines.registry import start
from studio.metrics.prometheus import Prometheus
from tests.client.server import serving
from tests.fixtures.tls import PASSWORD, Certificates, behind_tls, certificates, forward_proxy

CALLS = "model-repository,statistics,model-config"
SECRET = "k-8842-planted"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of a CA of our own."""
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured(made: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Mutual TLS for gRPC, plain HTTP and metrics as Triton has them, and keys for some calls of both."""
    arguments = (
        f"--http-restricted-api={CALLS}:admin-key={SECRET}",
        f"--grpc-restricted-protocol={CALLS}:admin-key={SECRET}",
        "--grpc-use-ssl=true",
        "--grpc-use-ssl-mutual=true",
        f"--grpc-server-cert={made['server.pem']}",
        f"--grpc-server-key={made['server.key']}",
        f"--grpc-root-cert={made['ca.pem']}",
    )
    with serving(tmp_path_factory.mktemp("secured"), ("double",), arguments) as server:
        found = server.addresses
        yield Addresses(found.http, f"grpcs://{found.grpc}", found.metrics)


def full(made: Certificates, *texts: str) -> Access:
    """All that the server asks for, given for these addresses."""
    return Access(
        ca=made["ca.pem"],
        certificate=made["client.pem"],
        key=made["client.key"],
        headers=(("Authorization", f"Bearer {SECRET}"),),
        restricted=(("admin-key", SECRET),),
        origins=origins_of(parse_address(text) for text in texts),
    )


def index(addresses: Addresses) -> list[str]:
    client = Triton(addresses, timeout=30)
    try:
        return [row.name for row in client.index() if row.is_ready]
    finally:
        client.close()


@pytest.mark.engine
@pytest.mark.parametrize("locked", [False, True])
def test_grpc_with_a_ca_and_a_certificate_of_ones_own_and_the_key_of_a_restricted_call(
    secured: Addresses, made: Certificates, locked: bool
) -> None:
    access = full(made, secured.grpc)
    if locked:
        access = replace(access, key=made["locked.key"], key_password=PASSWORD)
    assert index(Addresses(grpc=secured.grpc, access=access)) == ["double"]


@pytest.mark.engine
@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"ca": ""}, "of a CA that is not trusted here.*CA file"),
        ({"certificate": "", "key": ""}, "asks for a client certificate|closed"),
        ({"server_name": "other.example"}, "for another name.*server name"),
        ({"restricted": ()}, "is restricted, expecting header"),
        ({"origins": ("tls:other.example",)}, "is restricted, expecting header"),
        ({"ca": "/nowhere/ca.pem"}, "the CA file /nowhere/ca.pem is not there"),
    ],
)
def test_what_is_missing_for_grpc_is_said(
    secured: Addresses, made: Certificates, lacking: dict[str, str], said: str
) -> None:
    access = replace(full(made, secured.grpc), **lacking)  # type: ignore[arg-type]
    with pytest.raises(ClientError, match=said):
        index(Addresses(grpc=secured.grpc, access=access))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": "locked.key"}, "locked.key cannot be opened"),
        ({"key": "server.key"}, "server.key is not that of the certificate"),
        ({"certificate": "client.key", "key": ""}, "holds no certificate in PEM"),
    ],
)
def test_files_that_will_not_do_are_named(made: Certificates, wrong: dict[str, str], said: str) -> None:
    given = {name: made[file] if file else "" for name, file in wrong.items()}
    access = replace(full(made), **given)  # type: ignore[arg-type]
    for addresses in (
        Addresses(http="https://localhost:9", access=access),
        Addresses(grpc="grpcs://localhost:9", access=access),
    ):
        with pytest.raises(ClientError, match=said):
            index(addresses)


@pytest.mark.engine
def test_http_and_metrics_behind_tls_with_all_of_it(secured: Addresses, made: Certificates) -> None:
    with behind_tls(secured.http, made, mutual=True) as front, behind_tls(secured.metrics, made, mutual=True) as meter:
        http, metrics = f"https://{front.address}", f"https://{meter.address}"
        access = full(made, http, metrics)
        assert index(Addresses(http, access=access)) == ["double"]
        assert f"Bearer {SECRET}" in front.text
        with Prometheus(metrics, access=access) as reader:
            assert reader.scrape().others
        assert f"Bearer {SECRET}" in meter.text
        with pytest.raises(ClientError, match="CA file"):
            index(Addresses(http, access=Access()))
        with pytest.raises(ClientError, match="asks for a client certificate"):
            index(Addresses(http, access=Access(ca=made["ca.pem"])))


@pytest.mark.engine
def test_a_server_name_stands_in_for_the_address_in_each_protocol(secured: Addresses, made: Certificates) -> None:
    with behind_tls(secured.http, made, server="elsewhere") as front:
        http = f"https://{front.address}"
        access = full(made, http)
        with pytest.raises(ClientError, match="for another name"):
            index(Addresses(http, access=access))
        assert index(Addresses(http, access=replace(access, server_name="triton.example"))) == ["double"]
    named = replace(full(made, secured.grpc), server_name="triton.example")
    assert index(Addresses(grpc=secured.grpc, access=named)) == ["double"]


@pytest.mark.engine
def test_a_proxy_of_the_connection_stands_between_in_each_protocol(secured: Addresses, made: Certificates) -> None:
    with forward_proxy() as proxy, behind_tls(secured.http, made) as front:
        http = f"https://{front.address}"
        access = replace(full(made, http, secured.grpc, secured.http), proxy=f"http://{proxy.address}")
        assert index(Addresses(http, access=access)) == ["double"]
        assert index(Addresses(secured.http, access=access)) == ["double"]
        assert index(Addresses(grpc=secured.grpc, access=access)) == ["double"]
        with Prometheus(secured.metrics, access=access) as reader:
            assert reader.scrape().others
        asked = proxy.text
    assert f"CONNECT {front.address}" in asked
    assert f"POST http://{secured.http}/v2/repository/index" in asked
    assert f"CONNECT {parse_address(secured.grpc).target}" in asked
    assert f"GET http://{secured.metrics}/metrics" in asked


def attach(addresses: Addresses) -> AttachedServer:
    server = start(LaunchSpec(EngineKind.ATTACHED, addresses=addresses))
    assert isinstance(server, AttachedServer)
    return server


@pytest.mark.engine
def test_attaching_takes_all_of_it_and_says_what_to_give(secured: Addresses, made: Certificates) -> None:
    access = full(made, secured.grpc, secured.http)
    server = attach(replace(secured, access=access))
    assert (server.addresses.grpc, server.addresses.http, server.lacks) == (secured.grpc, secured.http, ())
    assert server.poll() is None
    with pytest.raises(EngineError, match=r"cannot be trusted: .*CA file"):
        attach(Addresses(grpc=secured.grpc))
    with pytest.raises(EngineError, match=r"speaks TLS.*Write (https|grpcs)://"):
        attach(Addresses(parse_address(secured.grpc).target))


@pytest.mark.engine
def test_tls_is_not_given_up_for_a_plain_port_beside_it(secured: Addresses, made: Certificates) -> None:
    server = attach(Addresses(grpc=secured.grpc, access=full(made, secured.grpc)))
    assert (server.addresses.http, server.addresses.metrics) == ("", "")
    with pytest.raises(EngineError, match=r"does not speak TLS|cannot be trusted"):
        attach(Addresses(f"https://{secured.http}"))


@pytest.mark.engine
def test_attaching_goes_by_the_proxy_and_says_where_that_is_not_there(secured: Addresses, made: Certificates) -> None:
    access = full(made, secured.grpc, secured.http)
    with forward_proxy() as proxy:
        server = attach(replace(secured, access=replace(access, proxy=f"http://{proxy.address}")))
        assert (server.addresses.http, server.addresses.grpc) == (secured.http, secured.grpc)
        assert server.addresses.metrics == secured.metrics
    with pytest.raises(EngineError, match=r"nothing listens at|cannot be reached"):
        attach(replace(secured, access=replace(access, proxy="http://127.0.0.1:9")))


@contextmanager
def below_a_path(upstream: str) -> Iterator[str]:
    """An HTTP reverse proxy that has a server below `/models/triton`."""

    class Front(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass("GET")

        def do_POST(self) -> None:
            self._pass("POST")

        def _pass(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.removeprefix("/models/triton")
            kept = {name: value for name, value in self.headers.items() if name.lower() == "admin-key"}
            answer = httpx.request(method, f"http://{upstream}{path}", content=body, headers=kept, timeout=60)
            self.send_response(answer.status_code if path != self.path else 404)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/models/triton"
        server.shutdown()
        thread.join()


@pytest.mark.engine
def test_a_server_below_a_path_of_an_http_proxy_is_attached_to(secured: Addresses, made: Certificates) -> None:
    with below_a_path(secured.http) as front:
        server = attach(Addresses(front, access=full(made, front)))
        assert (server.addresses.http, server.addresses.grpc, server.addresses.metrics) == (front, "", "")
        assert server.poll() is None
        assert index(server.addresses) == ["double"]
        with pytest.raises(EngineError, match="is no Triton"):
            attach(Addresses(front.removesuffix("/models/triton")))


def test_no_secret_stands_in_what_is_written_of_a_connection(made: Certificates) -> None:
    access = replace(full(made, "127.0.0.1:8000"), key_password=PASSWORD, proxy=f"http://me:{PASSWORD}@proxy:8080")
    spec = LaunchSpec(EngineKind.ATTACHED, addresses=Addresses("127.0.0.1:8000", access=access))
    assert SECRET not in repr(spec)
    assert PASSWORD not in repr(spec)


def test_secrets_go_to_no_other_host_and_never_from_tls_to_plain() -> None:
    access = Access(headers=(("X", "y"),), origins=origins_of([parse_address("https://a.example")]))
    assert access.headers_for(parse_address("https://a.example:8443")) == {"X": "y"}
    assert access.headers_for(parse_address("grpcs://a.example:8001")) == {"x": "y"}
    for other in ("http://a.example", "https://b.example", "grpc://a.example"):
        assert access.headers_for(parse_address(other)) == {}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine's environment names stays out."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
