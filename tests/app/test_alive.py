"""Alive means answered: a Python stub that is frozen or killed while the server says that all is well."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.serving import monitor
from studio.app.serving.ladder import PROCESS, REQUEST, Rung
from studio.app.serving.probing.asking import made_up
from studio.app.session import Session
from studio.app.settings import settings
from studio.client.triton import Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.tensor_info import TensorInfo
from studio.core.inference.requests import ModelMetadata
from studio.core.serving.alive import PROBE_ID, Proof
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from tests.fixtures.broken_models import code
from tests.fixtures.stubs import stub

Until = Callable[..., None]


def _rung(session: Session) -> Rung:
    return session.server.status.rung(REQUEST)


@pytest.fixture
def running(session: Session, repository: Path, until: Until) -> Session:
    """A session whose server has the models `one` and `two`, both of which answered.

    Not the ensemble of both: a stub that goes on while a step of an ensemble waits for it may take Triton 2.51 along.
    """
    for name in ("one", "two"):
        (repository / name / "1" / "model.py").write_text(code())
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, repository, ports=Ports(0, 0, 0), load=("one", "two")))
    until(lambda: _rung(session).evidence == "2 of 2 models answered", 120)
    assert _rung(session).state == "ok"
    return session


@pytest.mark.engine
def test_a_frozen_stub_is_found_and_named_until_it_goes_on_and_nothing_is_asked_where_that_is_turned_off(
    running: Session, repository: Path, until: Until
) -> None:
    pid = stub("two", repository)
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: _rung(running).state == "fail", 10)
        client = Triton(running.server.status.addresses, 5)
        assert client.live(), "the server itself says that all is well"
        assert {row.state for row in client.index() if row.name in ("one", "two")} == {"READY"}
        client.close()
        assert _rung(running).evidence == f"two does not answer: its process {pid} is stopped"
        until(lambda: running.server.prober.proofs["one"].state == "ok")
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: _rung(running).state == "ok", 20)
    _turned_off(running, until)


def _turned_off(running: Session, until: Until) -> None:
    settings().set("ask_models", False)
    prober = running.server.prober
    until(lambda: prober.is_idle)
    prober.again("one")
    ticks: list[object] = []
    prober.changed.connect(lambda: ticks.append(None))
    until(lambda: len(ticks) > 1)
    assert prober.is_idle
    assert prober.proofs["one"].state == "wait"
    settings().set("ask_models", True)
    until(lambda: prober.proofs.get("one", Proof()).state == "ok")


@pytest.mark.engine
def test_a_model_that_hangs_is_asked_once_and_a_killed_stub_is_named(
    running: Session, repository: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its process lives and says so, that no answer comes is all that there is to see."""
    waits = "open(HOLD + '.seen', 'w').close()\n            time.sleep(0.05)"
    hangs = f"import os, time\n        while os.path.exists(HOLD):\n            {waits}\n        got ="
    hold = repository.parent / "hold"
    path = repository / "two" / "1" / "model.py"
    path.write_text(code(f"HOLD = {str(hold)!r}").replace("got =", hangs, 1))
    running.server.load("two")
    until(lambda: not running.server.pending and running.server.prober.proofs.get("two", Proof()).state == "ok", 60)
    hold.touch()
    try:
        until(lambda: running.server.prober.proofs["two"].state == "fail", 20)
        assert running.server.prober.proofs["two"].why.startswith("no answer in")
        sent = running.server.prober.proofs["two"].sent
        assert sent > 0
        ticks: list[object] = []
        running.server.prober.changed.connect(lambda: ticks.append(None))
        until(lambda: len(ticks) > 12, 20)
        assert running.server.prober.proofs["two"].sent == sent
    finally:
        hold.unlink()
    until(lambda: _rung(running).state == "ok", 30)
    _killed(running, repository, until)
    monkeypatch.setattr(monitor, "STOP_TIMEOUT", 600.0)
    _stopped_while_one_is_dead(running, repository, hold, until)


def _killed(running: Session, repository: Path, until: Until) -> None:
    told: list[Rung] = []
    own: list[object] = []
    running.server.answered.connect(own.append)
    running.server.refused.connect(lambda *_: own.append(None))
    running.server.status_changed.connect(lambda status: told.append(status.rung(REQUEST)))
    os.kill(stub("one", repository), signal.SIGKILL)
    until(lambda: any(rung.state == "fail" for rung in told), 10)
    assert running.server.prober.proofs["one"].state == "fail"
    until(lambda: running.server.prober.proofs["two"].state == "ok")
    assert own == [], "what the studio asks by itself counted as the person's own"


def _stopped_while_one_is_dead(running: Session, repository: Path, hold: Path, until: Until) -> None:
    """Triton waits half a minute for a model whose process was killed while it was asked something."""
    told: list[str] = []
    seen = hold.with_name("hold.seen")
    seen.unlink()
    hold.touch()
    running.server.prober.again("two")
    until(seen.exists, 20)
    os.kill(stub("two", repository), signal.SIGKILL)
    until(lambda: running.server.prober.proofs["two"].state == "fail", 20)
    running.server.status_changed.connect(lambda status: told.append(status.rung(PROCESS).evidence))
    running.server.stop()
    until(lambda: running.server.status.state is State.STOPPED, 60)
    assert any(text.startswith("Stopping, waiting for ") for text in told)
    assert not any("timeout expired" in line.text for line in running.server.log), "Triton's own patience ended"


def test_each_request_is_another_one_and_bears_its_mark() -> None:
    kinds = [kind for kind in DATA_TYPES if kind.wire in ("FP32", "BF16", "INT64", "BYTES", "BOOL")]
    inputs = tuple(TensorInfo(kind.wire, kind, (1, 16)) for kind in kinds)
    model = ModelMetadata("m", ("1",), "", inputs, ())
    whole = [kind.wire for kind in kinds].index("INT64")
    made = [made_up(model, number) for number in range(1, 40)]
    for place in range(len(inputs)):
        assert len({bytes(str(request.inputs[place].array.tolist()), "utf-8") for request in made}) == len(made)
    assert {int(value) for request in made for value in request.inputs[whole].array.reshape(-1)} == {0, 1}
    assert all(request.request_id.startswith(PROBE_ID) for request in made)


def test_no_request_of_half_an_hour_comes_again() -> None:
    kinds = [kind for kind in DATA_TYPES if kind.wire in ("FP16", "FP32")]
    model = ModelMetadata("m", ("1",), "", tuple(TensorInfo(kind.wire, kind, (3,)) for kind in kinds), ())
    made = [made_up(model, number) for number in range(0, 32000, 16)]
    for place in range(len(kinds)):
        assert len({request.inputs[place].array.tobytes() for request in made}) == len(made)
