"""The session with containers that ask for GPUs: what is inside is seen, and told where it is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.notices import Notice
from studio.app.serving.ladder import GPU, REQUEST
from studio.app.session import Session
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.processes import of_container
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.own_docker import OwnDocker
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.gpu_docker import Hook
from tests.fixtures.gpu_docker import gpu_docker as gpu_docker
from tests.fixtures.gpu_docker import hook as hook
from tests.fixtures.gpus import figures as figures
from tests.fixtures.gpus import nvml_library as nvml_library
from tests.standins.figures import GB, Figures

pytestmark = [pytest.mark.docker]
Until = Callable[..., None]


def _launch(hook: Hook, session: Session, folder: Path, until: Until) -> None:
    model = python_model(folder / "models")
    config = model / "config.pbtxt"
    config.write_text(config.read_text() + "instance_group { count: 1 kind: KIND_GPU }\n")
    session.open_repository(folder / "models")
    until(lambda: session.repository is not None)
    gpus = Gpus(all=True)
    session.server.launch(
        LaunchSpec(EngineKind.DOCKER, folder / "models", ports=Ports(0, 0, 0), image=IMAGE, gpus=gpus)
    )
    until(lambda: session.server.status.rung(GPU).state in ("ok", "fail", "unknown"), 120)


def _stop(session: Session, until: Until) -> None:
    session.server.stop()
    until(lambda: not session.server.status.is_running and session.server.status.exit is not None)


def test_what_the_containers_processes_hold_is_told(
    hook: Hook, session: Session, tmp_path: Path, figures: Figures, until: Until, gpu_docker: tuple[OwnDocker, Path]
) -> None:
    _launch(hook, session, tmp_path, until)
    until(lambda: "loaded on GPU 0, GPU 1" in session.server.status.rung(GPU).evidence)
    client = gpu_docker[0].client()
    (container,) = client.containers.list()
    client.close()
    figures.take({"1.procs": f"{min(of_container(container.id))}:{2 * GB}"})
    session.server.current.gpu_watch.look()
    until(lambda: session.server.status.rung(GPU).evidence == "identity: 2.0 GB of GPU 1")
    _stop(session, until)


def test_a_request_that_is_accepted_without_a_gpu_inside_is_said_and_the_cpu_offered(
    hook: Hook, session: Session, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    hook.do_nothing()
    _launch(hook, session, tmp_path, until)
    rung = session.server.status.rung(GPU)
    assert rung.state == "fail"
    assert rung.evidence == "The request for GPUs was accepted, and no GPU is inside the server: identity did not load."
    label, load = next(each for notice in posted for each in notice.actions)
    assert label == "Load on the CPU"
    load()
    until(lambda: session.server.status.rung(REQUEST).state == "ok", 60)
    until(lambda: "accepted, and no GPU is inside" in session.server.status.rung(GPU).evidence)
    _stop(session, until)
