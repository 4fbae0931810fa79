"""The GPUs of this machine, by NVML. Without a driver everything is empty, quietly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from studio.core.serving.series import GAP, GpuReading


def gpus() -> tuple[GpuReading, ...]:
    """Every GPU of this machine, read now; empty where there is none, or no driver."""
    nvml = library()
    return tuple(_reading(nvml, index, handle) for index, handle in _handles(nvml))


def driver_version() -> str:
    """The version of NVIDIA's driver; empty where there is none."""
    nvml = library()
    return str(_told(nvml, "nvmlSystemGetDriverVersion") or "") if nvml else ""


@cache
def library() -> Any:
    """pynvml once it is ready; None where there is no driver. Asked once: a driver does not come while we run."""
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def _handles(nvml: Any) -> Iterator[tuple[int, Any]]:
    count = (_told(nvml, "nvmlDeviceGetCount") or 0) if nvml else 0
    for index in range(count):
        handle = _told(nvml, "nvmlDeviceGetHandleByIndex", index)
        if handle is not None:
            yield index, handle


def _reading(nvml: Any, index: int, handle: Any) -> GpuReading:
    memory = _told(nvml, "nvmlDeviceGetMemoryInfo", handle)
    return GpuReading(
        uuid=str(_told(nvml, "nvmlDeviceGetUUID", handle) or ""),
        name=str(_told(nvml, "nvmlDeviceGetName", handle) or ""),
        index=index,
        memory_total=_number(memory, lambda m: m.total),
        memory_used=_number(memory, lambda m: m.used),
        utilisation=_number(_told(nvml, "nvmlDeviceGetUtilizationRates", handle), lambda u: u.gpu / 100),
        power=_number(_told(nvml, "nvmlDeviceGetPowerUsage", handle), lambda mw: mw / 1000),
        power_limit=_number(_told(nvml, "nvmlDeviceGetEnforcedPowerLimit", handle), lambda mw: mw / 1000),
        temperature=_number(_told(nvml, "nvmlDeviceGetTemperature", handle, nvml.NVML_TEMPERATURE_GPU), float),
    )


def _told(nvml: Any, function: str, *arguments: Any) -> Any:
    """What NVML answers; None where this GPU or driver does not tell, as MIG and some boards do for some values."""
    try:
        return getattr(nvml, function)(*arguments)
    except nvml.NVMLError:
        return None


def _number(answer: Any, read: Callable[[Any], float]) -> float:
    return GAP if answer is None else float(read(answer))
