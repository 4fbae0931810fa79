"""Who holds memory on this machine: a server's Python instances and its own process, by the driver and by /proc."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.app.serving.served_models.processes import ModelProcess, model_processes
from studio.core.serving.kinds import EngineKind
from studio.core.serving.series import GAP

if TYPE_CHECKING:
    from studio.app.serving.ladder import ServerStatus
    from studio.core.serving.devices.use import Holders
    from studio.core.serving.launch import Addresses


@dataclass(frozen=True, slots=True)
class Holder:
    """One process. `model` is empty where it is no Python instance; bytes are NaN where nothing tells them.

    `graphics` is the memory of each GPU, by UUID.
    """

    pid: int
    name: str
    model: str = ""
    host: float = GAP
    graphics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """All of them; `problem` is why the driver does not tell of some, else empty."""

    holders: tuple[Holder, ...] = ()
    problem: str = ""

    def of_models(self, gpu: str) -> dict[str, float]:
        """Bytes on a GPU by model, as far as processes tell."""
        found: dict[str, float] = {}
        for holder in self.holders:
            size = holder.graphics.get(gpu, GAP)
            if holder.model and math.isfinite(size):
                found[holder.model] = found.get(holder.model, 0.0) + size
        return found


def can_see(status: ServerStatus) -> bool:
    """Whether a server's processes are this machine's: another machine's are not to be looked for here."""
    return status.spec is not None and status.spec.kind is not EngineKind.ATTACHED


def look(addresses: Addresses, own: Callable[[], Collection[int]], gpus: Collection[str]) -> Held:
    """What is there now. `own` gives the server's processes, `gpus` those that it has. Blocks for a bit."""
    from studio.metrics import nvml

    return held(model_processes(addresses), nvml.holders(), own(), gpus)


def held(stubs: Collection[ModelProcess], found: Holders, own: Collection[int], gpus: Collection[str]) -> Held:
    """Python instances by their arguments, then the server, then what is no part of it but on its GPUs."""
    graphics: dict[int, dict[str, float]] = {}
    for each in found.processes:
        if each.gpu in gpus:
            graphics.setdefault(each.pid, {})[each.gpu] = each.memory
    known = [Holder(s.pid, s.instance, s.model, float(s.resident), graphics.pop(s.pid, {})) for s in stubs]
    known += [Holder(pid, "tritonserver", graphics=sizes) for pid, sizes in graphics.items() if pid in own]
    others = [Holder(pid, "another program", graphics=sizes) for pid, sizes in graphics.items() if pid not in own]
    return Held((*known, *others), found.problem)
