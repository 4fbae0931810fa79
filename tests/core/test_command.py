"""The command beside the launch settings does what the settings say."""

import shlex
from pathlib import Path

from studio.core.serving.command import command_line
from studio.core.serving.compose import compose_file
from studio.core.serving.container import Place, container
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports

REPOSITORY = Path("/srv/vision models")


def words(spec: LaunchSpec) -> list[str]:
    """The command as a shell reads it."""
    return shlex.split(command_line(spec).replace("\\\n", " "))


def test_a_container_gets_its_gpus_its_ports_and_a_repository_that_it_cannot_write() -> None:
    spec = LaunchSpec(
        EngineKind.DOCKER,
        REPOSITORY,
        image="tritonserver:x",
        gpus=Gpus(ids=("0", "2")),
        ports=Ports(1, 2, 3),
        load=("a",),
    )
    found = words(spec)
    assert found[:2] == ["docker", "run"]
    assert found[found.index("--gpus") + 1] == '"device=0,2"'
    assert found[found.index("--mount") + 1] == "type=bind,src=/srv/vision models,dst=/models,readonly"
    assert "127.0.0.1:1:8000" in found
    assert found[-11:] == [
        "tritonserver",
        "--model-repository=/models",
        "--model-control-mode=explicit",
        "--load-model=a",
        "--exit-on-error=false",
        "--strict-readiness=false",
        "--metrics-config=summary_latencies=true",
        "--trace-config=triton,file=/tmp/trace.json",
        "--trace-config=triton,log-frequency=1",
        "--trace-config=level=OFF",
        "--trace-config=rate=1",
    ]


def test_the_line_goes_to_the_engine_and_the_ports_that_were_found() -> None:
    spec = LaunchSpec(EngineKind.DOCKER, REPOSITORY, image="tritonserver:x", gpus=Gpus(ids=("1",)))
    found = shlex.split(
        command_line(spec, Ports(8003, 8004, 8005), Place("unix:///run/x.sock", "0:0")).replace("\\\n", " ")
    )
    assert found[:4] == ["docker", "--host", "unix:///run/x.sock", "run"]
    assert found[found.index("--gpus") + 1] == "device=1"
    assert found[found.index("--user") + 1] == "0:0"
    assert "127.0.0.1:8005:8002" in found


def test_the_embedded_engine_is_served_by_the_studios_own_command() -> None:
    spec = LaunchSpec(EngineKind.EMBEDDED, REPOSITORY, control=ControlMode.POLL, cache_bytes=5)
    found = words(spec)
    assert found[:3] == ["trireme", "serve", str(REPOSITORY)]
    assert found[found.index("--control") + 1] == "poll"
    assert "--load-model=*" not in found
    assert "--gpus" not in found


def test_there_is_no_command_for_a_server_of_somebody_else() -> None:
    assert command_line(LaunchSpec(EngineKind.ATTACHED)) == ""


def test_what_yaml_takes_otherwise_than_json_is_written_out_in_a_compose_file() -> None:
    odd = "\x7f\x85\u2028\u2029\ufeff é \U0001f600 $x"
    spec = LaunchSpec(EngineKind.DOCKER, Path("/models"), image="triton", environment=(("ODD", odd),))
    assert r'"ODD=\u007f\u0085\u2028\u2029\ufeff é 😀 $$x"' in compose_file(container(spec))
