"""What is said of GPUs before a container is started: here, free, enough, and with a driver that suits the image."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.core.serving.devices.suitable import GpuMachine, driver, examine, may_start
from studio.core.serving.devices.use import Driver
from studio.core.serving.doctor import Needs
from studio.core.serving.gpus import Gpus
from studio.core.serving.series import GpuReading

GB = 1 << 30
HALF = GpuReading("MIG-1", "A100 MIG", 1, 20.0 * GB, 1.0 * GB, part=0)
FIRST = GpuReading("GPU-8f3a", "RTX 4090", 0, 24.0 * GB, 1.0 * GB)
SECOND = GpuReading("GPU-b", "A100", 1, 40.0 * GB, 39.5 * GB, instances=(HALF,))
HERE = GpuMachine((FIRST, SECOND), Driver("570.86.15", (12, 8)))
ALL = Gpus(all=True)
NOTHING = Needs()


def _texts(asked: Gpus, machine: GpuMachine = HERE, wanted: Needs = NOTHING, can_pass: bool = True) -> list[str]:
    return [f"{each.level}: {each.text}" for each in examine(asked, machine, wanted, can_pass)]


def test_gpus_are_held_against_those_of_the_machine() -> None:
    assert _texts(Gpus()) == ["ok: No GPU is asked for: models run on the CPU."]
    assert "this machine has none" in _texts(ALL, GpuMachine())[0]
    assert _texts(Gpus(ids=("0", "7"))) == ["error: There is no GPU 7."]
    assert _texts(Gpus(ids=("0",)), can_pass=False)[0].startswith("warning")
    assert _texts(Gpus(ids=("GPU-8f3a",))) == ["ok: Docker can pass GPU 0 (RTX 4090)."]
    assert _texts(Gpus(ids=("MIG-1",))) == _texts(Gpus(ids=("1:0",))) == ["ok: Docker can pass GPU 1:0 (A100 MIG)."]
    (podman,) = examine(Gpus(ids=("0",)), HERE, NOTHING, can_pass=True, engine="Podman")
    assert (podman.level, "may pass none" in podman.text) == ("warning", True)
    gone = replace(HERE, driver=Driver(problem="the NVIDIA driver is not loaded"))
    assert _texts(ALL, gone) == ["error: GPUs are asked for, and the NVIDIA driver is not loaded."]


def test_a_full_gpu_and_a_lost_one_are_told() -> None:
    full = _texts(ALL)
    assert full == ["ok: Docker can pass all GPUs.", "warning: GPU 1 is nearly full: 0.5 of 40 GB are free."]
    lost = GpuMachine((replace(FIRST, problem="the GPU is lost"),), HERE.driver)
    assert "error: GPU 0: the GPU is lost." in _texts(ALL, lost)


def test_models_that_ask_for_more_gpus_than_they_get_are_named() -> None:
    wanted = Needs(gpus=(("small", 0), ("large", 3)))
    assert "warning: large asks for GPU 3, and a server with 2 GPUs has 0 to 1." in _texts(ALL, wanted=wanted)
    assert "warning: large asks for GPU 3, and a server with 1 GPU has 0." in _texts(Gpus(ids=("1",)), wanted=wanted)
    assert _texts(Gpus(), wanted=wanted) == ["warning: small and 1 more ask for a GPU, and the container gets none."]


_NGC = "nvcr.io/nvidia/tritonserver:"
_SETS = ("NVIDIA_REQUIRE_CUDA=cuda>=9.0", "CUDA_VERSION=12.8.0.038", "CUDA_DRIVER_VERSION=570.86.10")
_NEEDS_126 = ("NVIDIA_REQUIRE_CUDA=cuda>=12.6 brand=unknown,driver>=470,driver<471", "CUDA_VERSION=12.6.0")


@pytest.mark.parametrize(
    ("version", "cuda", "image", "environment", "level", "words"),
    [
        ("570.86.15", (12, 8), "25.01-py3", _SETS, "ok", "built for 570.86.10 and CUDA 12.8.0.038"),
        ("570.86.15", (12, 8), "24.10-py3", (), "ok", "built for 560.35.03 and CUDA 12.6.2"),
        ("535.104.05", (12, 2), "25.01-py3", _SETS, "warning", "Within CUDA 12 that works by minor version"),
        ("535.104.05", (12, 2), "25.10-py3", (), "warning", "Another major version of CUDA works on data-centre GPUs"),
        ("535.104.05", (12, 2), "mine:1", _NEEDS_126, "error", "which needs cuda>=12.6: it will not start."),
        ("535.104.05", (12, 2), "mine:1", (*_NEEDS_126, "NVIDIA_DISABLE_REQUIRE=1"), None, ""),
        ("560.35.03", (12, 6), "mine:1", _NEEDS_126, None, ""),
        ("", (0, 0), "25.01-py3", _SETS, None, ""),
    ],
)
def test_the_driver_is_held_against_the_image(
    version: str, cuda: tuple[int, int], image: str, environment: tuple[str, ...], level: str | None, words: str
) -> None:
    found = driver(GpuMachine((FIRST,), Driver(version, cuda)), _NGC + image if "py3" in image else image, environment)
    assert (found.level if found else None) == level
    assert words in (found.text if found else "")


def test_an_older_image_is_named_for_an_old_driver() -> None:
    found = driver(GpuMachine((FIRST,), Driver("550.90.07", (12, 4))), _NGC + "25.01-py3")
    assert found is not None
    assert found.remedy == "Update the driver to 570.86.10 or later, or take an image of 24.05 or older."


def test_what_nvidias_toolkit_asks_for_is_read_as_it_reads_it() -> None:
    old = Driver("470.57.02", (11, 4))
    assert may_start("", old)
    assert not may_start("cuda>=12.6", old)
    assert may_start("cuda>=12.6 brand=tesla,driver>=470,driver<471", old)
    assert not may_start("cuda>=12.6 brand=tesla,driver>=535,driver<536", old)
    assert may_start("cuda>=12.6", Driver("470.57.02"))
