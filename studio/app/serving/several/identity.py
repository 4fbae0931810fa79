"""By what a person tells servers apart: a name of its own, a colour, its kind, and what it serves from where."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from studio.app.serving.server import ServerControl
from studio.core.serving.address import Address, AddressError, parse_address
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec
from studio.core.serving.saved import SavedConnection, unsaved

_OURS = ("green", "blue", "violet")
"""The colours of what was launched here; grey is nobody's choice, amber and red are left to what matters more."""
_EVERYBODYS = frozenset({"models", "model_repository", "model-repository", "model_repo", "repository"})
"""What nearly every folder of models is called."""
_KINDS = {EngineKind.EMBEDDED: "Embedded", EngineKind.DOCKER: "Docker", EngineKind.ATTACHED: "Attached"}


@dataclass(frozen=True, slots=True)
class Identity:
    """`name` is no other server's. `folder` is None where it is not told; `is_here` says that it is on this machine."""

    name: str = ""
    colour: str = "grey"
    kind: str = ""
    folder: Path | None = None
    address: str = ""
    is_here: bool = True
    is_ours: bool = True

    @property
    def where(self) -> str:
        """What it serves and from where, in a line."""
        if self.is_ours:
            return f"{self.kind} · {self.folder}" if self.folder is not None else self.kind
        place = "this machine" if self.is_here else "not on this machine"
        return f"{self.kind} · {self.address} · {place}"


def identity_of(server: ServerControl, others: Collection[Identity]) -> Identity:
    """What tells a server apart from the others; nothing of one that never ran."""
    spec = server.status.spec
    if spec is None:
        return Identity()
    kind = _KINDS[spec.kind]
    if spec.kind is EngineKind.ATTACHED:
        known = server.named or unsaved(spec.addresses)
        at = spec.addresses.http or spec.addresses.grpc or spec.addresses.metrics
        is_here = _is_here(known)
        # What nobody gave a colour and is not here shall not look like what is.
        colour = "red" if known.colour == "grey" and not is_here else known.colour
        return Identity(_unique(known.name, others), colour, kind, None, at, is_here, is_ours=False)
    taken = {each.colour for each in others if each.is_ours}
    colour = next((each for each in _OURS if each not in taken), _OURS[len(others) % len(_OURS)])
    name = _unique(called(spec.repository) if spec.repository is not None else "server", others)
    return Identity(name, colour, kind, spec.repository, server.status.addresses.http)


def told_by(server: ServerControl) -> tuple[object, ...]:
    """What an identity is made of: while that is the same, name and colour stay."""
    spec = server.status.spec
    if spec is None:
        return ()
    is_attached = spec.kind is EngineKind.ATTACHED
    return (spec.kind, spec.repository, *((spec.addresses, server.named) if is_attached else ()))


def places(*addresses: Addresses) -> frozenset[tuple[str, int, str]]:
    """Where these are, so that the same place written in another way is the same."""
    found = set()
    for each in addresses:
        for text, scheme in ((each.http, "http"), (each.grpc, "grpc")):
            try:
                found.add(_place(parse_address(text, scheme)))
            except AddressError:
                # It is not given, or wrong, and then nothing is there.
                continue
    return frozenset(found)


def is_like(server: ServerControl, spec: LaunchSpec) -> bool:
    """Whether what ended there was the same server."""
    was = server.status.spec
    if was is None or was.kind is not spec.kind:
        return False
    if spec.kind is EngineKind.ATTACHED:
        return bool(places(was.addresses) & places(spec.addresses))
    return was.repository == spec.repository


def same_as(server: ServerControl, others: Collection[ServerControl]) -> ServerControl | None:
    """Another one that answers at the same place, as its ports tell; this machine's own name is this machine."""
    own = _near(server)
    return next((each for each in others if each is not server and own & _near(each)), None)


def _near(server: ServerControl) -> set[tuple[str, int, str]]:
    here = socket.gethostname().lower()
    found = places(server.status.addresses)
    return {("127.0.0.1" if host == here else host, port, path) for host, port, path in found}


def called(folder: Path) -> str:
    """A folder in a word; with the one around it where its own name says nothing."""
    return f"{folder.parent.name}/{folder.name}" if folder.name in _EVERYBODYS and folder.parent.name else folder.name


def _place(address: Address) -> tuple[str, int, str]:
    host = "127.0.0.1" if address.is_loopback else address.host.lower().rstrip(".")
    return host, address.port, address.path


def _is_here(connection: SavedConnection) -> bool:
    try:
        return connection.is_here
    except AddressError:
        return False


def _unique(name: str, others: Collection[Identity]) -> str:
    taken = {each.name for each in others}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)
