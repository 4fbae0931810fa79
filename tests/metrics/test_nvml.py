"""GPU readings: real where this machine has a driver, quietly nothing where it has none, and those of a stand-in."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from studio.core.serving.devices.use import Driver, GpuProcess, Holders, flat
from studio.metrics import nvml
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.standins.figures import FIRST, GB, MIG, OTHER_PART, PART, SECOND, Figures


def test_readings_agree_with_the_driver_or_its_absence(capfd: pytest.CaptureFixture[str]) -> None:
    readings = nvml.gpus()
    listed = _nvidia_smi()
    assert [gpu.uuid for gpu in readings] == listed
    assert bool(nvml.driver().version) == bool(listed)
    assert all(0 < gpu.memory_used <= gpu.memory_total for gpu in readings)
    out, err = capfd.readouterr()
    assert out == err == ""


def test_a_driver_that_comes_and_goes_is_seen(figures: Figures) -> None:
    # Another test may have begun NVML before.
    figures.remove()
    assert nvml.gpus() == ()
    figures.change(init="9")
    assert nvml.gpus() == ()
    assert nvml.driver().problem == "the NVIDIA driver is not loaded"
    figures.change(init="18")
    assert "restart this machine" in nvml.driver().problem
    figures.change(init="0")
    assert [gpu.uuid for gpu in nvml.gpus()] == [FIRST, SECOND]
    found = nvml.driver()
    assert (found.version, found.cuda, found.problem) == ("570.86.15", (12, 8), "")
    figures.remove()
    assert nvml.gpus() == ()
    assert nvml.driver() == Driver()
    figures.change()
    assert len(nvml.gpus()) == 2


def test_what_a_gpu_does_not_tell_is_a_gap(figures: Figures) -> None:
    first, second = nvml.gpus()
    assert (first.name, first.index, first.utilisation, first.power) == ("NVIDIA H100 PCIe", 0, 0.88, 121.5)
    assert (first.power_limit, first.temperature) == (350.0, 45.0)
    assert (second.memory_total, second.memory_used, second.power) == (40 * GB, GB, 61.0)
    assert (first.energy, first.clock, first.memory_clock) == (148_000.5, 1980, 2619)
    assert math.isnan(second.utilisation)
    assert math.isnan(second.clock)
    assert math.isnan(second.power_limit)
    assert first.instances == second.instances == ()


def test_a_gpu_that_fills_is_followed(figures: Figures) -> None:
    figures.change(_0_used=f"{79 * GB}")
    assert nvml.gpus()[0].memory_used == 79 * GB


@pytest.mark.parametrize("figure", ["handle", "total"])
def test_a_lost_gpu_keeps_its_name_and_says_so(figures: Figures, figure: str) -> None:
    nvml.gpus()
    figures.take({f"0.{figure}": "!15", "0.util": "!15", "0.power": "!15"})
    first, second = nvml.gpus()
    assert (first.uuid, first.name, first.index) == (FIRST, "NVIDIA H100 PCIe", 0)
    assert "the GPU is lost" in first.problem
    assert math.isnan(first.memory_used)
    assert math.isnan(first.power)
    assert second.problem == ""


def test_the_instances_of_a_gpu_with_mig_are_listed(figures: Figures) -> None:
    figures.take(MIG)
    first, second = nvml.gpus()
    assert first.instances == ()
    assert [(part.uuid, part.title) for part in second.instances] == [(PART, "GPU 1:0"), (OTHER_PART, "GPU 1:1")]
    assert second.instances[0].memory_total == 20 * GB
    assert math.isnan(second.instances[0].utilisation)
    assert [gpu.uuid for gpu in flat((first, second))] == [FIRST, SECOND, PART, OTHER_PART]


def test_who_is_on_a_gpu_is_told_by_process(figures: Figures) -> None:
    assert nvml.holders() == Holders()
    figures.take({"0.procs": f"4242:{GB} 4243:NA"})
    sized, unsized = nvml.holders().processes
    assert sized == GpuProcess(4242, FIRST, GB)
    assert (unsized.pid, math.isnan(unsized.memory)) == (4243, True)
    figures.take({**MIG, "1.0.procs": "4244:16777216"})
    assert nvml.holders().processes[-1] == GpuProcess(4244, PART, 16777216)
    assert nvml.holders().problem == ""


def test_that_nobody_may_know_is_not_told_as_nobody(figures: Figures) -> None:
    figures.take({"0.procs": f"4242:{GB}", "1.procs": "!4"})
    found = nvml.holders()
    assert [each.pid for each in found.processes] == [4242]
    assert found.problem == "no permission to ask the NVIDIA driver of GPU 1"


def test_the_library_loads_with_the_first_reading() -> None:
    code = "import sys, studio.metrics.nvml; print('pynvml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_program_finds_the_driver_where_the_loader_does(figures: Figures, nvml_library: object) -> None:
    code = "from studio.metrics import nvml; print(*(gpu.index for gpu in nvml.gpus()))"
    environment = os.environ | {"LD_LIBRARY_PATH": os.path.dirname(str(nvml_library))}  # noqa: PTH120
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout == "0 1\n"


def _nvidia_smi() -> list[str]:
    """The GPUs that the driver's own program lists."""
    command = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return []
