"""The GPUs of this machine, by NVML. Without a driver everything is empty, quietly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from studio.core.serving.devices.use import Driver, GpuProcess, Holders
from studio.core.serving.series import GAP, GpuReading

_ABSENT = "NVML_ERROR_LIBRARY_NOT_FOUND"
_GONE = ("NVML_ERROR_UNINITIALIZED", "NVML_ERROR_DRIVER_NOT_LOADED", "NVML_ERROR_LIB_RM_VERSION_MISMATCH")
"""After these NVML has to be begun anew: the driver was taken away, or another one was put in its place."""
_PROCESSORS, _MEMORY = 1, 2
"""Which clock is asked for."""
_WORDS = {
    "NVML_ERROR_DRIVER_NOT_LOADED": "the NVIDIA driver is not loaded",
    "NVML_ERROR_LIB_RM_VERSION_MISMATCH": "the NVIDIA driver was updated: restart this machine",
    "NVML_ERROR_NO_PERMISSION": "no permission to ask the NVIDIA driver",
    "NVML_ERROR_GPU_IS_LOST": "the GPU is lost: it has fallen off the bus, and the machine has to be restarted",
}


class _Nvml:
    """pynvml, begun. One that failed is begun anew at the next call: a driver may come or go while we run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: Any = None
        self._identities: dict[int, tuple[str, str]] = {}

    def ready(self) -> tuple[Any, str]:
        """The library, None where there is none; then the name of NVML's error."""
        with self._lock:
            if self._ready is not None:
                return self._ready, ""
            try:
                import pynvml
            except ImportError:
                return None, _ABSENT
            try:
                pynvml.nvmlInit()
            except pynvml.NVMLError as error:
                return None, _code(pynvml, error)
            self._ready = pynvml
            return pynvml, ""

    def told(self, function: str, *arguments: Any) -> tuple[Any, str]:
        """What NVML answers; None and its error's name where it does not tell."""
        answer, why = self._asked(function, arguments)
        # What was begun with the driver that was there before is begun anew.
        return self._asked(function, arguments) if why in _GONE and not arguments else (answer, why)

    def _asked(self, function: str, arguments: tuple[Any, ...]) -> tuple[Any, str]:
        nvml, why = self.ready()
        if nvml is None:
            return None, why
        try:
            return getattr(nvml, function)(*arguments), ""
        except nvml.NVMLError as error:
            found = _code(nvml, error)
            if found in _GONE:
                self._forget()
            return None, found

    def identity(self, index: int, uuid: str, name: str) -> tuple[str, str]:
        """UUID and name of a GPU; what it said before where it says nothing any more."""
        known = self._identities.get(index, ("", ""))
        self._identities[index] = found = (uuid or known[0], name or known[1])
        return found

    def _forget(self) -> None:
        with self._lock:
            self._ready = None


_NVML = _Nvml()


def gpus() -> tuple[GpuReading, ...]:
    """Every GPU of this machine, read now; empty where there is none, or no driver."""
    return tuple(_gpu(index, *_handle(index)) for index in range(_count()))


def driver() -> Driver:
    """What NVIDIA's driver says of itself."""
    version, why = _NVML.told("nvmlSystemGetDriverVersion")
    if why:
        return Driver(problem="" if why == _ABSENT else _words(why))
    cuda, _ = _NVML.told("nvmlSystemGetCudaDriverVersion")
    number = int(cuda or 0)
    return Driver(_text(version), (number // 1000, number % 1000 // 10))


def holders() -> Holders:
    """The processes that compute on the GPUs of this machine, by the driver. Their numbers are the machine's own."""
    found: list[GpuProcess] = []
    problem = ""
    for index in range(_count()):
        handle, why = _handle(index)
        for place, uuid in [] if why else _parts(handle):
            running, why = _NVML.told("nvmlDeviceGetComputeRunningProcesses", place)
            problem = problem or (f"{_words(why)} of GPU {index}" if why else "")
            found += [GpuProcess(each.pid, uuid, _number(each.usedGpuMemory, float)) for each in running or ()]
    return Holders(tuple(found), problem)


def _parts(handle: Any) -> Iterator[tuple[Any, str]]:
    """A GPU, or its MIG instances where it has them: the GPU itself tells no processes then."""
    instances = list(_instances(handle)) or [handle]
    for each in instances:
        yield each, _text(_NVML.told("nvmlDeviceGetUUID", each)[0])


def _count() -> int:
    return int(_NVML.told("nvmlDeviceGetCount")[0] or 0)


def _handle(index: int) -> tuple[Any, str]:
    return _NVML.told("nvmlDeviceGetHandleByIndex", index)


def _instances(handle: Any) -> Iterator[Any]:
    mode, _ = _NVML.told("nvmlDeviceGetMigMode", handle)
    if not mode or not mode[0]:
        return
    for index in range(int(_NVML.told("nvmlDeviceGetMaxMigDeviceCount", handle)[0] or 0)):
        part, why = _NVML.told("nvmlDeviceGetMigDeviceHandleByIndex", handle, index)
        if not why:
            yield part


def _gpu(index: int, handle: Any, why: str) -> GpuReading:
    if why:
        uuid, name = _NVML.identity(index, "", "")
        return GpuReading(uuid, name, index, problem=_words(why))
    found = _reading(index, handle)
    uuid, name = _NVML.identity(index, found.uuid, found.name)
    parts = tuple(replace(_reading(index, each), part=part) for part, each in enumerate(_instances(handle)))
    return replace(found, uuid=uuid, name=name, instances=parts)


def _reading(index: int, handle: Any) -> GpuReading:
    """A GPU, or a MIG instance of it."""

    def told(function: str, *more: int) -> Any:
        return _NVML.told(function, handle, *more)[0]

    memory, why = _NVML.told("nvmlDeviceGetMemoryInfo", handle)
    return GpuReading(
        uuid=_text(told("nvmlDeviceGetUUID")),
        name=_text(told("nvmlDeviceGetName")),
        index=index,
        memory_total=_number(memory, lambda m: m.total),
        memory_used=_number(memory, lambda m: m.used),
        utilisation=_number(told("nvmlDeviceGetUtilizationRates"), lambda u: u.gpu / 100),
        power=_number(told("nvmlDeviceGetPowerUsage"), lambda mw: mw / 1000),
        power_limit=_number(told("nvmlDeviceGetEnforcedPowerLimit"), lambda mw: mw / 1000),
        temperature=_number(told("nvmlDeviceGetTemperature", 0), float),
        energy=_number(told("nvmlDeviceGetTotalEnergyConsumption"), lambda mj: mj / 1000),
        clock=_number(told("nvmlDeviceGetClockInfo", _PROCESSORS), float),
        memory_clock=_number(told("nvmlDeviceGetClockInfo", _MEMORY), float),
        problem=_words(why) if why == "NVML_ERROR_GPU_IS_LOST" else "",
    )


def _code(nvml: Any, error: Any) -> str:
    """The name of an error's code, as NVIDIA's documentation has it."""
    return _codes(nvml).get(error.value, f"NVML error {error.value}")


@cache
def _codes(nvml: Any) -> dict[int, str]:
    return {getattr(nvml, name): name for name in dir(nvml) if name.startswith("NVML_ERROR_")}


def _words(code: str) -> str:
    return _WORDS.get(code, f"the NVIDIA driver says {code}")


def _text(answer: Any) -> str:
    """Older versions of the library give bytes."""
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer or "")


def _number(answer: Any, read: Callable[[Any], float]) -> float:
    return GAP if answer is None else float(read(answer))
