"""What a call to a server needs besides its address: trust, a certificate of one's own, headers, a proxy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from studio.core.serving.address import Address
from studio.value_class import dataclass, field

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
GRPC_RESTRICTED = "triton-grpc-protocol-"
"""What Triton puts before the name of a header of `--grpc-restricted-protocol`."""


@dataclass(frozen=True, slots=True)
class Access:
    """How calls get through to one server. Files are in PEM. What is secret stands in no repr.

    `restricted` are headers of a restricted API: their names as they were given to Triton. `origins` are those that
    headers go to; what is found beside them gets none.
    """

    ca: str = ""
    certificate: str = ""
    key: str = ""
    key_password: str = field(default="", repr=False)
    server_name: str = ""
    """The name in the server's certificate, where it is not the address's."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    restricted: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str = field(default="", repr=False)
    """In place of what the environment names; it may hold a password."""
    origins: tuple[str, ...] = ()

    def headers_for(self, place: Address) -> dict[str, str]:
        """What goes with each call to an address; nothing to one that the secrets are not for."""
        if not self.is_for(place):
            return {}
        if place.scheme in ("grpc", "grpcs"):
            pairs = [*self.headers, *((f"{GRPC_RESTRICTED}{name}", value) for name, value in self.restricted)]
            return {name.lower(): value for name, value in pairs}
        return dict([*self.headers, *self.restricted])

    def is_for(self, place: Address) -> bool:
        """Whether the secrets may go to an address: a host that they were given for, and never without TLS if with."""
        return any(origin in (origin_of(place), _plain_origin(place)) for origin in self.origins)


def origin_of(place: Address) -> str:
    """What secrets are bound to: a host, and whether it is reached by TLS. Ports of one server share it."""
    return f"tls:{place.host.lower()}" if place.is_secure else _plain_origin(place)


def origins_of(places: Iterable[Address]) -> tuple[str, ...]:
    """The origins of several addresses, each once."""
    return tuple(sorted({origin_of(place) for place in places}))


def wrong_header(name: str, value: str) -> str:
    """Why a header cannot be sent; empty where it can."""
    if not _NAME.fullmatch(name):
        return f"'{name}' is no name of a header."
    if not all(each.isprintable() and each.isascii() for each in value):
        return f"The value of {name} has letters that a header cannot carry."
    return ""


def named(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Headers as `Access` holds them, without those that have no value."""
    return tuple((name, value) for name, value in sorted(values.items()) if value)


def _plain_origin(place: Address) -> str:
    return f"plain:{place.host.lower()}"
