"""The proxy between the studio and an address: the connection's own, or the one that the environment names."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from studio.core.serving.access import Access
from studio.core.serving.address import Address


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: its URL without the name and password that it asks for."""

    url: str
    login: tuple[str, str] | None = field(default=None, repr=False)


class ProxyError(ValueError):
    """A proxy that is no address. Its words hold no password."""


def proxy_for(address: Address, access: Access) -> Proxy | None:
    """The proxy for an address; none of the environment's comes between the studio and its own machine."""
    if access.proxy:
        return _parsed(access.proxy, "the proxy of the connection")
    if address.is_loopback or proxy_bypass(address.host):
        return None
    named = getproxies()
    found = named.get("https" if address.is_secure else "http") or named.get("all", "")
    return _parsed(found, "the proxy that the environment names")


def _parsed(text: str, whose: str) -> Proxy | None:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port or 80
    except ValueError as error:
        # The address may hold a password, which belongs in no message.
        raise ProxyError(f"{whose} is no address ({error}).") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(f"{parts.scheme}://{host}:{port}", login)
