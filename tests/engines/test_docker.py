"""The Docker engine, with a real Docker and an image of a real Triton."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from studio.client.triton import Triton
from studio.core.serving.container import owner
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.tracing.setting import next_requests
from studio.engines.docker import engine
from studio.engines.docker.connection import available, connect
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.engine import images
from studio.engines.docker.errors import explain
from studio.engines.docker.leftovers import adopt, leftovers
from studio.engines.failure import EngineError
from studio.engines.ports import Claim, claim
from studio.engines.registry import start
from studio.engines.tracing import trace_files
from tests.engines.conftest import Serve, Served, fp32
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.test_ports import free_triple
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("endpoint")]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    python_model(tmp_path / "models")
    return tmp_path / "models"


def container_of(server: object) -> ContainerServer:
    assert isinstance(server, ContainerServer)
    return server


DOCKER = {"kind": EngineKind.DOCKER, "image": IMAGE}


def test_a_repository_is_served_from_a_container(serve: Serve, repository: Path) -> None:
    first = free_triple()
    served = serve(repository, **DOCKER, ports=Ports(first, first + 1, first + 2), shared_memory_mb=128).wait()
    assert served.server.addresses.http == f"127.0.0.1:{first}"
    assert served.infer("identity", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [1, 2, 3])
    container = container_of(served.server).container
    container.reload()
    host = container.attrs["HostConfig"]
    assert host["ShmSize"] == 128 << 20
    assert {b["HostIp"] for bound in container.attrs["NetworkSettings"]["Ports"].values() for b in bound} == {
        "127.0.0.1"
    }
    assert container.exec_run(["touch", "/models/x"]).exit_code != 0
    _check_traces(served)
    served.server.stop()
    ended = served.server.poll()
    assert ended is not None
    assert (ended.code, ended.reason) == (0, "Stopped.")
    lines = served.text()
    assert "Started HTTPService" in lines
    assert "successfully loaded 'identity'" in lines
    assert not [path for path in repository.rglob("*") if path.name == "__pycache__"]
    served.server.stop()


def _check_traces(served: Served) -> None:
    """What it is asked to record is taken out of the container, without what was there before."""
    client = Triton(served.server.addresses)
    before = client.trace_setting()
    files = trace_files(served.server, before.file)
    client.set_trace(next_requests(10))
    for _ in range(5):
        served.infer("identity", x=fp32([1, 2, 3], [1, 3]))
    taken: list[tuple[str, bytes]] = []
    while len(taken) < 5:
        taken += files.take()
    assert [name for name, _ in taken] == [f"trace.json.{number}" for number in range(5)]
    assert all(b'"model_name":"identity"' in data for _, data in taken)
    others = trace_files(served.server, before.file)
    others.forget()
    served.infer("identity", x=fp32([1, 2, 3], [1, 3]))
    while not (found := others.take()):
        pass
    assert [name for name, _ in found] == ["trace.json.5"]
    assert client.set_trace(before.changes) == before
    client.close()
    assert files.take() == found


def test_a_taken_port_is_replaced(serve: Serve, repository: Path) -> None:
    first = free_triple()
    one, two = (serve(repository, **DOCKER, ports=Ports(first, first + 1, first + 2)) for _ in range(2))
    assert one.server.addresses.http == f"127.0.0.1:{first}"
    assert two.server.addresses.http != one.server.addresses.http
    assert two.wait().is_ready()


def test_a_port_that_somebody_takes_after_it_was_found_is_replaced(
    serve: Serve, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = connect()
    taken: list[Any] = []

    def late(wanted: Ports, bind: str) -> Claim:
        got = claim(wanted, bind)
        if not taken:
            ports = {"8000/tcp": ("127.0.0.1", got.ports.http)}
            taken.append(strange.containers.run(IMAGE, ["sleep", "60"], detach=True, ports=ports))
        return got

    monkeypatch.setattr(engine, "claim", late)
    first = free_triple()
    try:
        served = serve(repository, **DOCKER, ports=Ports(first, first + 1, first + 2)).wait()
        assert served.server.addresses.http != f"127.0.0.1:{first}"
        assert served.is_ready()
    finally:
        for each in taken:
            each.remove(force=True)
        strange.close()


def test_a_crash_is_seen_with_its_cause(serve: Serve, repository: Path) -> None:
    served = serve(repository, **DOCKER, arguments=("--no-such-argument",))
    ended = served.wait_exit(60.0)
    assert ended.code != 0
    assert "--no-such-argument" in ended.reason
    assert "Usage" in served.text()


def test_a_server_killed_from_outside_is_seen(serve: Serve, repository: Path) -> None:
    served = serve(repository, **DOCKER).wait()
    container_of(served.server).container.kill()
    ended = served.wait_exit(60.0)
    assert ended.code == 137
    assert "killed" in ended.reason


def test_a_container_removed_from_outside_is_seen(serve: Serve, repository: Path) -> None:
    served = serve(repository, **DOCKER)
    container_of(served.server).container.remove(force=True)
    assert "removed" in served.wait_exit(60.0).reason


def test_a_server_is_found_again_by_its_label(serve: Serve, repository: Path, endpoint: str) -> None:
    strange = connect()
    other = strange.containers.run(IMAGE, ["sleep", "60"], detach=True)
    try:
        first = serve(repository, **DOCKER).wait()
        (found,) = leftovers()
        assert found.is_driven, "a server that its studio still has was offered to another"
        with pytest.raises(EngineError, match="another Trireme"):
            adopt(container_of(first.server).container.name)
        # As when the studio that started it dies.
        container_of(first.server).claimed.close()
        (found,) = leftovers()
        assert (found.is_driven, found.by_hand, found.repository) == (False, False, repository)
        again = adopt(found.name)
        assert [each.is_driven for each in leftovers()] == [True]
        assert again.addresses == found.addresses == first.server.addresses
        assert again.spec == first.server.spec
        assert "Started HTTPService" in "\n".join(line.text for line in again.read_log())
        assert again.poll() is None
        first.infer("identity", x=fp32([1, 2, 3], [1, 3]))
        again.stop(timeout=2)
        assert leftovers() == ()
        assert "removed" in first.wait_exit(60.0).reason
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)
        strange.close()


def test_reading_the_log_never_waits(serve: Serve, repository: Path) -> None:
    served = serve(repository, **DOCKER).wait()
    quiet = 0
    while quiet < 20:
        quiet = 0 if served.server.read_log() else quiet + 1


@pytest.mark.parametrize("gpus", [Gpus(all=True), Gpus(ids=("0",))])
def test_a_gpu_where_docker_can_pass_none_is_said(repository: Path, gpus: Gpus) -> None:
    with pytest.raises(EngineError, match="NVIDIA Container Toolkit is missing") as raised:
        start(LaunchSpec(EngineKind.DOCKER, repository, ports=Ports(0, 0, 0), image=IMAGE, gpus=gpus))
    assert "without a GPU" in raised.value.remedy


def test_an_image_that_is_not_there_is_said(repository: Path) -> None:
    with pytest.raises(EngineError, match="the image trireme/none:1 is not on this machine"):
        start(LaunchSpec(EngineKind.DOCKER, repository, ports=Ports(0, 0, 0), image="trireme/none:1"))


def test_an_image_without_a_triton_is_said(repository: Path) -> None:
    with pytest.raises(EngineError, match="the image has no program tritonserver"):
        start(LaunchSpec(EngineKind.DOCKER, repository, ports=Ports(0, 0, 0), image="trireme/debian:local"))


def test_what_docker_is_there_is_told(endpoint: str) -> None:
    there = available()
    assert there.problem == ""
    assert there.version.split(".")[0].isdigit()
    assert there.endpoint == endpoint
    assert IMAGE in [image.name for image in images()]
    assert all(image.size > 50_000_000 for image in images())


def test_no_docker_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    there = available()
    assert there.version == ""
    assert "no Docker engine answers" in there.problem


def test_a_docker_that_one_may_not_use_is_told() -> None:
    text = "Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))"
    assert "docker group" in explain(text)[1]


def test_an_owner_is_a_person_on_a_machine() -> None:
    assert "@" in owner()
    assert subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip() in owner()
