"""Where code of a repository runs, as whom, and what it can reach: facts of a launch, each in a few words."""

from __future__ import annotations

import getpass
import os
from contextlib import suppress
from typing import Literal

from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.bind import is_open, who_reaches
from studio.value_class import dataclass

Sign = Literal["place", "user", "files", "network", "limits", "changes"]
_ROOT = ("0", "root")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that holds of code that runs; `is_safe` None where that says nothing for or against it."""

    sign: Sign
    words: str
    is_safe: bool | None = None


def facts(spec: LaunchSpec) -> tuple[Fact, ...]:
    """What holds of the code of a launch."""
    found = _in_a_container(spec) if spec.kind is EngineKind.DOCKER else _here(spec)
    if looks_itself(spec):
        found += (
            Fact("changes", "Loads by itself what changes in the folder: asked about as soon as it is seen", False),
        )
    return found


def isolation(spec: LaunchSpec) -> tuple[str, ...]:
    """The same as sentences."""
    return tuple(f"{fact.words}." for fact in facts(spec))


def looks_itself(spec: LaunchSpec) -> bool:
    """Whether the server loads by itself what changes in its folder."""
    return spec.kind is not EngineKind.ATTACHED and spec.control is ControlMode.POLL


def _in_a_container(spec: LaunchSpec) -> tuple[Fact, ...]:
    user = spec.limits.user
    who = f"As user {user or os.getuid()}"
    shares = spec.options.client_shared_memory
    memory = f"{spec.limits.memory_mb:,} MB of memory at most" if spec.limits.memory_mb else "No memory limit"
    gpus = "no GPU" if spec.gpus.none else "all GPUs" if spec.gpus.all else f"GPU {', '.join(spec.gpus.ids)}"
    return (
        Fact("place", f"In a container of {spec.image or 'the image'}", True),
        Fact("user", f"{who}, no capabilities, no new privileges", user.partition(":")[0] not in _ROOT),
        Fact("files", "The repository read-only, nothing else of yours", True),
        *([Fact("files", "Shares memory with all programs of this machine", False)] if shares else []),
        _network(spec),
        Fact("limits", f"{memory}, {gpus}"),
    )


def _here(spec: LaunchSpec) -> tuple[Fact, ...]:
    return (
        Fact("place", "On this machine. Nothing isolates it", False),
        Fact("user", f"As you, {_user()}", False),
        Fact("files", "Reads, changes and deletes what you can", False),
        _network(spec),
        Fact("limits", "No memory limit"),
    )


def _network(spec: LaunchSpec) -> Fact:
    return Fact("network", f"Reaches the network; is reached {who_reaches(spec.bind)}", not is_open(spec.bind))


def _user() -> str:
    with suppress(KeyError, OSError):
        return f"{getpass.getuser()} (user {os.getuid()})"
    return f"user {os.getuid()}"
