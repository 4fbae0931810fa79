"""Ports that are free when chosen and stay ours until the server binds them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.serving.launch import Ports
from studio.engines import ports
from studio.engines.ports import claim, is_free


def free_triple() -> int:
    """A port that is free with the two after it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first < 60000 and all(is_free(first + offset) for offset in range(6)):
            return first


def test_wanted_ports_are_taken_when_they_are_free() -> None:
    first = free_triple()
    got = claim(Ports(first, first + 1, first + 2))
    assert got.ports == Ports(first, first + 1, first + 2)
    assert got.addresses.grpc == f"127.0.0.1:{first + 1}"
    got.close()


def test_a_port_that_someone_listens_on_is_replaced() -> None:
    first = free_triple()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        got = claim(Ports(first, first + 1, first + 2))
    assert got.ports.http not in (0, first)
    assert got.ports.grpc == first + 1
    got.close()


def test_two_claims_never_share_a_port_though_nobody_listens_yet() -> None:
    first = free_triple()
    one, two = (claim(Ports(first, first + 1, first + 2)) for _ in range(2))
    used = [port for got in (one, two) for port in (got.ports.http, got.ports.grpc, got.ports.metrics)]
    assert len(set(used)) == 6
    one.close()
    two.close()


def test_a_child_keeps_the_claim_until_it_ends() -> None:
    first = free_triple()
    got = claim(Ports(first, first + 1, first + 2))
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=got.descriptors)
    got.close()
    meanwhile = claim(Ports(first, first + 1, first + 2))
    assert meanwhile.ports.http != first
    meanwhile.close()
    child.communicate(b"\n")
    after = claim(Ports(first, first + 1, first + 2))
    assert after.ports.http == first
    after.close()


def test_closing_twice_closes_nothing_else() -> None:
    got = claim(Ports(0, 0, 0))
    got.close()
    reader, writer = os.pipe()
    got.close()
    os.write(writer, b"x")
    assert os.read(reader, 1) == b"x"
    os.close(reader)
    os.close(writer)


def test_a_folder_of_locks_that_somebody_took_stops_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "SHARED", tmp_path)
    (tmp_path / f"trireme-ports-{os.getuid()}").symlink_to("/nowhere")
    got = claim(Ports(0, 0, 0))
    assert len({got.ports.http, got.ports.grpc, got.ports.metrics}) == 3
    got.close()


def test_servers_that_start_at_the_same_moment_take_ports_of_their_own() -> None:
    """Each is another studio: all of them wait for one word, and then want the same ports."""
    first = free_triple()
    line = f"from studio.engines.ports import *; input(); c = claim(Ports({first}, {first + 1}, {first + 2}))"
    line += "; print(c.ports.http, c.ports.grpc, c.ports.metrics, flush=True); input()"
    studios = [
        subprocess.Popen([sys.executable, "-c", line], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for each in studios:
        assert each.stdin
        each.stdin.write("now\n")
        each.stdin.flush()
    taken = [each.stdout.readline().split() for each in studios if each.stdout]
    for each in studios:
        each.communicate("done\n")
    ports = [port for triple in taken for port in triple]
    assert len(ports) == 12
    assert len(set(ports)) == 12
    assert str(first) in ports


def test_ports_are_looked_at_on_the_address_that_is_wanted() -> None:
    first = free_triple()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        elsewhere = claim(Ports(first, first + 1, first + 2), "127.0.0.2")
        everywhere = claim(Ports(first, first + 4, first + 5), "0.0.0.0")  # noqa: S104 - it listens on nothing
    assert elsewhere.addresses.http == f"127.0.0.2:{first}"
    assert everywhere.ports.http != first
    assert everywhere.addresses.grpc == f"127.0.0.1:{first + 4}"
    elsewhere.close()
    everywhere.close()
