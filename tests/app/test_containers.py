"""The session with a real Docker engine: a container that an earlier studio left is found, taken over and stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app.session import Session
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports, State
from studio.engines import docker as containers
from studio.engines.container import ContainerServer
from studio.engines.registry import start
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint

pytestmark = [pytest.mark.docker]
Until = Callable[..., None]


def test_a_container_of_an_earlier_studio_is_taken_over(
    session: Session, endpoint: str, tmp_path: Path, until: Until
) -> None:
    python_model(tmp_path / "models")
    earlier = start(LaunchSpec(EngineKind.DOCKER, tmp_path / "models", ports=Ports(0, 0, 0), image=IMAGE))
    assert isinstance(earlier, ContainerServer)
    earlier.stop_following()  # as if the studio had died; the container runs on
    earlier.claimed.close()
    names: list[tuple[str, ...]] = []
    session.server.find_running(names.append)
    until(lambda: names)
    assert len(names[0]) == 1

    session.server.adopt(names[0][0])
    until(lambda: session.server.status.state is State.READY)
    until(lambda: "identity" in session.server.models)
    status = session.server.status
    assert status.spec is not None
    assert status.spec.repository == tmp_path / "models"
    assert status.addresses == earlier.addresses
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert containers.running() == ()
    earlier.container.client.close()


def test_a_container_that_is_gone_is_named(session: Session, endpoint: str, until: Until) -> None:
    session.server.adopt("trireme-nowhere")
    until(lambda: session.server.status.state is State.FAILED)
    assert session.server.status.exit is not None
    assert "trireme-nowhere" in session.server.status.exit.reason


def test_without_docker_nothing_is_found_and_nothing_is_said(
    session: Session, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'none.sock'}")
    names: list[tuple[str, ...]] = []
    session.server.find_running(names.append)
    until(lambda: names)
    assert names == [()]
