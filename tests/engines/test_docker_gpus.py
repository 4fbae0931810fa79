"""GPUs in containers, with a real Docker and a real Triton; NVIDIA's hook and its libraries are stood in for."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.failure import EngineError
from studio.engines.registry import start
from tests.engines.conftest import Serve, Served, fp32
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.gpu_docker import Hook
from tests.fixtures.gpu_docker import gpu_docker as gpu_docker
from tests.fixtures.gpu_docker import hook as hook
from tests.fixtures.http import HTTP
from tests.standins.figures import FIRST, SECOND

pytestmark = [pytest.mark.docker]
DOCKER = {"kind": EngineKind.DOCKER, "image": IMAGE}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A model with an instance on every GPU that is there."""
    folder = python_model(tmp_path / "models")
    config = folder / "config.pbtxt"
    config.write_text(config.read_text() + "instance_group { count: 1 kind: KIND_GPU }\n")
    return tmp_path / "models"


def _listed(served: Served) -> list[str]:
    """The GPUs that the server's metrics name."""
    text = HTTP.get(f"http://{served.server.addresses.metrics}/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("nv_gpu_memory_total_bytes{")]
    return [line.split('"')[1] for line in lines]


@pytest.mark.parametrize(
    ("gpus", "inside"),
    [
        (Gpus(all=True), [FIRST, SECOND]),
        (Gpus(ids=("1", FIRST)), [SECOND, FIRST]),
    ],
)
def test_the_gpus_that_are_asked_for_are_inside(
    hook: Hook, serve: Serve, repository: Path, gpus: Gpus, inside: list[str]
) -> None:
    served = serve(repository, **DOCKER, gpus=gpus).wait()
    (group,) = served.config("identity")["instance_group"]
    assert (group["kind"], group["gpus"]) == ("KIND_GPU", [0, 1])
    assert served.infer("identity", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [1, 2, 3])
    assert sorted(_listed(served)) == sorted(inside)
    assert len(served.server.processes()) >= 3, "the server and a stub for each GPU"


def test_a_request_that_is_accepted_without_a_gpu_inside_leaves_the_model_unloaded(
    hook: Hook, serve: Serve, repository: Path
) -> None:
    hook.do_nothing()
    served = serve(repository, **DOCKER, gpus=Gpus(all=True)).wait()
    assert "no GPUs are available" in served.index()["identity"]["reason"]
    assert _listed(served) == []


_REFUSALS = {
    "nvidia-container-cli: initialization error: nvml error: driver not loaded": "driver is not loaded on this machine",
    "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object "
    "file: no such file or directory": "its library libnvidia-ml.so.1 is missing",
    "nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.6, please update your driver to a newer "
    "version, or use an earlier cuda container": "too old for this image, which needs cuda>=12.6",
    "": "a hook that prepares GPUs ended with status 1 and said nothing",
}


def test_what_nvidia_refuses_is_told_in_plain_words(repository: Path, hook: Hook) -> None:
    def told(gpus: Gpus) -> str:
        with pytest.raises(EngineError) as raised:
            start(LaunchSpec(repository=repository, ports=Ports(0, 0, 0), gpus=gpus, **DOCKER))  # type: ignore[arg-type]
        assert raised.value.remedy
        return raised.value.reason

    assert "there is no such GPU" in told(Gpus(ids=("7",)))
    for words, meaning in _REFUSALS.items():
        hook.refuse(words)
        assert meaning in told(Gpus(all=True))
    hook.hide()
    assert "the hook of the NVIDIA Container Toolkit is missing" in told(Gpus(all=True))
