"""A server of others is judged by what it counts: a real one that somebody asks, whose stub is frozen."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from studio.app.serving.ladder import REQUEST, Rung
from studio.app.serving.probing.asking import made_up
from studio.app.session import Session
from studio.client.triton import Triton
from studio.core.serving.alive import Proof
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports, State
from studio.core.serving.saved import SavedConnection
from studio.engines.engine import Server
from studio.engines.registry import start
from studio.failure import Failure
from tests.engines.models import python_model
from tests.fixtures.grace import NO_GRACE
from tests.fixtures.stubs import stub
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.engine
_CLIENTS = 3
MODELS = ("asked", "idle")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models."""
    folder = tmp_path_factory.mktemp("theirs") / "models"
    for name in MODELS:
        python_model(folder, name)
    return folder


@pytest.fixture
def theirs(repository: Path) -> Iterator[Server]:
    """A server that this studio did not launch."""
    server = start(LaunchSpec(EngineKind.EMBEDDED, repository, ports=Ports(0, 0, 0)))
    client = Triton(server.addresses, 5)
    try:
        wait_until(client.ready, 90)
        yield server
    finally:
        client.close()
        server.stop(NO_GRACE)


class Somebody:
    """Several clients that ask one model without a pause; `end` waits for them."""

    def __init__(self, addresses: Addresses, model: str) -> None:
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(addresses, model, number * 1_000_000), daemon=True)
            for number in range(_CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, addresses: Addresses, model: str, number: int) -> None:
        with closing(Triton(addresses, 20)) as client:
            takes = client.metadata(model)
            while not self._over.wait(0.01):
                number += 1
                with suppress(Failure):
                    client.infer(made_up(takes, number), stages=False)

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)


def _rung(session: Session) -> Rung:
    return session.server.status.rung(REQUEST)


def _proof(session: Session, name: str) -> Proof:
    return session.server.prober.proofs.get(name, Proof())


def test_a_frozen_stub_of_a_server_that_is_not_ours_is_named_while_others_wait(
    session: Session, theirs: Server, repository: Path, until: Callable[..., None]
) -> None:
    own: list[object] = []
    session.server.attach(theirs.addresses)
    until(lambda: set(session.server.prober.proofs) == set(MODELS), 60)
    session.server.answered.connect(own.append)
    until(lambda: "no answer was counted" in _proof(session, "idle").why, 20)
    with ExitStack() as after:
        somebody = Somebody(theirs.addresses, "asked")
        after.callback(somebody.end)
        until(lambda: _proof(session, "asked").state == "ok", 20)
        assert _rung(session).state == "unknown", "what nobody asks is not known to answer"
        # Going on from there may take Triton 2.51 along: the server ends first.
        pid = stub("asked", repository)
        after.callback(theirs.stop, 0.5)
        os.kill(pid, signal.SIGSTOP)
        after.callback(os.kill, pid, signal.SIGKILL)
        until(lambda: _rung(session).state == "fail", 60)
        assert "asked does not answer: nothing answered for" in _rung(session).evidence
        assert _proof(session, "idle").state == "unknown"
    assert own == []


def test_models_there_are_asked_only_where_that_is_allowed(
    session: Session, theirs: Server, until: Callable[..., None]
) -> None:
    here = SavedConnection("Theirs", theirs.addresses.http, theirs.addresses.grpc, theirs.addresses.metrics)
    session.connections.save(here, {})
    session.connections.attach("Theirs")
    with closing(Triton(theirs.addresses, 20)) as client:
        until(lambda: "no answer was counted" in _proof(session, "idle").why, 60)
        assert sum(row.success_count for row in client.statistics()) == 0
        session.connections.allow_requests(True)
        until(lambda: _rung(session).evidence == "2 of 2 models answered", 20)
        # Triton answers before it counts.
        until(lambda: all(row.success_count for row in client.statistics()), 20)
    kept = session.connections.find("Theirs")
    assert kept is not None
    assert kept.asked
    session.connections.allow_requests(False)
    wait_until(lambda: session.server.prober.is_idle)
    until(lambda: _proof(session, "idle").state == "unknown", 20)
    # What is connected to it holds up the end of a server.
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
