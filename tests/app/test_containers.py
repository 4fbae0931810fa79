"""The session with a real Docker engine: containers that earlier studios left, and those of studios that live."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from studio.app.notices import Notice
from studio.app.serving.adoption import Adoption, the_one
from studio.app.session import Session
from studio.core.serving.command import command_line
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports, State
from studio.core.serving.launching.record import record
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.leftovers import Leftover, leftovers
from studio.engines.registry import start
from tests.app.studios import hear, running
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.engines.test_ports import free_triple
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint
from tests.fixtures.http import HTTP
from tests.fixtures.relay import Relay

pytestmark = [pytest.mark.docker]
Until = Callable[..., None]
_STUDIO = """
import sys
from PySide6.QtCore import QCoreApplication
from studio.app.session import Session
from studio.core.serving.launching.record import recorded

app = QCoreApplication([])
session = Session()
session.server.consent.ask = lambda asked, answer: answer(True)
session.server.launch(recorded(sys.argv[1], sys.argv[2], ["GREETING=good morning"]))
told = lambda status: status.addresses.http and print(status.addresses.http, flush=True)
session.server.status_changed.connect(told)
app.exec()
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    python_model(tmp_path / "models")
    return tmp_path / "models"


def _spec(models: Path) -> LaunchSpec:
    first = free_triple()
    return LaunchSpec(
        EngineKind.DOCKER,
        models,
        image=IMAGE,
        ports=Ports(first, first + 1, first + 2),
        load=("identity",),
        shared_memory_mb=99,
        cache_bytes=1 << 20,
        arguments=("--log-verbose=1",),
        environment=(("GREETING", "good morning"),),
        inherited=("HF_HOME",),
    )


def _opened(session: Session, models: Path, until: Until) -> None:
    session.open_repository(models)
    until(lambda: session.repository is not None)


def test_a_killed_studio_leaves_a_server_that_the_next_takes_over_whole(
    session: Session, endpoint: str, models: Path, until: Until, posted: list[Notice]
) -> None:
    spec = _spec(models)
    Adoption(session)
    with running(_STUDIO, record(spec), IMAGE) as other:
        address = hear(other)
        until(lambda: [each.is_driven for each in leftovers()] == [True])
        _opened(session, models, until)
        until(lambda: not session.server.status.is_running)
        assert not posted, "a server that another studio drives was offered"
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    taken: list[LaunchSpec] = []
    session.server.adopted.connect(taken.append)
    session.server.docker_came.emit()
    until(lambda: session.server.status.state is State.READY)
    status = session.server.status
    assert status.spec == spec
    assert taken == [spec], "the values of variables are those of the container"
    assert status.addresses.http == address
    assert "Took over" in posted[-1].text
    assert [each.is_driven for each in leftovers()] == [True]
    until(lambda: "identity" in session.server.models)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert leftovers() == ()


_TELLING = _STUDIO.replace(
    "app.exec()",
    "from studio.app import notices\n"
    "notices.notices().posted.connect(lambda notice: print('told', notice.detail, flush=True))\n"
    "app.exec()",
)


def test_what_a_living_studio_has_is_taken_by_a_question_and_that_studio_is_told(
    session: Session, endpoint: str, models: Path, until: Until, posted: list[Notice]
) -> None:
    asked: list[tuple[str, Callable[[], object]]] = []
    with running(_TELLING, record(_spec(models)), IMAGE) as other:
        address = hear(other)
        until(lambda: [each.driver for each in leftovers()] == [other.pid])
        Adoption(session, lambda _title, text, act: asked.append((text, act)))
        _opened(session, models, until)
        until(lambda: posted)
        assert posted[0].text == "Another Trireme serves this folder"
        assert [label for label, _ in posted[0].actions] == ["Attach to it", "Take it over…"]
        posted[0].actions[1][1]()
        assert not session.server.status.is_running, "it was taken before the answer"
        assert f"process {other.pid} runs" in asked[0][0]
        assert str(models) in asked[0][0]
        asked[0][1]()
        until(lambda: session.server.status.state is State.READY)
        assert session.server.status.addresses.http == address
        told = next(line for line in iter(lambda: hear(other), "") if line.startswith("told"))
        assert f"process {os.getpid()}, {models}" in told
        assert [each.driver for each in leftovers()] == [os.getpid()]
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    assert leftovers() == ()


