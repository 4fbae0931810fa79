"""A session with a real Triton: the ladder, requests, a kill from outside, stop, attach."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.serving.ladder import GPU, NAMES, ServerStatus
from studio.app.serving.probing.probe import zeros
from studio.app.serving.sampling.sampler import Sampled
from studio.app.session import Session
from studio.core.files.example import write_example
from studio.core.inference.requests import InferRequest, InferResult, ModelMetadata
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, Ports, State
from studio.engines import registry
from studio.failure import Failure
from tests.engines.processes import gone
from tests.fixtures.grace import NO_GRACE

pytestmark = [pytest.mark.engine]
Until = Callable[..., None]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The half of the example that is about texts."""
    repository = write_example(tmp_path / "example")
    for image_model in ("image_pipeline", "preprocess", "classifier", "postprocess"):
        shutil.rmtree(repository / image_model)
    return repository


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The engine's servers, in the order in which the session starts them."""
    started: list[Any] = []
    real = registry.start

    def start(spec: LaunchSpec) -> Any:
        started.append(real(spec))
        return started[-1]

    monkeypatch.setattr(registry, "start", start)
    return started


def _spec(repository: Path, **more: Any) -> LaunchSpec:
    return LaunchSpec(EngineKind.EMBEDDED, repository, ports=Ports(0, 0, 0), **more)


def _open(session: Session, path: Path, until: Until) -> None:
    session.open_repository(path)
    until(lambda: session.repository is not None and tasks.busy() == 0)


def _climbed(status: ServerStatus) -> bool:
    return all(rung.state in ("ok", "off") for rung in status.rungs)


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]
    except OSError:
        return False


def _zeros(session: Session, name: str, until: Until) -> InferResult:
    tensors: list[ModelMetadata] = []
    session.server.metadata(name, "", tensors.append)
    until(lambda: tensors)
    answers: list[InferResult] = []
    session.server.infer(zeros(tensors[0]), answers.append)
    until(lambda: answers)
    return answers[0]


def test_from_launch_to_a_kill_from_outside(
    session: Session, example: Path, until: Until, servers: list[Any], posted: list[Notice]
) -> None:
    _open(session, example, until)
    statuses: list[ServerStatus] = []
    lines: list[LogLine] = []
    samples: list[Sampled] = []
    session.server.status_changed.connect(statuses.append)
    session.server.log_appended.connect(lines.extend)
    session.sampler.sampled.connect(samples.append)
    session.server.launch(_spec(example))
    assert session.server.status.is_running
    until(lambda: _climbed(session.server.status) or session.server.status.exit, 120)
    status = session.server.status
    assert status.state is State.READY, status
    assert [rung.name for rung in status.rungs] == list(NAMES)
    assert [rung.state for rung in status.rungs] == ["ok", "ok", "ok", "ok", "off", "ok"], status.rungs
    assert status.rung(GPU).evidence == "Not asked for."
    assert "python" in status.rung("Backends").evidence
    assert "3 of 3 models answered" in status.rung("Request answered").evidence
    assert status.rung("Versions loaded").evidence == "3 of 3 models"
    times = [rung.time_s for rung in status.rungs if rung.state == "ok"]
    assert times[0] < times[1] <= times[-1]
    assert len({id(each) for each in statuses}) == len(statuses) < 40
    assert lines
    assert list(session.server.log) == lines
    assert session.repository is not None
    assert set(session.server.models) == {model.name for model in session.repository.models}

    for _ in range(3):
        answer = _zeros(session, "text_classifier", until)
    assert answer.times.total > 0
    until(lambda: session.sampler.percentiles("text_classifier").count == 3)
    until(lambda: session.sampler.model("text_classifier", "1", "requests_s").last >= 0)
    until(lambda: np.isfinite(session.sampler.own("text_classifier", "p99").points()[1]).any())

    session.server.unload("text_classifier")
    assert session.server.pending == {"text_classifier"}
    until(lambda: not session.server.pending)
    until(lambda: all(row.state != "READY" for row in session.server.models["text_classifier"]))
    session.server.load("text_classifier")
    until(lambda: any(row.state == "READY" for row in session.server.models["text_classifier"]))

    pid = servers[0].pid
    assert _is_alive(pid)
    os.kill(pid, signal.SIGKILL)
    until(lambda: session.server.status.state is State.FAILED)
    assert "killed" in session.server.status.rung("Process").evidence
    assert session.server.status.exit is not None
    assert session.server.models == {}
    assert not session.sampler.is_running
    assert [notice for notice in posted if notice.level == "error"] == []


def test_stop_leaves_no_process_and_restart_starts_anew(
    session: Session, repository: Path, until: Until, servers: list[Any]
) -> None:
    _write_model(repository)
    _open(session, repository, until)
    session.server.launch(_spec(repository))
    until(lambda: session.server.status.state is State.READY, 120)
    first = servers[0].pid
    session.server.restart()
    until(lambda: len(servers) == 2 and session.server.status.state is State.READY, 120)
    assert not _is_alive(first)
    second = servers[1].pid
    assert second != first
    session.server.stop()
    assert not session.server.status.is_running
    until(lambda: session.server.status.state is State.STOPPED)
    assert not _is_alive(second)
    assert all(gone(server.prefix) for server in servers)
    assert session.server.status.exit is not None
    told: list[Failure] = []
    session.server.metadata("one", "", lambda _: None, told.append)
    assert "no server runs" in str(told[0])


