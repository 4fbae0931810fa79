"""How far a server has come, as six rungs with what was seen on each. Values and pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from studio.core.inference.model_index import ModelIndex, is_changing, ready_versions
from studio.core.inference.requests import ModelState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, Exit, LaunchSpec, State
from studio.core.serving.logs.model_log import Load
from studio.core.serving.logs.reasons import is_consequence

RungState: TypeAlias = Literal["ok", "wait", "fail", "off", "unknown"]
PROCESS, REPOSITORY, VERSIONS, BACKENDS, GPU, REQUEST = (
    "Process",
    "Repository",
    "Versions loaded",
    "Backends",
    "GPU used",
    "Request answered",
)
_NAMED = 2
NAMES = (PROCESS, REPOSITORY, VERSIONS, BACKENDS, GPU, REQUEST)


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing that must hold for a server to be of use. `time_s` counts from the launch to when it was settled.

    What held once and holds again has the time of the first, which is `reached_s`: how long the server took to come up.
    `state` "unknown" is what could not be proven, "off" what does not apply; `evidence` says why, or what was seen.
    """

    name: str
    state: RungState = "wait"
    evidence: str = ""
    time_s: float = 0.0
    reached_s: float | None = None


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Everything that is known of the server in one value."""

    state: State = State.STOPPED
    description: str = ""
    addresses: Addresses = field(default_factory=Addresses)
    rungs: tuple[Rung, ...] = field(default=tuple(Rung(name, "off") for name in NAMES))
    exit: Exit | None = None
    spec: LaunchSpec | None = None
    version: str = ""
    """What the server says of its version; "" before it has been asked."""

    @property
    def is_running(self) -> bool:
        """Whether there is a server to talk to or to stop."""
        return self.state in (State.STARTING, State.READY)

    @property
    def is_silent(self) -> bool:
        """Whether it was there and does not answer any more: what was known of its models is of before."""
        return self.is_running and "fail" in (self.rung(PROCESS).state, self.rung(REPOSITORY).state)

    def rung(self, name: str) -> Rung:
        """The rung of that name."""
        return next(rung for rung in self.rungs if rung.name == name)

    def settled(self, name: str, state: RungState, evidence: str, time_s: float) -> ServerStatus:
        """The same with one rung changed; its time stays while its state does."""
        old = self.rung(name)
        reached = time_s if state == "ok" and old.reached_s is None else old.reached_s
        at = old.time_s if old.state == state else (0.0 if state in ("wait", "off") else time_s)
        new = Rung(name, state, evidence, reached if state == "ok" and reached is not None else at, reached)
        return replace(self, rungs=tuple(new if rung.name == name else rung for rung in self.rungs))


def starting(spec: LaunchSpec) -> ServerStatus:
    """The status of a server that is just being launched."""
    rungs = [Rung(name) for name in NAMES]
    status = ServerStatus(State.STARTING, rungs=tuple(rungs), spec=spec)
    if spec.kind is EngineKind.ATTACHED:
        status = status.settled(REQUEST, "off", "Not asked: this server was not launched here.", 0.0)
    return status if not spec.gpus.none else status.settled(GPU, "off", "Not asked for.", 0.0)


def ended(status: ServerStatus, end: Exit, state: State, time_s: float) -> ServerStatus:
    """The status of a server that is gone: what it had reached is over, and told as such where it failed."""
    rungs = tuple(Rung(rung.name, "off", _before(rung) if state is State.FAILED else "") for rung in status.rungs)
    over = replace(status, state=state, exit=end, rungs=rungs)
    return over.settled(PROCESS, "fail" if state is State.FAILED else "off", end.reason, time_s)


def _before(rung: Rung) -> str:
    return f"Before that: {rung.evidence}" if rung.state == "ok" and rung.evidence else ""


def versions(expected: Mapping[str, tuple[int, ...]], models: ModelIndex) -> tuple[RungState, str]:
    """Whether the versions that were expected are loaded. An empty tuple stands for any version of the model."""
    missing = [name for name, wanted in expected.items() if not _is_loaded(wanted, models.get(name, ()))]
    if not missing:
        return "ok", f"{len(expected)} of {len(expected)} models"
    rows = [row for name in missing for row in models.get(name, ())]
    counted = f"{len(expected) - len(missing)} of {len(expected)} models"
    if is_changing(rows):
        return "wait", counted
    said = {name: next((row.reason for row in models.get(name, ()) if row.reason), "") for name in missing}
    first = min(missing, key=lambda name: is_consequence(said[name]))
    return "fail", f"{counted}. {first}: {said[first] or 'the server does not list it'}"


def loading(expected: Mapping[str, tuple[int, ...]], loads: Mapping[str, Load]) -> str:
    """How far the models of a server that starts have come, by its log."""
    ready = sum(load.stage == "ready" for load in loads.values())
    failed = sum(load.stage == "failed" for load in loads.values())
    still = [name for name, load in loads.items() if load.stage == "loading"]
    told = [f"{ready} of {len(expected) or len(loads)} models"]
    if failed:
        told.append(f"{failed} failed")
    if still:
        more = f" and {len(still) - _NAMED} more" if len(still) > _NAMED else ""
        told.append(f"loading {', '.join(still[:_NAMED])}{more}")
    return "; ".join(told)


def _is_loaded(wanted: tuple[int, ...], rows: tuple[ModelState, ...]) -> bool:
    ready = ready_versions(rows)
    return bool(ready) if not wanted else all(str(number) in ready for number in wanted)


def expected(spec: LaunchSpec, known: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Which versions should come up. What is asked for by name counts even where the repository lacks it."""
    if spec.kind is EngineKind.ATTACHED:
        return {}
    if spec.load:
        return {name: known.get(name, ()) for name in spec.load}
    return dict(known)


def there(models: ModelIndex) -> dict[str, tuple[int, ...]]:
    """The models that somebody loaded, or tried to: where nothing is expected, those alone should be ready."""
    return {name: () for name, rows in models.items() if not all(row.is_unloaded for row in rows)}
