"""GPUs by stand-ins, with a real Triton: which ones a server really has, and what is told where it has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.notices import Notice
from studio.app.serving.ladder import BACKENDS, GPU, REQUEST, VERSIONS
from studio.app.session import Session
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.engines import registry
from studio.engines.engine import Server
from tests.engines.models import python_model
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import gpu_engine as gpu_engine
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.standins.figures import FIRST, GB, MIG, PART, SECOND, Figures

pytestmark = [pytest.mark.engine]
Until = Callable[..., None]


@pytest.fixture
def models(tmp_path: Path, gpu_engine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model with an instance on each of two GPUs, for an engine that may have them."""
    monkeypatch.setenv("TRIREME_ENGINES", str(gpu_engine))
    python_model(tmp_path / "models")
    _on_gpus(tmp_path / "models", "[ 0, 1 ]")
    return tmp_path / "models"


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """The engine's servers, in the order in which the session starts them."""
    started: list[Server] = []
    real = registry.start

    def start(spec: LaunchSpec) -> Server:
        started.append(real(spec))
        return started[-1]

    monkeypatch.setattr(registry, "start", start)
    return started


def _on_gpus(models: Path, gpus: str) -> None:
    config = models / "identity" / "config.pbtxt"
    config.write_text(config.read_text() + f"instance_group {{ count: 1 kind: KIND_GPU gpus: {gpus} }}\n")


def _launch(session: Session, models: Path, until: Until, gpus: Gpus) -> None:
    session.open_repository(models)
    until(lambda: session.repository is not None)
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, models, ports=Ports(0, 0, 0), gpus=gpus))
    until(lambda: session.server.status.rung(GPU).state in ("ok", "fail", "unknown"), 120)


def _seen(session: Session, until: Until, words: str) -> str:
    """The state of the GPU's rung once it says so."""
    session.server.current.gpu_watch.look()
    until(lambda: words in session.server.status.rung(GPU).evidence)
    return session.server.status.rung(GPU).state


def test_a_model_on_two_gpus_is_seen_there_and_a_lost_one_is_told(
    session: Session, models: Path, figures: Figures, until: Until, servers: list[Server]
) -> None:
    _launch(session, models, until, Gpus(all=True))
    assert _seen(session, until, "identity: loaded on GPU 0, GPU 1, by the server's word") == "ok"
    first, *_ = sorted(servers[0].processes())
    figures.take({"0.procs": f"{first}:{3 * GB}", "1.procs": "99999:1"})
    assert _seen(session, until, "identity: 3.0 GB of GPU 0") == "ok"
    until(lambda: [gpu.uuid for gpu in session.sampler.last.gpus] == [FIRST, SECOND])
    assert session.sampler.last.gpus[0].memory_used == 20 * GB
    figures.take({"0.used": f"{79 * GB}"})
    until(lambda: session.sampler.last.gpus[0].memory_used == 79 * GB)
    figures.take({**MIG, "1.0.procs": f"{first}:{GB}", "0.procs": ""})
    assert _seen(session, until, "identity: 1.0 GB of GPU 1:0") == "ok"
    until(lambda: PART in [gpu.uuid for gpu in session.sampler.last.gpus])
    figures.take({"0.handle": "!15"})
    assert _seen(session, until, "GPU 0: the GPU is lost") == "fail"
    until(lambda: session.sampler.last.gpus[0].problem)


def test_one_of_two_gpus_is_all_that_the_server_has(
    session: Session, models: Path, figures: Figures, until: Until
) -> None:
    config = models / "identity" / "config.pbtxt"
    config.write_text(config.read_text().replace("gpus: [ 0, 1 ]", "gpus: [ 0 ]"))
    _launch(session, models, until, Gpus(ids=("1",)))
    assert _seen(session, until, "identity: loaded on GPU 1, by") == "ok"
    until(lambda: [gpu.uuid for gpu in session.sampler.last.gpus] == [SECOND])


def test_no_gpu_inside_is_told_and_the_cpu_offered(
    session: Session, models: Path, figures: Figures, until: Until, posted: list[Notice]
) -> None:
    figures.change(count="0")
    _launch(session, models, until, Gpus(all=True))
    assert _seen(session, until, "accepted, and no GPU is inside the server: identity did not load") == "fail"
    status = session.server.status
    assert status.state is State.READY
    assert status.rung(VERSIONS).evidence.startswith("0 of 1 models")
    assert [status.rung(name).state for name in (BACKENDS, REQUEST)] == ["off", "off"], "it waits for ever"
    label, load = next(each for notice in posted for each in notice.actions)
    assert label == "Load on the CPU"
    load()
    until(lambda: session.server.status.rung(REQUEST).state == "ok", 60)
    assert "python" in session.server.status.rung(BACKENDS).evidence
    assert "KIND_GPU" in (models / "identity" / "config.pbtxt").read_text()
