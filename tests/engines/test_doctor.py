"""The look before a start, at a real Docker engine: all that is wrong is told at once."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.serving.devices.suitable import GpuMachine
from studio.core.serving.doctor import Diagnosis, Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.series import GpuReading
from studio.engines.docker.doctor import examine
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.test_ports import free_triple
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint

pytestmark = [pytest.mark.docker]


@pytest.fixture
def spec(tmp_path: Path) -> LaunchSpec:
    python_model(tmp_path / "models")
    first = free_triple()
    ports = Ports(first, first + 1, first + 2)
    return LaunchSpec(EngineKind.DOCKER, tmp_path / "models", image=IMAGE, ports=ports)


def _texts(found: tuple[Diagnosis, ...], level: str) -> str:
    return "\n".join(f"{each.text} {each.remedy}" for each in found if each.level == level)


def test_a_launch_that_will_work_is_well(endpoint: str, spec: LaunchSpec) -> None:
    found = examine(spec, Needs(), GpuMachine())
    assert _texts(found, "error") == ""
    well = _texts(found, "ok")
    for told in (f"answers at {endpoint}", f"{IMAGE} is here", "are free on 127.0.0.1", "may read", "No GPU"):
        assert told in well


def test_everything_that_is_wrong_is_told_at_once(endpoint: str, spec: LaunchSpec, tmp_path: Path) -> None:
    closed = tmp_path / "models" / "identity" / "1" / "model.py"
    closed.chmod(0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", spec.ports.grpc))
        other.listen()
        wrong = replace(spec, image="trireme/none:23.08-py3", gpus=Gpus(ids=("7",)))
        found = examine(wrong, Needs(python=(("identity", 9),)), GpuMachine((GpuReading("GPU-1", "RTX 4090", 0),)))
        again = examine(spec, Needs(), GpuMachine(), spec.ports)
    assert [each.level for each in found] == sorted((each.level for each in found), key="error warning ok".index)
    errors = _texts(found, "error")
    for told in (
        "There is no GPU 7.",
        "The image trireme/none:23.08-py3 is not on this machine.",
        "9 Python instances take 576 MB",
        f"The user {os.getuid()}:{os.getgid()} of the container may not read {closed}. Give it: chmod u+rX {closed}",
    ):
        assert told in errors
    assert f"Port {spec.ports.grpc} is in use" in _texts(found, "warning")
    assert "is in use" not in _texts(again, "warning"), "the ports of the server that is restarted"


def test_that_docker_does_not_answer_is_one_of_the_findings(
    spec: LaunchSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert "No Docker engine answers. Install Docker or start it" in _texts(
        examine(spec, Needs(), GpuMachine()), "error"
    )
