"""The address of this machine on which a server can be reached."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

LOOPBACK = "127.0.0.1"
_ANY = "0.0.0.0"  # noqa: S104 - it is named so that it can be warned of


def wrong_bind(address: str) -> str:
    """Why a server cannot be bound to a text; empty where it can."""
    try:
        IPv4Address(address)
    except AddressValueError:
        return f"“{address}” is no IPv4 address: write {LOOPBACK}, or an address of this machine."
    return ""


def is_open(address: str) -> bool:
    """Whether others than this machine reach a server that is bound to an address."""
    return not wrong_bind(address) and not IPv4Address(address).is_loopback


def asked_at(address: str) -> str:
    """Where this machine reaches a server that is bound to an address."""
    return LOOPBACK if address == _ANY else address


def who_reaches(address: str) -> str:
    """Who reaches a server that is bound to an address, for a sentence."""
    if not is_open(address):
        return "from this machine only"
    return "by everybody who reaches this machine" if address == _ANY else f"by everybody who reaches {address}"
