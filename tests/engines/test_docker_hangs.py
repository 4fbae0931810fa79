"""A Docker engine that hangs or goes away: the server is followed on for as long as it answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.docker.container import ContainerServer
from studio.engines.registry import start
from tests.engines.conftest import Served, fp32
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint
from tests.fixtures.relay import Relay

pytestmark = [pytest.mark.docker]


@pytest.fixture
def relay(endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """The engine behind a relay, through which the studio reaches it."""
    made = Relay(tmp_path / "relay.sock", endpoint)
    monkeypatch.setenv("DOCKER_HOST", made.url)
    yield made
    made.end()


@pytest.fixture
def served(relay: Relay, endpoint: str, tmp_path: Path) -> Iterator[Served]:
    """A server that was started through the relay and is ready."""
    python_model(tmp_path / "models")
    spec = LaunchSpec(EngineKind.DOCKER, tmp_path / "models", ports=Ports(0, 0, 0), image=IMAGE)
    server = start(spec)
    assert isinstance(server, ContainerServer)
    yield Served(server).wait()
    server.stop_following()
    server.claimed.close()
    server.container.client.close()
    with_engine = docker.DockerClient(base_url=endpoint)
    for each in with_engine.containers.list(all=True, filters={"id": server.container.id}):
        each.remove(force=True)
    with_engine.close()


def _asks(served: Served) -> None:
    assert "y" in served.infer("identity", x=fp32([1, 2, 3], [1, 3]))


def test_an_engine_that_hangs_is_not_even_asked(served: Served, relay: Relay, endpoint: str) -> None:
    relay.freeze()
    for _ in range(50):
        served.server.read_log()
        assert served.server.poll() is None
    _asks(served)
    assert not relay.is_asked()
    relay.thaw()
    assert isinstance(served.server, ContainerServer)
    other = docker.DockerClient(base_url=endpoint)
    other.containers.get(served.server.container.id).kill()
    other.close()
    assert served.wait_exit(60).code == 137


def test_a_server_outlives_an_engine_that_goes_and_is_followed_when_it_comes_back(
    served: Served, relay: Relay, endpoint: str, tmp_path: Path
) -> None:
    server = served.server
    assert isinstance(server, ContainerServer)
    relay.end()
    for _ in range(3):
        assert served.server.poll() is None
        _asks(served)
    back = Relay(relay.path, endpoint)
    try:
        while server.poll() is None and not server.is_followed:
            _asks(served)
        other = docker.DockerClient(base_url=endpoint)
        other.containers.get(server.container.id).stop(timeout=5)
        other.close()
        assert served.wait_exit(60).code == 0
        assert "Waiting for in-flight requests to complete" in served.text()
    finally:
        back.end()


def test_a_server_that_goes_with_its_engine_is_told_to_be_gone(served: Served, relay: Relay, endpoint: str) -> None:
    server = served.server
    assert isinstance(server, ContainerServer)
    relay.end()
    other = docker.DockerClient(base_url=endpoint)
    other.containers.get(server.container.id).kill()
    other.close()
    assert "Docker does not answer any more" in served.wait_exit(60).reason
