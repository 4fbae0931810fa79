"""The one reading of addresses: what a person may write, what is refused, and what is this machine."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.serving.address import Address, AddressError, parse_address
from tests.fixtures.examples import examples

_NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,10}[a-z0-9])?){0,3}", fullmatch=True)
_HOSTS = st.one_of(_NAMES, st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(lambda ip: f"[{ip}]"))
_PORTS = st.integers(1, 65535)
_SCHEMES = st.sampled_from(("http", "https", "grpc", "grpcs"))


@pytest.mark.parametrize(
    ("text", "secure", "target", "path", "loopback"),
    [
        ("localhost", False, "localhost:8000", "", True),
        ("LOCALHOST.", False, "localhost.:8000", "", True),
        ("127.0.0.1:9", False, "127.0.0.1:9", "", True),
        ("127.0.0.2:9", False, "127.0.0.2:9", "", True),
        ("[::1]:9", False, "[::1]:9", "", True),
        ("[::ffff:127.0.0.1]", False, "[::ffff:127.0.0.1]:8000", "", True),
        ("128.0.0.1", False, "128.0.0.1:8000", "", False),
        ("localhost.example.com", False, "localhost.example.com:8000", "", False),
        (" host:9 ", False, "host:9", "", False),
        ("http://host", False, "host:8000", "", False),
        ("HTTPS://host/a/b/", True, "host:443", "/a/b", False),
        ("grpc://host", False, "host:8001", "", False),
        ("grpcs://10.0.0.1:9", True, "10.0.0.1:9", "", False),
        ("my_host", False, "my_host:8000", "", False),
        ("bücher.example", False, "bücher.example:8000", "", False),
    ],
)
def test_an_address_is_a_host_a_port_or_a_url(text: str, secure: bool, target: str, path: str, loopback: bool) -> None:
    place = parse_address(text)
    assert (place.is_secure, place.target, place.path, place.is_loopback) == (secure, target, path, loopback)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "http://",
        ":8000",
        "ftp://host",
        "host:port",
        "host:0",
        "host:99999",
        "host name:1",
        "host\n.example",
        "ho\u200bst",
        "::1",
        "[::1",
        "[host]:1",
        "[::1%é]:1",
        "[127.0.0.1]x",
        "127.1",
        "256.0.0.1",
        "2130706433",
        "user:secret@host",
        "host/path?query",
        "host#part",
        "-host",
        "a..b",
        "a" * 300,
    ],
)
def test_what_is_no_address_is_refused_with_words(text: str) -> None:
    with pytest.raises(AddressError, match=r".+\.$"):
        parse_address(text)


@given(scheme=_SCHEMES, host=_HOSTS, port=_PORTS, path=st.sampled_from(("", "/a", "/a/b")))
def test_what_is_written_short_is_read_back(scheme: str, host: str, port: int, path: str) -> None:
    place = parse_address(f"{scheme}://{host}:{port}{path}")
    assert (place.scheme, place.port, place.path) == (scheme, port, path)
    assert parse_address(place.text, "grpc" if scheme == "grpc" else "http") == place


@given(ip=st.ip_addresses(), port=_PORTS)
def test_this_machine_is_what_the_network_says_it_is(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int
) -> None:
    host = f"[{ip}]" if ip.version == 6 else str(ip)
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    assert parse_address(f"{host}:{port}").is_loopback == (mapped or ip).is_loopback


@settings(max_examples=examples(400))
@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    refusal = ""
    try:
        place = parse_address(text)
    except AddressError as error:
        refusal = str(error)
    if refusal:
        assert refusal.endswith(".")
        return
    assert place.host
    assert 1 <= place.port <= 65535
    assert not any(each.isspace() or each in "/\\?#@" for each in place.host)


def test_the_ports_beside_it_are_of_the_same_host() -> None:
    assert parse_address("grpc://[::1]:8001").beside(1) == Address("http", "::1", 8002)
