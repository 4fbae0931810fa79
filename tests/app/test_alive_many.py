"""Twenty models of which one freezes and one dies, while all are asked: who does not answer is named, and nobody else.

Of two models the same is in `test_alive.py`. TRIREME_ALIVE_SECONDS makes the half hour shorter.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.serving.ladder import REQUEST, Rung
from studio.app.session import Session
from studio.client.triton import Triton
from studio.core.inference.requests import ModelStatistics
from studio.core.serving.alive import SHARE, Proof, ProofState
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from tests.engines.models import IDENTITY, python_model
from tests.fixtures.stubs import stub

pytestmark = [pytest.mark.engine, pytest.mark.slow]
_COUNT = 20
_SLOW, _FROZEN, _KILLED = "m00", "m07", "m13"
_SLOW_CODE = IDENTITY.replace("        return [", "        __import__('time').sleep(0.1)\n        return [", 1)
_SECONDS = float(os.environ.get("TRIREME_ALIVE_SECONDS", "1800"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Twenty models, one of which takes a tenth of a second, and one whose answers may come from the cache."""
    for number in range(_COUNT):
        cached = "response_cache { enable: true }" if number == 3 else ""
        python_model(tmp_path / "models", f"m{number:02}", _SLOW_CODE if number == 0 else IDENTITY, cached)
    return tmp_path / "models"


@pytest.fixture
def running(session: Session, repository: Path, until: Callable[..., None]) -> Iterator[Session]:
    """A session with a server of theirs, all of which have answered."""
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    spec = LaunchSpec(EngineKind.EMBEDDED, repository, ports=Ports(0, 0, 0), cache_bytes=1 << 20)
    session.server.launch(spec)
    until(lambda: _rung(session).evidence.startswith(f"{_COUNT} of {_COUNT} models answered"), 180)
    yield session
    session.server.stop()
    until(lambda: not session.server.status.is_running and tasks.busy() == 0, 60)


def _rung(session: Session) -> Rung:
    return session.server.status.rung(REQUEST)


def _states(session: Session) -> dict[str, ProofState]:
    return {name: proof.state for name, proof in session.server.prober.proofs.items() if proof.state != "ok"}


def _statistics(session: Session) -> dict[str, ModelStatistics]:
    client = Triton(session.server.status.addresses, 10)
    try:
        return {each.name: each for each in client.statistics()}
    finally:
        client.close()


def _busy(each: ModelStatistics) -> float:
    return (each.input_ns + each.compute_ns + each.output_ns) / 1e9


def test_one_of_twenty_that_freezes_and_one_that_dies_are_named_and_no_other(
    running: Session, repository: Path, until: Callable[..., None]
) -> None:
    told: list[dict[str, ProofState]] = []
    running.server.prober.changed.connect(lambda: told.append(_states(running)))
    frozen, began = stub(_FROZEN, repository), time.monotonic()
    os.kill(frozen, signal.SIGSTOP)
    try:
        until(lambda: _states(running) == {_FROZEN: "fail"}, 10)
        print(f"frozen: red after {time.monotonic() - began:.1f} s: {_rung(running).evidence}")
        assert _rung(running).state == "fail"
        assert _rung(running).evidence == f"{_FROZEN} does not answer: its process {frozen} is stopped"
    finally:
        os.kill(frozen, signal.SIGCONT)
    until(lambda: not _states(running), 20)
    assert _rung(running).state == "ok"
    began = time.monotonic()
    os.kill(stub(_KILLED, repository), signal.SIGKILL)
    until(lambda: any(_KILLED in states for states in told), 10)
    print(f"killed: red after {time.monotonic() - began:.1f} s: {running.server.prober.proofs[_KILLED].why}")
    assert {name for states in told for name in states} == {_FROZEN, _KILLED}


@pytest.mark.timeout(2400)
def test_half_an_hour_without_a_false_alarm_costs_one_percent(running: Session, until: Callable[..., None]) -> None:
    before, began = _statistics(running), time.monotonic()
    wrong: list[dict[str, Proof]] = []

    def look() -> None:
        proofs = running.server.prober.proofs
        if bad := {name: proof for name, proof in proofs.items() if proof.state != "ok"}:
            wrong.append(bad)

    running.server.prober.changed.connect(look)
    until(lambda: time.monotonic() - began > _SECONDS, _SECONDS + 60)
    after, took = _statistics(running), time.monotonic() - began
    share = {name: (_busy(after[name]) - _busy(before[name])) / took for name in after}
    asked = sum(after[name].execution_count - before[name].execution_count for name in after)
    dearest = max(share, key=lambda name: share[name])
    print(f"\n{took:.0f} s, {len(after)} models, {asked} probes, {len(wrong)} false alarms")
    print(
        f"{dearest} spent {share[dearest]:.2%} of its time on them, the mean is {sum(share.values()) / len(share):.3%}"
    )
    assert not wrong
    assert asked > len(after)
    assert share[dearest] <= SHARE
