"""What is known of a model that runs: its outcome after a reload, its file, its instances and their memory."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject

from studio.app.notices import Notice
from studio.app.serving.served_models.details import Detail, ServedDetails
from studio.app.serving.served_models.processes import model_processes
from studio.app.session import Session
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.model_index import is_ready
from studio.core.inference.requests import InferRequest, InferResult, Tensor
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports
from tests.engines.models import IDENTITY, python_model
from tests.fixtures.protocol_server import protocol_server
from tests.fixtures.sessions import OpenSession
from tests.fixtures.waiting import wait_until

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")


@pytest.fixture
def session(tmp_path: Path, open_session: OpenSession) -> Session:
    """A session on one Python model, which a server of its own has loaded."""
    python_model(tmp_path / "models", "net")
    session = open_session(tmp_path / "models")
    spec = LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models", ports=Ports(0, 0, 0), cache_bytes=1 << 22)
    session.server.launch(spec)
    wait_until(lambda: is_ready(session.server.models.get("net", ())), 90)
    return session


@pytest.fixture
def details(session: Session) -> ServedDetails:
    """What is known of it, watched."""
    found = ServedDetails(session, session)
    found.watch(True)
    wait_until(lambda: "net" in found.all and found.all["net"].processes is not None)
    return found


def _reload(session: Session) -> str:
    session.server.load("net")
    wait_until(lambda: session.server.reloads.of("net") is None or not session.server.pending)
    wait_until(lambda: session.server.reloads.of("net") is not None and not session.server.pending)
    found = session.server.reloads.of("net")
    assert found is not None
    return found.kind


def _write(session: Session, field: str, value: object) -> None:
    model = session.open_model("net")
    model.edit("Write", lambda before: before.set(field, value))
    assert model.save()


def _detail(details: ServedDetails) -> Detail:
    return details.all.get("net", Detail())


def _words(details: ServedDetails) -> str:
    against = _detail(details).against
    return against.words if against is not None else ""


@pytest.mark.engine
def test_a_reload_is_told_as_what_it_was_and_the_file_beside_it(
    session: Session, details: ServedDetails, posted: list[Notice]
) -> None:
    assert _words(details) == "completed"
    assert _detail(details).placed == ((1, "CPU"),)
    assert _detail(details).memory > 1_000_000
    assert _reload(session) == "nothing changed"
    _write(session, "instance_group", [{"kind": "KIND_CPU", "count": 2}])
    wait_until(lambda: _words(details) == "file is newer")
    assert _reload(session) == "in place"
    wait_until(lambda: _detail(details).placed == ((2, "CPU"),))
    wait_until(lambda: (live := _detail(details).processes) is not None and (live.live, live.wanted) == (2, 2))
    assert _words(details) == "completed"
    _write(session, "max_batch_size", 2)
    assert _reload(session) == "full"
    _answered_from_the_cache(session, posted)
    (session.open_model("net").folder.path / "1" / "model.py").write_text("raise ValueError('no')\n")
    session.rescan()
    assert _reload(session) == "failed"
    assert is_ready(session.server.models["net"])


def _of_the_cache(notice: Notice) -> bool:
    return notice.key.startswith("cache:") and notice.key.endswith(":net")


def _answered_from_the_cache(session: Session, posted: list[Notice]) -> None:
    """Triton 2.51 keeps its answers over a reload, and over an unload and a load."""
    code = session.open_model("net").folder.path / "1" / "model.py"
    _write(session, "response_cache", {"enable": True})
    assert _reload(session) == "full"
    assert _ask(session).reloaded == (), "nothing of before is in the cache"
    assert not any(_of_the_cache(notice) for notice in posted)
    code.write_text(IDENTITY.replace(".as_numpy()", ".as_numpy() * 10"))
    assert _reload(session) == "full"
    # Where the model was asked whether it lives at the same moment, nobody can tell which answer was whose.
    found = next(answer for _ in range(50) if (answer := _ask(session)).cached)
    assert found.outputs[0].array.tolist() == [[1, 2, 3]], "the answer of the code before"
    assert found.reloaded == ("net",)
    told = [notice for notice in posted if _of_the_cache(notice)]
    assert [text for notice in told for text, _ in notice.actions] == ["Restart the server"]


def _ask(session: Session) -> InferResult:
    answers: list[InferResult] = []
    tensor = Tensor("x", FP32, np.array([[1, 2, 3]], np.float32))
    session.server.infer(InferRequest("net", (tensor,)), answers.append)
    wait_until(lambda: answers)
    return answers[0]


@pytest.mark.engine
def test_a_process_that_ends_is_missed(session: Session, details: ServedDetails) -> None:
    assert len(model_processes(session.server.status.addresses)) == 1
    assert model_processes(Addresses("127.0.0.1:1", "127.0.0.1:2")) == ()
    assert _detail(details).processes is not None
    pids = [
        int(place.parent.name)
        for place in Path("/proc").glob("[0-9]*/cmdline")
        if str(session.open_model("net").folder.path).encode() in _command(place)
    ]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    details.later()
    wait_until(lambda: (live := _detail(details).processes) is not None and live.live == 0)
    assert _detail(details).memory == 0


def _command(place: Path) -> bytes:
    try:
        words = place.read_bytes()
    except OSError:
        return b""
    return words if b"triton_python_backend_stub" in words.split(b"\0")[0] else b""


def test_what_comes_while_a_slow_server_is_asked_is_looked_at_after(open_session: OpenSession) -> None:
    session = open_session()
    with protocol_server("one") as server:
        server.configs_go_on.clear()
        session.server.attach(server.address)
        wait_until(lambda: "one" in session.server.models)
        found = ServedDetails(session, session)
        found.watch(True)
        wait_until(server.is_config_asked.is_set)
        server.models["two"] = True
        wait_until(lambda: "two" in session.server.models)
        server.configs_go_on.set()
        wait_until(lambda: set(found.all) == {"one", "two"})


def test_nothing_is_asked_while_nobody_watches(open_session: OpenSession) -> None:
    session = open_session()
    found = ServedDetails(session, QObject(session))
    found.later()
    session.server.models_changed.emit({})
    assert found.all == {}
    assert found.read_at == 0.0
