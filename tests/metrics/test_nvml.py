"""GPU readings: real where this machine has a driver, and quietly nothing where it has none."""

import math
import subprocess
import sys
from types import SimpleNamespace

import pytest

from studio.metrics import nvml


def test_readings_agree_with_the_driver_or_its_absence(capfd: pytest.CaptureFixture[str]) -> None:
    readings = nvml.gpus()
    listed = _nvidia_smi()
    assert [gpu.uuid for gpu in readings] == listed
    assert bool(nvml.driver_version()) == bool(listed)
    assert all(0 < gpu.memory_used <= gpu.memory_total for gpu in readings)
    out, err = capfd.readouterr()
    assert out == err == ""


def test_an_absent_driver_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import pynvml

    asked: list[int] = []

    def init() -> None:
        asked.append(1)
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", init)
    nvml.library.cache_clear()
    try:
        assert nvml.gpus() == nvml.gpus() == ()
        assert nvml.driver_version() == ""
        assert asked == [1]
    finally:
        nvml.library.cache_clear()


def test_what_a_gpu_does_not_tell_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """As MIG has no utilisation and some boards no power: the driver's answers stand in, its errors are its own."""
    import pynvml

    def refuse(*_: object) -> object:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)

    answers = {
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 1,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetUUID": lambda handle: "GPU-x",
        "nvmlDeviceGetName": lambda handle: "NVIDIA Board",
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(total=2**33, used=2**30, free=0),
        "nvmlDeviceGetUtilizationRates": refuse,
        "nvmlDeviceGetPowerUsage": lambda handle: 61_500,
        "nvmlDeviceGetEnforcedPowerLimit": refuse,
        "nvmlDeviceGetTemperature": lambda handle, _sensor: 41,
    }
    for name, function in answers.items():
        monkeypatch.setattr(pynvml, name, function)
    nvml.library.cache_clear()
    try:
        (gpu,) = nvml.gpus()
    finally:
        nvml.library.cache_clear()
    assert (gpu.uuid, gpu.name, gpu.index) == ("GPU-x", "NVIDIA Board", 0)
    assert (gpu.memory_total, gpu.memory_used, gpu.power, gpu.temperature) == (2**33, 2**30, 61.5, 41)
    assert math.isnan(gpu.utilisation)
    assert math.isnan(gpu.power_limit)


def test_the_library_loads_with_the_first_reading() -> None:
    code = "import sys, studio.metrics.nvml; print('pynvml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def _nvidia_smi() -> list[str]:
    """The GPUs that the driver's own program lists."""
    command = ["nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return []
