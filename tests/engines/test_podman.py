"""The Docker engine of the studio with a real Podman, by the socket on which it answers as Docker does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from studio.core.serving.devices.suitable import GpuMachine
from studio.core.serving.doctor import Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.series import GpuReading
from studio.engines.docker.connection import available
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.doctor import examine
from studio.engines.docker.leftovers import leftovers
from studio.engines.failure import EngineError
from studio.engines.registry import start
from tests.engines.conftest import Served, fp32
from tests.engines.docker_image import IMAGE, wait_for
from tests.engines.models import python_model
from tests.engines.own_docker import short_folder
from tests.fixtures.containers import docker_endpoint as docker_endpoint

pytestmark = [pytest.mark.docker, pytest.mark.slow]
_IMAGE = f"localhost/{IMAGE}"
_LIMITS = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
"""Podman asks for more than a machine may allow, and sets no less by itself."""


@pytest.fixture(scope="module")
def podman(docker_endpoint: str) -> Iterator[str]:
    """Podman's socket; it has the image."""
    with short_folder() as home:
        (home / "containers.conf").write_text(_LIMITS)
        environment = os.environ | {"CONTAINERS_CONF": str(home / "containers.conf")}
        command = ["podman", f"--root={home}/data", f"--runroot={home}/run"]
        with subprocess.Popen(["docker", "--host", docker_endpoint, "save", IMAGE], stdout=subprocess.PIPE) as saved:
            subprocess.run([*command, "load"], stdin=saved.stdout, check=True, capture_output=True, env=environment)
        serving = [*command, "system", "service", "--time=0", f"unix://{home}/podman.sock"]
        with subprocess.Popen(
            serving, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as service:
            try:
                wait_for(f"unix://{home}/podman.sock", home / "none.log")
                yield f"unix://{home}/podman.sock"
            finally:
                service.terminate()
        subprocess.run([*command, "rmi", "--all", "--force"], capture_output=True, env=environment)
        subprocess.run(["umount", "--lazy", f"{home}/data/overlay"], capture_output=True)


@pytest.fixture
def spec(podman: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LaunchSpec]:
    """A launch that Podman can do; no container stays."""
    monkeypatch.setenv("DOCKER_HOST", podman)
    python_model(tmp_path / "models")
    yield LaunchSpec(EngineKind.DOCKER, tmp_path / "models", ports=Ports(0, 0, 0), image=_IMAGE)
    client = docker.DockerClient(base_url=podman)
    for container in client.containers.list(all=True):
        container.remove(force=True)
    client.close()


def test_a_server_runs_is_found_again_and_stops(spec: LaunchSpec) -> None:
    assert available().problem == ""
    served = Served(start(spec)).wait()
    assert "y" in served.infer("identity", x=fp32([1, 2, 3], [1, 3]))
    assert len(served.server.processes()) >= 2
    assert "successfully loaded 'identity'" in served.text()
    assert [each.repository for each in leftovers()] == [spec.repository]
    served.server.stop(5)
    assert leftovers() == ()


def test_one_that_is_killed_from_outside_is_seen(spec: LaunchSpec) -> None:
    server = start(spec)
    served = Served(server).wait()
    assert isinstance(server, ContainerServer)
    server.container.kill()
    assert served.wait_exit(60).code == 137
    server.stop(1)


def test_what_is_wrong_is_told(spec: LaunchSpec) -> None:
    with pytest.raises(EngineError, match="none:1 is not on this machine"):
        start(LaunchSpec(EngineKind.DOCKER, spec.repository, ports=Ports(0, 0, 0), image="localhost/none:1"))
    machine = GpuMachine((GpuReading("GPU-1", "RTX 4090", 0, 24.0 * 2**30, 0.0),))
    asked = LaunchSpec(EngineKind.DOCKER, spec.repository, image=_IMAGE, gpus=Gpus(all=True))
    told = "\n".join(f"{each.level} {each.text}" for each in examine(asked, Needs(), machine))
    assert "ok Podman " in told
    assert "warning Podman accepts a request for GPUs made in Docker's way, and may pass none." in told
