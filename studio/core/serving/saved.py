"""A connection to a server as it is kept: name, colour, addresses, and what is secret by its name alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields

from studio.core.serving.access import Access, named, origins_of, wrong_header
from studio.core.serving.address import METRICS_PORT, Address, AddressError, parse_address
from studio.core.serving.launch import Addresses
from studio.value_class import dataclass, replace

COLOURS = ("grey", "green", "blue", "violet", "amber", "red")
KEY_PASSWORD = "key password"  # noqa: S105 - the name of a secret
_HEADER, _RESTRICTED = "header ", "restricted "


@dataclass(frozen=True, slots=True)
class SavedConnection:
    """A server that somebody else runs. `read_only` None is as usual: where it is not on this machine.

    `headers` and `restricted` are names; their values, and the key's password, are secrets that stand elsewhere.
    `asked` lets its models be sent small requests by which they show that they answer.
    """

    name: str
    http: str = ""
    grpc: str = ""
    metrics: str = ""
    colour: str = "grey"
    read_only: bool | None = None
    ca: str = ""
    certificate: str = ""
    key: str = ""
    server_name: str = ""
    proxy: str = ""
    headers: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    asked: bool = False

    @property
    def places(self) -> tuple[Address, ...]:
        """The addresses that were given. Raises AddressError."""
        given = ((self.http, "http", 0), (self.grpc, "grpc", 0), (self.metrics, "http", METRICS_PORT))
        return tuple(parse_address(text, scheme, port) for text, scheme, port in given if text)

    @property
    def is_here(self) -> bool:
        """Whether all of it is on this machine, and reached without a proxy."""
        return not self.proxy and all(place.is_loopback for place in self.places)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is to be changed there: as it was chosen, else where it is not on this machine."""
        return self.read_only if self.read_only is not None else not self.is_here

    @property
    def origin(self) -> str:
        """What its secrets are bound to: with another host, or without TLS, they are others."""
        return " ".join(origins_of(self.places))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of what is secret."""
        headers = [f"{_HEADER}{name}" for name in self.headers]
        restricted = [f"{_RESTRICTED}{name}" for name in self.restricted]
        return (*headers, *restricted, *([KEY_PASSWORD] if self.certificate else []))

    def addresses(self, secrets: Mapping[str, str]) -> Addresses:
        """Where to ask, and with what."""
        access = Access(
            self.ca,
            self.certificate,
            self.key,
            secrets.get(KEY_PASSWORD, ""),
            self.server_name,
            named({name: secrets.get(f"{_HEADER}{name}", "") for name in self.headers}),
            named({name: secrets.get(f"{_RESTRICTED}{name}", "") for name in self.restricted}),
            self.proxy,
            origins_of(self.places),
        )
        return Addresses(self.http, self.grpc, self.metrics, access=access)

    def called(self, name: str) -> SavedConnection:
        """The same under another name."""
        return replace(self, name=name)

    def problem(self) -> str:
        """Why it will not do; empty where it will."""
        if not self.name.strip():
            return "Give it a name."
        try:
            if not self.places:
                return "Give an address as host:port, or a URL."
        except AddressError as error:
            return str(error)[:1].upper() + str(error)[1:]
        if "@" in self.proxy:
            return "A name and a password do not belong in the proxy's address: they would be kept in a file."
        if self.key and not self.certificate:
            return "Give the certificate that the key belongs to."
        wrong = [wrong_header(name, "") for name in (*self.headers, *self.restricted)]
        return next(filter(None, wrong), "")


def header_secret(name: str) -> str:
    """The name of the secret that is a header's value."""
    return f"{_HEADER}{name}"


def restricted_secret(name: str) -> str:
    """The name of the secret that is the value of a restricted API's header."""
    return f"{_RESTRICTED}{name}"


def unsaved(addresses: Addresses) -> SavedConnection:
    """A connection to addresses that nobody has named: its address is its name."""
    text = addresses.http or addresses.grpc or addresses.metrics
    return SavedConnection(text, addresses.http, addresses.grpc, addresses.metrics, proxy=addresses.access.proxy)


def to_text(connection: SavedConnection) -> str:
    """A connection as it is kept: JSON without what is usual."""
    usual = asdict(SavedConnection(""))
    return json.dumps({name: value for name, value in asdict(connection).items() if value != usual[name]})


def from_text(text: str) -> SavedConnection:
    """A connection as it was kept. Raises ValueError."""
    held = json.loads(text)
    known = {field.name: field.type for field in fields(SavedConnection)}
    if not isinstance(held, dict) or not isinstance(held.get("name"), str):
        raise ValueError("it is no connection")  # noqa: TRY004 - one kind of error for what cannot be read
    given = {name: value for name, value in held.items() if name in known}
    for name, value in given.items():
        _check(name, value)
    lists = {name: tuple(given[name]) for name in ("headers", "restricted") if name in given}
    return SavedConnection(**{**given, **lists})


def wrong_connection(text: str) -> str:
    """Why a text is not a connection as it is kept; empty where it is."""
    try:
        return from_text(text).problem()
    except (ValueError, RecursionError) as error:
        return f"It cannot be read: {error}."


def _check(name: str, value: object) -> None:
    if name in ("headers", "restricted"):
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
    elif name == "asked":
        fits = isinstance(value, bool)
    elif name == "read_only":
        fits = value is None or isinstance(value, bool)
    else:
        fits = isinstance(value, str)
    if not fits:
        raise ValueError(f"its {name} is {value!r}")
