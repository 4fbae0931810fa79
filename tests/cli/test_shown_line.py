"""The command that stands beside the launch settings, run as it is shown, serves as the settings say."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from studio.cli.main import parsed
from studio.cli.serve_options import spec as spec_of
from studio.core.serving.command import command_line, serve_line
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import Addresses, LaunchSpec, Ports
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.engines.embedded import arguments, recorded_in
from studio.engines.install import EngineInfo, info, install, installed_files
from studio.paths import state_dir
from tests.engines.models import python_model
from tests.fixtures.consent import run_its_code
from tests.fixtures.http import HTTP

ANY = Ports(0, 0, 0)
OPTIONS = ServerOptions(
    verbose=2,
    strict=True,
    metrics_interval_ms=500,
    summaries=False,
    trace=Trace("opentelemetry", "TIMESTAMPS", 5, "http://127.0.0.1:4318/v1/traces"),
    rate_limit=True,
    resources=("R1:4", "-r:2:0"),
    client_shared_memory=True,
)
LIMITS = ContainerOptions(4096, 2.5, "1000:1000", ("pillow==11.0.0", "scipy>=1, <2"))
SPEC = LaunchSpec(EngineKind.EMBEDDED, Path("/"), ports=ANY)
STARTED = (
    SPEC,
    replace(
        SPEC,
        control=ControlMode.NONE,
        cache_bytes=1 << 20,
        environment=(("MY_FLAG", "it's one two"),),
        arguments=("--log-info=true",),
        options=replace(OPTIONS, client_shared_memory=False, trace=Trace("triton", "TIMESTAMPS", 1, "/tmp/t.json")),
    ),
)
SPECS = (
    *STARTED,
    replace(SPEC, control=ControlMode.POLL, gpus=Gpus(all=True)),
    replace(SPEC, gpus=Gpus(ids=("0", "1")), inherited=("HF_HOME", "TOKEN")),
    replace(SPEC, control=ControlMode.NONE, arguments=("--load-model=a b", "x=--")),
    replace(SPEC, bind="0.0.0.0", options=OPTIONS),  # noqa: S104 - nothing is started
    replace(SPEC, bind="127.0.0.2", options=replace(OPTIONS, trace=Trace(rate=7, level="TENSORS"))),
    replace(
        SPEC, kind=EngineKind.DOCKER, image="nvcr.io/nvidia/tritonserver:25.10-py3", limits=LIMITS, options=OPTIONS
    ),
    replace(SPEC, kind=EngineKind.DOCKER, shared_memory_mb=512, gpus=Gpus(ids=("GPU-8f3a",))),
    replace(SPEC, load=("a", "-b", "*c"), ports=Ports(1, 2, 3), arguments=("--log-verbose=1",)),
)


@pytest.fixture(scope="module")
def engine() -> EngineInfo:
    found = info()
    return found if found.installed else install(lambda *_: None, lambda: False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two models in a folder whose name a shell would take apart."""
    folder = tmp_path / "its 'own' $HOME models"
    python_model(folder)
    python_model(folder, "second")
    return folder


@pytest.mark.parametrize("spec", SPECS)
def test_the_line_of_the_studio_says_the_whole_specification(spec: LaunchSpec) -> None:
    assert spec_of(parsed(_words(serve_line(spec))[1:])) == spec


@pytest.mark.parametrize("spec", STARTED)
def test_the_line_that_is_shown_starts_the_same_server(
    engine: EngineInfo, repository: Path, tmp_path: Path, spec: LaunchSpec
) -> None:
    spec = replace(spec, repository=repository)
    run_its_code(spec)
    with _run(command_line(spec), tmp_path) as addresses:
        prefix, command = _server()
        files, _ = installed_files()
        assert _served(command).samefile(repository)
        (run,) = (state_dir() / "servers").iterdir()
        expected = replace(spec, repository=_served(command), options=recorded_in(spec.options, run))
        assert command == arguments(files, expected, addresses, prefix)
        index = HTTP.post(f"http://{addresses.http}/v2/repository/index").json()
        ready = {model["name"] for model in index if model.get("state") == "READY"}
        assert ready == {"identity", "second"}


def _words(line: str) -> list[str]:
    return shlex.split(line.replace("\\\n", " "))


def _server() -> tuple[str, list[str]]:
    """The prefix of the one server of this test, and its words after the program."""
    (pid,) = (state_dir() / "servers").glob("*/server.pid")
    command = Path(f"/proc/{pid.read_text('ascii').strip()}/cmdline").read_bytes().decode().split("\0")[:-1]
    named = [re.search(r"shm-region-prefix-name=(.+)", word) for word in command]
    return next(found[1] for found in named if found), command


def _served(command: list[str]) -> Path:
    option = "--model-repository="
    return Path(next(word for word in command if word.startswith(option)).removeprefix(option))


@contextmanager
def _run(line: str, folder: Path) -> Iterator[Addresses]:
    """Runs a line in a shell that has the command, to the end of the block; gives where its server is."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "trireme"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m studio "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    # A shell in a script waits for its child, and would not pass a signal on.
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {line}"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout
        said = []
        for text in process.stdout:
            said.append(text)
            if "Ctrl+C" in text:
                break
        where = dict(re.findall(r"^\s+(http|grpc|metrics)\s+(\S+)", "".join(said), re.MULTILINE))
        assert set(where) == {"http", "grpc", "metrics"}, (folder / "log.txt").read_text()
        yield Addresses(**where)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0
