"""A server's address as a person writes it: `host`, `host:port`, or a URL. The one place where one is taken apart."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from studio.value_class import dataclass, replace

HTTP_PORT, GRPC_PORT, METRICS_PORT = 8000, 8001, 8002
"""Triton's own."""
_PORTS = {"http": HTTP_PORT, "https": 443, "grpc": GRPC_PORT, "grpcs": GRPC_PORT}
_LABEL = r"\w(?:[\w-]{0,61}\w)?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_NUMBERS = re.compile(r"[\d.]+")
_LONGEST = 253


class AddressError(ValueError):
    """A text that is no address; its words say why, without a capital and with a full stop."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server answers. `path` is what comes before `/v2`, for one behind a proxy, without its last slash."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def is_secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.scheme in ("https", "grpcs")

    @property
    def target(self) -> str:
        """The address as `host:port`, as gRPC takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """As short as it can be written: `host:port` where that says it all."""
        is_plain = self.scheme in ("http", "grpc") and not self.path
        return self.target if is_plain else f"{self.scheme}://{self.target}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, so that a proxy of the environment must not come between."""
        try:
            number = ipaddress.ip_address(self.host)
        except ValueError:
            return self.host.rstrip(".") == "localhost"
        mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
        return (mapped or number).is_loopback

    def beside(self, offset: int) -> Address:
        """The same host at another port, over plain HTTP."""
        return replace(self, scheme="http", port=self.port + offset)


def parse_address(text: str, scheme: str = "http", port: int = 0) -> Address:
    """The address in a text, with a scheme and a port for where it names none. Raises AddressError.

    The port is Triton's own for the scheme where none is given.
    """
    written = text.strip()
    if not written:
        raise AddressError("no address was given.")
    if any(each.isspace() or not each.isprintable() for each in written):
        raise AddressError(f"{written!r} is no address: it has a space or a line end in it.")
    try:
        parts = urlsplit(written if "://" in written else f"{scheme}://{written}")
        host, named = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressError(f"'{written}' is no address ({error}).") from error
    if problem := _problem(parts, host, named):
        raise AddressError(f"'{written}' is no address: {problem}.")
    usual = port if port and parts.scheme == scheme else _PORTS[parts.scheme]
    return Address(parts.scheme, host, named or usual, parts.path.rstrip("/"))


def _problem(parts: SplitResult, host: str, port: int | None) -> str:
    if parts.scheme not in _PORTS:
        return "a URL begins with http, https, grpc or grpcs"
    if "@" in parts.netloc:
        return "a name and a password do not belong in it"
    if parts.query or parts.fragment:
        return "it ends with the path"
    if port == 0:
        return "port 0 is none"
    return _host_problem(host, parts.netloc.startswith("["))


def _host_problem(host: str, in_brackets: bool) -> str:
    if not host:
        return "it names no host"
    if in_brackets:
        # The network interface after "%" is named as the system allows it, and nothing more can be sent.
        return "" if host.isascii() and _is_ip(host) else "what stands in brackets is no IPv6 address"
    if ":" in host:
        return "an IPv6 address stands in brackets, as in [::1]:8000"
    if _NUMBERS.fullmatch(host):
        return "" if _is_ip(host) else "an IPv4 address has four numbers up to 255"
    return "" if _NAME.fullmatch(host) and len(host) <= _LONGEST else "a host's name has letters, digits, dots, hyphens"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
