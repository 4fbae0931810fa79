"""A real Triton for the tests of the client, and a client of each protocol."""

from collections.abc import Iterator

import pytest

from studio.client.triton import Triton
from studio.core.serving.launch import Addresses
from studio.engines.engine import Server
from tests.client.server import serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded Triton with every model of the tests."""
    with serving(tmp_path_factory.mktemp("client")) as server:
        yield server


@pytest.fixture(params=["http", "grpc"])
def protocol(request: pytest.FixtureRequest) -> str:
    """Each protocol in turn."""
    return str(request.param)


@pytest.fixture
def triton(server: Server, protocol: str) -> Iterator[Triton]:
    """A client that has only the address of one protocol, so that every call goes there."""
    one = Addresses(http=server.addresses.http) if protocol == "http" else Addresses(grpc=server.addresses.grpc)
    client = Triton(one)
    yield client
    client.close()


@pytest.fixture
def both(server: Server) -> Iterator[tuple[Triton, Triton]]:
    """A client over HTTP and one over gRPC."""
    clients = Triton(Addresses(http=server.addresses.http)), Triton(Addresses(grpc=server.addresses.grpc))
    yield clients
    for client in clients:
        client.close()
