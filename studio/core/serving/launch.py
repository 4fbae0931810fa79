"""What to launch: a specification that can be shown, compared and saved, and knows nothing of processes."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from studio.core.serving.access import Access
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launching.bind import LOOPBACK
from studio.core.serving.launching.options import ContainerOptions, ServerOptions
from studio.value_class import dataclass, field


class State(Enum):
    """How far a server has come. Only FAILED and STOPPED are final."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ports:
    """Wanted TCP ports; one that is taken is replaced by a free one."""

    http: int = 8000
    grpc: int = 8001
    metrics: int = 8002


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server answers, as `host:port` or a full URL for an attached one; empty for what it lacks.

    `access` is what calls there need besides.
    """

    http: str = ""
    grpc: str = ""
    metrics: str = ""
    access: Access = field(default_factory=Access, kw_only=True)


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """One server to launch. `load` names models to load at start in explicit mode; empty means all of them.

    `shared_memory_mb`, `image` and `limits` matter to Docker only. `cache_bytes` 0 means no response cache.
    `environment` are variables that are set for the server and its models, `inherited` names of the person's own that
    they get too. `bind` is the address of this machine on which it is reached.
    """

    kind: EngineKind
    repository: Path | None = None
    addresses: Addresses = Addresses()
    ports: Ports = Ports()
    gpus: Gpus = field(default_factory=Gpus)
    control: ControlMode = ControlMode.EXPLICIT
    load: tuple[str, ...] = ()
    image: str = ""
    shared_memory_mb: int = 256
    cache_bytes: int = 0
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = field(default=())
    inherited: tuple[str, ...] = ()
    bind: str = LOOPBACK
    options: ServerOptions = field(default_factory=ServerOptions)
    limits: ContainerOptions = field(default_factory=ContainerOptions)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a server's log. `level` is one of "E", "W", "I", "V" or "" for what is not Triton's own format.

    `time` is seconds since the epoch, or 0.0 where unknown; `source` the file that logged, without its line; `model`
    the model that it speaks of, where the log says so.
    """

    level: str
    text: str
    source: str = ""
    time: float = 0.0
    model: str = ""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a server ended: its exit code (negative: a signal) and the cause found in its log, in plain words.

    `handed_over` says that it runs on, and that another studio has it now.
    """

    code: int
    reason: str
    handed_over: bool = False
