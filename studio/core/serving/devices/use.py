"""Whether a server really has the GPUs that were asked for, and which of its models use them. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from math import isfinite
from typing import Literal, TypeAlias

from studio.core.serving.series import GAP, GpuReading
from studio.value_class import dataclass, field

UseState: TypeAlias = Literal["ok", "fail", "unknown"]
_NAMED = 3
_NO_GPU = re.compile(
    r"Cannot get CUDA device count|no CUDA-capable device is detected|The NVIDIA Driver was not detected"
    r"|CUDA driver version is insufficient for CUDA runtime version"
)
_LONGEST = 4000


def says_none(line: str) -> bool:
    """Whether a server writes in its log that it finds no GPU."""
    return bool(_NO_GPU.search(line[:_LONGEST]))


@dataclass(frozen=True, slots=True)
class Driver:
    """NVIDIA's driver: its version, and the newest CUDA that it runs. `problem` is why it does not answer, and empty
    where there is none.
    """

    version: str = ""
    cuda: tuple[int, int] = (0, 0)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """A process that holds memory of a GPU, or of one of its MIG instances; `memory` is NaN where it is not told."""

    pid: int
    gpu: str
    memory: float = GAP


@dataclass(frozen=True, slots=True)
class Holders:
    """The processes on the GPUs of this machine; `problem` is why the driver does not tell them of some, else empty."""

    processes: tuple[GpuProcess, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GpuUse:
    """What was seen of a server that was asked to have GPUs.

    `models` are those that are loaded with an instance on a GPU, by the server's own word; `refused` those that it did
    not load for want of one. `listed` are the UUIDs in its metrics, None where they could not be read. `has_none` says
    that the server itself wrote that it finds no GPU. `here` and `holders` are what the driver of this machine tells,
    `own` the server's processes, empty where they cannot be seen.
    """

    models: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    listed: tuple[str, ...] | None = None
    has_none: bool = False
    here: tuple[GpuReading, ...] = ()
    holders: Holders = field(default_factory=Holders)
    own: frozenset[int] = frozenset()


def verdict(use: GpuUse) -> tuple[UseState, str]:
    """The rung of the GPU: its state and what was seen."""
    if lost := [gpu for gpu in use.here if gpu.problem and gpu.uuid in (use.listed or (gpu.uuid,))]:
        return "fail", f"{lost[0].title}: {lost[0].problem}"
    if not use.models and (use.has_none or use.refused) and not use.listed:
        return "fail", _none_inside(use.refused)
    if not use.models and use.refused:
        return "fail", f"{_some(use.refused)} asks for a GPU that the server does not have; it has {_names(use)}."
    if not use.models:
        return "fail", f"No model has an instance on a GPU{_has(use)}."
    more = f"; {_some(use.refused)} asks for one that the server does not have" if use.refused else ""
    state, seen = _seen(use)
    return ("fail" if more else state), f"{_some(use.models)}: {seen}{more}"


def _none_inside(refused: tuple[str, ...]) -> str:
    told = "The request for GPUs was accepted, and no GPU is inside the server"
    return f"{told}: {_some(refused)} did not load." if refused else f"{told}."


def _seen(use: GpuUse) -> tuple[UseState, str]:
    """How a model on a GPU was seen, the surest first: processes by the driver, then the server's own word."""
    held = _held(use)
    if held:
        return "ok", ", ".join(f"{_memory(sum(sizes))} of {name}" for name, sizes in held.items())
    if use.has_none:
        return "unknown", "the server says that it finds no GPU"
    why = f" ({use.holders.problem})" if use.holders.problem and use.here else ""
    if use.listed:
        return "ok", f"loaded on {_names(use)}, by the server's word{why}"
    if use.own and use.here and not use.holders.problem:
        return "unknown", "loaded for a GPU, but the driver shows no process of this server on one"
    return "unknown", f"loaded for a GPU, and neither driver nor metrics say which{why}"


def _held(use: GpuUse) -> dict[str, list[float]]:
    """The memory that the server's own processes hold, by GPU."""
    found: dict[str, list[float]] = {}
    for process in use.holders.processes:
        if process.pid in use.own:
            found.setdefault(_name(process.gpu, use.here), []).append(process.memory)
    return found


def _has(use: GpuUse) -> str:
    return f"; the server has {_names(use)}" if use.listed else ""


def _names(use: GpuUse) -> str:
    listed = use.listed or ()
    return _some([_name(uuid, use.here) for uuid in listed]) if listed else "none"


def _name(uuid: str, here: Iterable[GpuReading]) -> str:
    return next((gpu.title for gpu in flat(here) if gpu.uuid == uuid), uuid)


def _memory(size: float) -> str:
    return f"{size / 2**30:.1f} GB" if isfinite(size) else "memory"


def _some(names: Collection[str]) -> str:
    kept = list(names)
    more = f" and {len(kept) - _NAMED} more" if len(kept) > _NAMED else ""
    return ", ".join(kept[:_NAMED]) + more


def flat(gpus: Iterable[GpuReading]) -> tuple[GpuReading, ...]:
    """Each GPU, followed by its MIG instances."""
    return tuple(each for gpu in gpus for each in (gpu, *gpu.instances))


def of_server(
    listed: tuple[GpuReading, ...], here: tuple[GpuReading, ...], launched_here: bool
) -> tuple[GpuReading, ...]:
    """The GPUs to show for a server: those that its metrics list, and never this machine's for another machine's.

    What the driver here tells of the same one, by its UUID, is more than the metrics say. A server that lists none has
    this machine's only where it was launched here.
    """
    if not listed:
        return flat(here) if launched_here else ()
    known = {gpu.uuid: gpu for gpu in here}
    return flat(known.get(gpu.uuid, gpu) for gpu in listed)
