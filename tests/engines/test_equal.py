"""What is shown of a launch makes the very container that the studio makes: Docker is asked about each of them."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker
import pytest

from studio.core.serving.command import command_line, serve_line
from studio.core.serving.compose import compose_file
from studio.core.serving.container import OWNER, Container, container, owner
from studio.core.serving.docker_run import shell_script
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.engines.docker.options import STUDIO, create_options
from tests.engines.docker_image import IMAGE
from tests.engines.test_ports import free_triple
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint

pytestmark = [pytest.mark.docker]
_OWN = ("Hostname", "ContainerIDFile", "ConsoleSize")
_OURS = "trireme-equal"
_OF_COMPOSE = "com.docker.compose."


@dataclass(frozen=True, slots=True)
class Engine:
    """A Docker engine and a folder for what is run against it."""

    client: docker.DockerClient
    folder: Path

    def created(self, described: Container) -> dict[str, Any]:
        """What Docker says of the container that the studio makes."""
        made = self.client.containers.create(**create_options(described, f"{_OURS}-{os.getpid()}"))
        return self._looked_at(made.id)

    def run(self, text: str) -> dict[str, Any]:
        """What Docker says of the container that a command makes, whether it could be started or not."""
        named = f"{self.folder}/id"
        line = text.replace("docker run", f"docker run --cidfile {named}", 1)
        subprocess.run(["sh", "-c", line], capture_output=True, timeout=120)
        found = self._looked_at(Path(named).read_text())
        Path(named).unlink()
        return found

    def composed(self, text: str) -> dict[str, Any]:
        """What Docker says of the container that docker-compose makes."""
        (self.folder / "compose.yaml").write_text(text, "utf-8")
        command = ["docker-compose", "--file", "compose.yaml", "--project-name", f"equal{os.getpid()}"]
        done = subprocess.run([*command, "up", "--detach"], cwd=self.folder, capture_output=True, timeout=120)
        (made,) = self.client.containers.list(
            all=True, filters={"label": f"{_OF_COMPOSE}project=equal{os.getpid()}"}
        ) or pytest.fail(done.stderr.decode())
        return self._looked_at(made.id)

    def served(self, text: str) -> dict[str, Any]:
        """What Docker says of the container that `trireme serve` makes; its server ends at an argument that is none."""
        words = [sys.executable, "-m", "studio", *shlex.split(text.replace("\\\n", " "))[1:]]
        words.insert(words.index("--"), "--trust")
        for _ in range(5):
            with suppress(docker.errors.NotFound):
                return _compared(self._told_of_served(words))
        pytest.fail("its container was always gone before it could be looked at")

    def _told_of_served(self, words: list[str]) -> dict[str, Any]:
        """It removes its container at its end: that is looked at while it stands still, if it does so in time."""
        mine = {"label": f"{OWNER}={owner()}", "event": "create", "type": "container"}
        events = self.client.events(filters=mine, decode=True, since=int(time.time()), until=int(time.time()) + 60)
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                named = next(each["id"] for each in events if _OURS not in each["Actor"]["Attributes"]["name"])
                process.send_signal(signal.SIGSTOP)
                told: dict[str, Any] = self.client.api.inspect_container(named)
            finally:
                process.send_signal(signal.SIGCONT)
                process.wait(timeout=60)
        events.close()
        return told

    def _looked_at(self, named: str) -> dict[str, Any]:
        made = self.client.containers.get(named)
        told = made.attrs
        made.remove(force=True)
        return _compared(told)


def _compared(told: dict[str, Any]) -> dict[str, Any]:
    """What must be equal: all of its configuration, without what says who made it."""
    config = _told(told["Config"])
    config["Labels"] = {
        name: value for name, value in config["Labels"].items() if name != STUDIO and not name.startswith(_OF_COMPOSE)
    }
    config["Env"] = sorted(config["Env"])
    return {"Config": config, "HostConfig": _told(told["HostConfig"]), "Mounts": told["Mounts"]}


def _told(value: dict[str, Any]) -> dict[str, Any]:
    """Clients write what is not set in ways of their own: null, false, 0, or an empty list."""
    return {name: _inner(inner) for name, inner in value.items() if inner and name not in _OWN}


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return _told(value)
    return [_inner(each) for each in value] if isinstance(value, list) else value


@pytest.fixture
def engine(endpoint: str, tmp_path: Path) -> Engine:
    return Engine(docker.DockerClient(base_url=endpoint), tmp_path)


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaunchSpec:
    """A launch with everything that a shell, Docker's options or YAML could misread."""
    repository = tmp_path / 'models, "new" $HOME é'
    repository.mkdir()
    monkeypatch.setenv("TRIREME_TOKEN", "a secret")
    first = free_triple()
    options = ServerOptions(
        verbose=1,
        strict=True,
        metrics_interval_ms=500,
        trace=Trace("triton", "TIMESTAMPS", 1, "$x'y\"z"),
        rate_limit=True,
        resources=("R1:4",),
    )
    return LaunchSpec(
        EngineKind.DOCKER,
        repository,
        image=IMAGE,
        ports=Ports(first, first + 1, first + 2),
        load=("a b", "*"),
        shared_memory_mb=128,
        cache_bytes=1 << 20,
        arguments=("--log-info=1", "$x'y\"z"),
        environment=(("GREETING", 'it\'s $5, "mate"'), ("EMPTY", "")),
        inherited=("TRIREME_TOKEN",),
        bind="127.0.0.2",
        options=options,
        limits=ContainerOptions(512, 1.5, "1234:1234"),
    )