def test_several_are_all_offered_and_none_is_taken(
    session: Session, endpoint: str, models: Path, until: Until, posted: list[Notice]
) -> None:
    left = [start(_spec(models)) for _ in range(2)]
    _opened(session, models, until)
    for server in left:
        assert isinstance(server, ContainerServer)
        server.stop_following()  # as if its studio had died; the container runs on
        server.claimed.close()
        server.container.client.close()
    adoption = Adoption(session)
    until(lambda: len(posted) == 2)
    assert not session.server.status.is_running
    assert all([label for label, _ in each.actions] == ["Take it over", "Attach to it"] for each in posted)
    adoption.settle(leftovers())
    assert len(posted) == 2, "it was offered again"
    names = [each.name for each in leftovers()]
    posted[0].actions[0][1]()
    until(lambda: session.server.status.state is State.READY)
    assert session.server.status.description.split()[-1].rstrip(")") in names
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)
    (other,) = leftovers()
    session.server.adopt(other.name)
    until(lambda: session.server.status.state is State.READY)
    session.server.stop()
    until(lambda: session.server.status.state is State.STOPPED)


def test_a_dead_one_of_ours_is_removed_and_one_that_was_started_by_hand_stays(
    endpoint: str, models: Path, tmp_path: Path
) -> None:
    spec = _spec(models)
    dead, mine = start(spec), start(replace(spec, ports=Ports(0, 0, 0)))
    assert isinstance(dead, ContainerServer)
    assert isinstance(mine, ContainerServer)
    client = docker.DockerClient(base_url=endpoint)
    dead.container.kill()
    mine.container.kill()
    hand = tmp_path / "id"
    line = command_line(replace(spec, image="trireme/debian:local"))
    by_hand = line.replace("docker run", f"docker run --cidfile {hand}", 1)
    subprocess.run(["sh", "-c", by_hand], capture_output=True)
    assert leftovers() == ()
    assert {each.id for each in client.containers.list(all=True)} >= {dead.container.id, mine.container.id}
    dead.stop_following()
    dead.claimed.close()
    assert leftovers() == ()
    left = {each.id for each in client.containers.list(all=True)}
    assert dead.container.id not in left
    assert {mine.container.id, hand.read_text()} <= left
    client.containers.get(hand.read_text()).remove()
    client.close()
    dead.container.client.close()
    mine.stop()


def test_one_is_taken_unasked_only_where_nothing_else_could_be_meant(tmp_path: Path) -> None:
    here = Leftover("a", "triton", tmp_path, Addresses(), is_driven=False, by_hand=False)
    assert the_one([here], tmp_path) == here
    assert the_one([], tmp_path) is None
    assert the_one([here], None) is None
    assert the_one([here], tmp_path / "other") is None
    assert the_one([here, replace(here, name="b")], tmp_path) is None
    assert the_one([replace(here, by_hand=True)], tmp_path) is None
    assert the_one([replace(here, repository=None)], tmp_path) is None


def test_a_container_that_is_gone_is_named(session: Session, endpoint: str, until: Until) -> None:
    session.server.adopt("trireme-nowhere")
    until(lambda: session.server.status.state is State.FAILED)
    assert session.server.status.exit is not None
    assert "trireme-nowhere" in session.server.status.exit.reason


def test_without_docker_nothing_is_found_and_nothing_is_said(
    session: Session, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'none.sock'}")
    names: list[tuple[Leftover, ...]] = []
    session.server.find_running(names.append)
    until(lambda: names)
    assert names == [()]


def test_an_engine_that_hangs_hides_nothing_of_the_server(
    session: Session, endpoint: str, models: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay(models.parent / "relay.sock", endpoint)
    monkeypatch.setenv("DOCKER_HOST", relay.url)
    server = session.server

    def state() -> str:
        return next((row.state for row in server.models.get("identity", ())), "")

    try:
        server.launch(_spec(models))
        until(lambda: state() == "READY")
        relay.freeze()
        HTTP.post(f"http://{server.status.addresses.http}/v2/repository/models/identity/unload")
        until(lambda: state() == "UNAVAILABLE")
        assert server.status.is_running
        relay.thaw()
        server.stop()
        until(lambda: not server.status.is_running and server.status.state is State.STOPPED)
    finally:
        relay.end()
