"""Containers of ours that Docker has: those that other studios drive, those that nobody drives, and dead ones."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.serving.container import INSIDE, OWNER, SPEC, owner
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.core.serving.launching.bind import asked_at
from studio.core.serving.launching.record import recorded
from studio.engines.docker.connection import QUICK, connect, connected, errors
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.options import STUDIO
from studio.engines.failure import EngineError
from studio.engines.ports import Claim, asking, hold, holder

_PATIENCE, _LOOK_SECONDS = 20.0, 0.05
"""How long another studio may take to let go of a container, and how often that is looked at."""
_DEAD = frozenset({"created", "exited", "dead"})


@dataclass(frozen=True, slots=True)
class Leftover:
    """A container of ours that runs. `is_driven` says that a studio that lives has it, `driver` its process, 0 where
    that is not known, `by_hand` that no studio started it: somebody ran the command that is shown.
    """

    name: str
    image: str
    repository: Path | None
    addresses: Addresses
    is_driven: bool
    by_hand: bool
    driver: int = 0


def leftovers() -> tuple[Leftover, ...]:
    """Our containers that run, by name, but for those of this studio. Dead ones that nobody has are removed."""
    with errors("Look for servers"), connected(QUICK) as client:
        # One may be removed by whoever has it while it is looked at.
        found = client.containers.list(all=True, filters={"label": f"{OWNER}={owner()}"}, ignore_removed=True)
        for container in found:
            if container.status in _DEAD:
                _remove(container)
        running = [_leftover(container) for container in found if container.status not in _DEAD]
    return tuple(sorted(running, key=lambda each: each.name))


def adopt(name: str, asker: str = "") -> ContainerServer:
    """Takes over a container of ours by its name, with all that it was launched with.

    One that a living studio has is asked for by `asker`, who is told there. Raises EngineError where it is gone, not
    ours, or another studio's which does not let go or was not to be asked.
    """
    attempted = f"Take over {name}"
    with errors(attempted):
        client = connect()
        try:
            container = client.containers.get(name)
            return _adopted(container, _claimed(container, attempted, asker))
        except BaseException:
            client.close()
            raise


def _claimed(container: Any, attempted: str, asker: str) -> Claim:
    """The ports of a container that is to be taken over."""
    if container.labels.get(OWNER) != owner():
        raise EngineError(attempted, "the studio did not start this container.", "Attach to it instead.")
    ports = _ports(container)
    held = hold(ports)
    if held is None and asker:
        held = _asked_for(ports, asker)
    if held is None:
        lets_go = " and does not let go" if asker else ""
        raise EngineError(attempted, f"another Trireme runs this server{lets_go}.", "Attach to it instead.")
    return held


def _asked_for(ports: list[int], asker: str) -> Claim | None:
    """The ports once the studio that has them has let go; None where it does not."""
    end = time.monotonic() + _PATIENCE
    with asking(ports, asker):
        while (held := hold(ports)) is None and time.monotonic() < end:
            time.sleep(_LOOK_SECONDS)
    return held


def _adopted(container: Any, held: Claim) -> ContainerServer:
    try:
        return ContainerServer(_spec(container), _addresses(container), container, held, adopted=True)
    except BaseException:
        held.close()
        raise


def _leftover(container: Any) -> Leftover:
    spec = _spec(container)
    ports = _ports(container)
    held = hold(ports)
    if held is not None:
        held.close()
    by_hand = STUDIO not in container.labels
    driver = holder(ports) if held is None else 0
    return Leftover(container.name, spec.image, spec.repository, _addresses(container), held is None, by_hand, driver)


def _remove(container: Any) -> None:
    """Remove a dead container that a studio started and no studio has."""
    held = hold(_ports(container)) if STUDIO in container.labels else None
    if held is None:
        return
    try:
        container.remove()
    finally:
        held.close()


def _spec(container: Any) -> LaunchSpec:
    known = container.attrs["Config"]
    return recorded(container.labels.get(SPEC, ""), str(known["Image"]), known.get("Env") or ())


def _bindings(container: Any) -> list[dict[str, str] | None]:
    """Where each port inside was bound to. One that does not run has no networks, but keeps what was asked for."""
    bindings = container.attrs["HostConfig"].get("PortBindings") or {}
    return [(bindings.get(f"{inside}/tcp") or [None])[0] for inside in INSIDE]


def _ports(container: Any) -> list[int]:
    """Its ports on this machine, which whoever runs it holds."""
    return [int(each["HostPort"]) for each in _bindings(container) if each and each["HostPort"]]


def _addresses(container: Any) -> Addresses:
    return Addresses(*(_address(each) if each else "" for each in _bindings(container)))


def _address(binding: Mapping[str, str]) -> str:
    return f"{asked_at(binding['HostIp'])}:{binding['HostPort']}"