_SHOWN: tuple[Callable[[Engine, Container], dict[str, Any]], ...] = (
    lambda engine, described: engine.run(shell_script(described)),
    lambda engine, described: engine.composed(compose_file(described)),
)


def test_the_line_the_script_and_the_compose_file_make_the_container_of_the_studio(
    engine: Engine, spec: LaunchSpec
) -> None:
    made = engine.created(container(spec))
    assert made["Config"]["User"] == "1234:1234"
    assert made["HostConfig"]["Memory"] == 512 << 20
    assert made["HostConfig"]["NanoCpus"] == 1_500_000_000
    bound = [each["HostIp"] for (each,) in made["HostConfig"]["PortBindings"].values()]
    assert bound == ["127.0.0.2"] * 3
    assert made["HostConfig"]["CapDrop"] == ["ALL"]
    assert engine.run(command_line(spec)) == made
    for shown in _SHOWN:
        assert shown(engine, container(spec)) == made


def test_one_that_shares_memory_with_clients_is_equal_and_runs_as_the_person(engine: Engine, spec: LaunchSpec) -> None:
    sharing = replace(spec, options=ServerOptions(client_shared_memory=True), limits=ContainerOptions())
    made = engine.created(container(sharing))
    assert made["HostConfig"]["IpcMode"] == "host"
    assert made["Config"]["User"] == f"{os.getuid()}:{os.getgid()}"
    assert engine.run(command_line(sharing)) == made
    for shown in _SHOWN:
        assert shown(engine, container(sharing)) == made


@pytest.mark.parametrize("gpus", [Gpus(all=True), Gpus(ids=("1",)), Gpus(ids=("0", "GPU-8f3a"))])
def test_gpus_are_asked_for_in_the_same_way(engine: Engine, spec: LaunchSpec, gpus: Gpus) -> None:
    asked = replace(spec, gpus=gpus, control=ControlMode.POLL)
    made = engine.created(container(asked))
    (request,) = made["HostConfig"]["DeviceRequests"]
    asks = {"Count": -1} if gpus.all else {"DeviceIDs": list(gpus.ids)}
    assert request == {**asks, "Capabilities": [["gpu"]]}
    assert engine.run(command_line(asked)) == made
    assert engine.composed(compose_file(container(asked))) == made


def test_ports_that_were_found_stand_in_what_is_shown(engine: Engine, spec: LaunchSpec) -> None:
    first = free_triple()
    found = Ports(first, first + 1, first + 2)
    made = engine.created(container(spec, found))
    assert engine.run(command_line(spec, found)) == made
    assert json.loads(made["Config"]["Labels"]["trireme.spec"])["ports"] == [
        spec.ports.http,
        spec.ports.grpc,
        spec.ports.metrics,
    ]


def test_trireme_serve_makes_the_container_of_the_studio(engine: Engine, spec: LaunchSpec) -> None:
    spec = replace(spec, load=("a b",))
    made = engine.created(container(spec))
    assert engine.served(serve_line(spec)) == made


def test_a_folder_that_is_missing_is_refused_and_not_made(engine: Engine, spec: LaunchSpec, tmp_path: Path) -> None:
    missing = replace(spec, repository=tmp_path / "gone")
    done = subprocess.run(["sh", "-c", command_line(missing)], capture_output=True, text=True, timeout=120)
    assert "bind source path does not exist" in done.stderr
    assert not (tmp_path / "gone").exists()