def test_a_stop_while_it_starts_and_a_shutdown_leave_no_process(
    session: Session, repository: Path, until: Until, servers: list[Any]
) -> None:
    _write_model(repository)
    _open(session, repository, until)
    session.server.launch(_spec(repository))
    until(lambda: servers)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    session.server.launch(_spec(repository))
    until(lambda: len(servers) == 2)
    assert session.shutdown()
    assert all(gone(server.prefix) for server in servers)


def test_what_cannot_start_says_why(session: Session, tmp_path: Path, until: Until) -> None:
    session.server.launch(_spec(tmp_path / "nowhere"))
    until(lambda: session.server.status.state is State.FAILED)
    assert session.server.status.exit is not None
    assert session.server.status.exit.reason
    assert session.server.status.rung("Process").state == "fail"


def test_a_model_that_asks_for_a_gpu_is_offered_the_cpu(
    session: Session, repository: Path, until: Until, posted: list[Notice]
) -> None:
    _write_model(repository)
    path = repository / "two" / "config.pbtxt"
    path.write_text(path.read_text() + "instance_group [ { kind: KIND_GPU count: 1 gpus: [ 0 ] } ]\n")
    before = path.read_bytes()
    _open(session, repository, until)
    session.server.launch(_spec(repository))
    until(lambda: posted, 120)
    until(lambda: session.server.status.rung("Versions loaded").state == "fail")
    label, load = posted[0].actions[0]
    assert label == "Load on the CPU"
    assert "two" in posted[0].text
    load()
    until(lambda: any(row.state == "READY" for row in session.server.models.get("two", ())))
    assert path.read_bytes() == before


def test_attaches_and_lets_go(session: Session, repository: Path, until: Until) -> None:
    _write_model(repository)
    theirs = registry.start(_spec(repository, load=("one",)))
    try:
        _wait_for(theirs, until)
        session.server.attach(theirs.addresses.http)
        until(lambda: session.server.status.rung("Backends").state == "ok")
        status = session.server.status
        assert status.state is State.READY
        assert status.rung("Versions loaded").state == "ok", "what nobody loaded there is no failure"
        assert _executions(theirs) == 0, "it was sent a request that nobody asked for"
        assert status.rung("Request answered").state not in ("ok", "fail")
        assert _zeros(session, "one", until).outputs[0].name == "y"
        assert session.server.status.rung("Request answered").state == "ok"
        session.server.stop()
        until(lambda: session.server.status.state is State.STOPPED)
        assert theirs.poll() is None, "a server that is not ours was stopped"
    finally:
        theirs.stop(NO_GRACE)


def test_an_attached_server_that_dies_has_no_ready_models_any_more(
    session: Session, repository: Path, until: Until
) -> None:
    _write_model(repository)
    theirs = registry.start(_spec(repository))
    try:
        _wait_for(theirs, until)
        session.server.attach(theirs.addresses.http)
        until(lambda: session.server.models)
    finally:
        theirs.stop(0.3)
    until(lambda: not session.server.models)
    status = session.server.status
    assert status.state is not State.READY
    assert "nothing listens" in status.rung("Process").evidence
    assert not [rung for rung in status.rungs if rung.state == "ok"]


def test_a_request_that_gets_no_answer_is_told_once_with_its_model(session: Session, posted: list[Notice]) -> None:
    refused: list[tuple[str, Failure]] = []
    failed: list[Failure] = []
    session.server.refused.connect(lambda model, failure: refused.append((model, failure)))
    session.server.infer(InferRequest("classifier", ()), lambda _: None, failed.append)
    assert [model for model, _ in refused] == ["classifier"]
    assert refused[0][1] is failed[0]
    assert not posted


def test_attaching_to_nothing_says_so(session: Session, until: Until, posted: list[Notice]) -> None:
    session.server.attach("127.0.0.1:9")
    until(lambda: session.server.status.state is State.FAILED)
    assert session.server.status.exit is not None
    assert "127.0.0.1:9" in session.server.status.exit.reason
    session.server.attach("not an address")
    assert posted[-1].level == "error"


def test_what_this_machine_has(session: Session, until: Until) -> None:
    found: list[Any] = []
    session.server.machine(found.append)
    until(lambda: found)
    assert found[0].engine.installed
    assert bool(found[0].docker.version) != bool(found[0].docker.problem)
    infos: list[Any] = []
    session.server.engine_info(infos.append)
    until(lambda: infos)
    assert infos[0] == found[0].engine


def _wait_for(server: Any, until: Until) -> None:
    from studio.client.triton import Triton

    client = Triton(server.addresses, timeout=60)
    until(client.live, 120)
    client.close()


def _executions(server: Any) -> int:
    """How often its models ran, by its own count."""
    from studio.client.triton import Triton

    client = Triton(server.addresses, timeout=60)
    counted = sum(each.execution_count for each in client.statistics())
    client.close()
    return counted


def _write_model(repository: Path) -> None:
    """Models that give their input back."""
    code = (
        "import triton_python_backend_utils as pb\n"
        "class TritonPythonModel:\n"
        "    def execute(self, requests):\n"
        "        got = [pb.get_input_tensor_by_name(r, 'x').as_numpy() for r in requests]\n"
        "        return [pb.InferenceResponse([pb.Tensor('y', x)]) for x in got]\n"
    )
    for name in ("one", "two"):
        (repository / name / "1" / "model.py").write_text(code)
