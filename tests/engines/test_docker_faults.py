"""Faults of a real Docker engine: pulls that break, a full disk, an engine that hangs, dies and comes back."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest

from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.engine import image_names
from studio.engines.docker.pull import pull
from studio.engines.failure import EngineError
from studio.engines.registry import start
from tests.engines.conftest import Served, fp32
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.own_docker import OwnDocker, bridge, short_folder, small_disk
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.cut import Cut
from tests.fixtures.gpu_docker import Hook
from tests.fixtures.gpu_docker import gpu_docker as gpu_docker
from tests.fixtures.gpu_docker import hook as hook
from tests.fixtures.registry import push_image, registry_in

pytestmark = [pytest.mark.docker]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnDocker]:
    """An engine with room for 16 MB, which tries a download once."""
    with short_folder() as home, small_disk(home / "data", 16) as data, bridge() as options:
        made = OwnDocker(home, data, (*options, "--max-download-attempts=1"))
        made.start()
        monkeypatch.setenv("DOCKER_HOST", made.endpoint)
        try:
            yield made
        finally:
            made.end()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Cut]:
    """A registry, by a way that can be cut."""
    with registry_in(tmp_path) as port:
        cut = Cut(port)
        yield cut
        cut.end()


def _pulled(image: str) -> str:
    """What is said of a pull that fails."""
    with pytest.raises(EngineError) as raised:
        pull(image, lambda _fraction, _text: None, lambda: False)
    return f"{raised.value.reason} {raised.value.remedy}"


def test_a_pull_that_is_cut_off_is_said_and_goes_on_the_next_time(
    docker_endpoint: str, engine: OwnDocker, registry: Cut, tmp_path: Path
) -> None:
    name = f"{registry.address}/tritonserver:small"
    push_image(docker_endpoint, name, tmp_path)
    registry.left = 4_000_000
    said = _pulled(name)
    assert "the connection to the registry broke off" in said
    assert "Pull it again" in said
    assert name not in image_names()
    registry.left = 1 << 40
    assert pull(name, lambda _fraction, _text: None, lambda: False) == name
    assert name in image_names()


def test_a_disk_that_is_full_is_said(docker_endpoint: str, engine: OwnDocker, registry: Cut, tmp_path: Path) -> None:
    name = f"{registry.address}/tritonserver:large"
    push_image(docker_endpoint, name, tmp_path, megabytes=8)
    assert "the disk is full. Free some space" in _pulled(name)
    assert name not in image_names()


@pytest.fixture
def served(hook: Hook, tmp_path: Path) -> Iterator[Served]:
    """A server of an engine of its own, ready."""
    python_model(tmp_path / "models")
    server = start(LaunchSpec(EngineKind.DOCKER, tmp_path / "models", ports=Ports(0, 0, 0), image=IMAGE))
    yield Served(server).wait()
    server.stop(1)


def _container(served: Served) -> str:
    assert isinstance(served.server, ContainerServer)
    return str(served.server.container.id)


def test_a_server_that_is_told_to_stop_from_outside_says_so(served: Served, gpu_docker: tuple[OwnDocker, Path]) -> None:
    command = ["docker", "--host", gpu_docker[0].endpoint, "stop", _container(served)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert served.wait_exit(60).reason == "It was told to end from outside."


def test_an_engine_that_hangs_dies_and_comes_back_leaves_the_truth_about_its_server(
    served: Served, gpu_docker: tuple[OwnDocker, Path]
) -> None:
    engine = gpu_docker[0]
    engine.send(SIGSTOP)
    for _ in range(20):
        served.server.read_log()
        assert served.server.poll() is None
    assert "y" in served.infer("identity", x=fp32([1, 2, 3], [1, 3]))
    engine.send(SIGCONT)
    engine.end(SIGKILL)
    engine.start()
    ended = served.wait_exit(60)
    assert ended.reason == "It ended without a word, as when Docker itself is killed and started anew."
