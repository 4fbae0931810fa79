"""The embedded engine: real servers on real repositories, and nothing left of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.embedded import EmbeddedServer
from studio.engines.environment import server_environment
from studio.engines.failure import EngineError
from studio.engines.install import EngineInfo, installed_files
from studio.engines.registry import start
from tests.engines.conftest import Serve, Served, fp32
from tests.engines.models import IDENTITY, doubler, python_model
from tests.engines.processes import gone, segments, with_prefix
from tests.engines.test_ports import free_triple
from tests.fixtures.http import HTTP

pytestmark = pytest.mark.engine


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    python_model(tmp_path / "models")
    return tmp_path / "models"


def embedded(served: Served) -> EmbeddedServer:
    assert isinstance(served.server, EmbeddedServer)
    return served.server


def test_a_repository_is_served_and_nothing_is_left(serve: Serve, repository: Path) -> None:
    doubler(repository, "double", ["n", 3])
    before = sorted(path.relative_to(repository) for path in repository.rglob("*"))
    served = serve(repository).wait()
    assert served.infer("identity", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [1, 2, 3])
    assert served.infer("double", x=fp32([1, 2, 3, 4, 5, 6], [2, 3]))["y"] == ([2, 3], [2, 4, 6, 8, 10, 12])
    assert "nv_inference_count" in HTTP.get(f"http://{served.server.addresses.metrics}/metrics").text
    server = embedded(served)
    assert segments(server.prefix)
    server.stop()
    ended = server.poll()
    assert ended is not None
    assert (ended.code, ended.reason) == (0, "Stopped.")
    assert gone(server.prefix, 0.0)
    # No `__pycache__`: Triton takes a strange folder for a version, and polling would see a change.
    assert sorted(path.relative_to(repository) for path in repository.rglob("*")) == before
    assert "Started HTTPService" in served.text()
    server.stop()


def test_all_three_services_listen_on_the_loopback_only(serve: Serve, repository: Path) -> None:
    served = serve(repository).wait()
    ports = {int(a.split(":")[1]) for a in (served.server.addresses.http, served.server.addresses.grpc)}
    ports.add(int(served.server.addresses.metrics.split(":")[1]))
    listening = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text("ascii").splitlines()[1:]:
            host, port = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(port, 16) in ports:
                listening[int(port, 16)] = host
    # As it is, or as an IPv6 socket shows it: ::ffff:127.0.0.1
    assert set(listening) == ports
    assert all(host in ("0100007F", "0000000000000000FFFF00000100007F") for host in listening.values())


def test_a_taken_port_is_replaced(serve: Serve, repository: Path) -> None:
    first = free_triple()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        served = serve(repository, ports=Ports(first, first + 1, first + 2)).wait()
    assert served.server.addresses.http != f"127.0.0.1:{first}"
    assert served.server.addresses.grpc == f"127.0.0.1:{first + 1}"


def test_two_servers_at_once(serve: Serve, repository: Path) -> None:
    first = free_triple()
    one, two = (serve(repository, ports=Ports(first, first + 1, first + 2)) for _ in range(2))
    assert one.server.addresses.http == f"127.0.0.1:{first}"
    for served in (one.wait(), two.wait()):
        assert served.infer("identity", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [1, 2, 3])
    one.server.stop()
    assert two.infer("identity", x=fp32([4, 5, 6], [1, 3]))["y"] == ([1, 3], [4, 5, 6])


def test_the_response_cache_answers(serve: Serve, tmp_path: Path) -> None:
    python_model(tmp_path, extra="response_cache { enable: true }")
    served = serve(tmp_path, cache_bytes=1 << 20).wait()
    for _ in range(3):
        served.infer("identity", x=fp32([1, 2, 3], [1, 3]))
    metrics = HTTP.get(f"http://{served.server.addresses.metrics}/metrics").text
    assert 'nv_cache_num_hits_per_model{model="identity",version="1"} 2' in metrics


def test_only_the_models_that_are_named_are_loaded(serve: Serve, repository: Path) -> None:
    python_model(repository, "other")
    served = serve(repository, load=("other",)).wait()
    index = served.index()
    assert index["other"]["state"] == "READY"
    assert "state" not in index["identity"]
    HTTP.post(served.url("/v2/repository/models/identity/load")).raise_for_status()
    assert served.index()["identity"]["state"] == "READY"


def test_what_each_model_prints_is_tied_to_it(serve: Serve, tmp_path: Path) -> None:
    code = "import sys\nprint('I am one of', 'two', end='\\n')\nprint('said beside', file=sys.stderr)\n"
    for name in ("first", "second"):
        python_model(tmp_path / "models", name, code + IDENTITY)
    served = serve(tmp_path / "models").wait()
    told = sorted((line.model, line.text) for line in served.log if line.model)
    texts = ("I am one of two", "said beside")
    assert set(told) == {(name, text) for name in ("first", "second") for text in texts}


def test_one_broken_model_does_not_keep_the_others_from_being_served(serve: Serve, repository: Path) -> None:
    python_model(repository, "broken", code="import no_such_module\n")
    served = serve(repository).wait()
    index = served.index()
    assert index["identity"]["state"] == "READY"
    assert "no_such_module" in index["broken"]["reason"]


def test_control_mode_none_refuses_to_load(serve: Serve, repository: Path) -> None:
    served = serve(repository, control=ControlMode.NONE).wait()
    answer = HTTP.post(served.url("/v2/repository/models/identity/load"))
    assert answer.status_code != 200


def test_a_crash_is_seen_with_its_cause(serve: Serve, repository: Path) -> None:
    served = serve(repository, arguments=("--no-such-argument",))
    ended = served.wait_exit(60.0)
    assert ended.code != 0
    assert "--no-such-argument" in ended.reason
    assert "Usage" in served.text()


def test_a_port_that_is_taken_after_all_is_named(serve: Serve, repository: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        served = serve(repository, arguments=(f"--http-port={port}",))
        ended = served.wait_exit(30.0)
    assert str(port) in ended.reason, served.text()
    assert "in use" in ended.reason


def test_a_server_killed_from_outside_is_seen_and_swept_up(serve: Serve, repository: Path) -> None:
    server = embedded(serve(repository).wait())
    assert server.pid is not None
    assert len(with_prefix(server.prefix)) >= 3
    os.kill(server.pid, signal.SIGKILL)
    ended = Served(server).wait_exit(60.0)
    assert ended.code == -signal.SIGKILL
    assert "killed" in ended.reason
    assert gone(server.prefix, 30.0)


def test_a_server_that_will_not_end_is_killed_in_time(serve: Serve, repository: Path) -> None:
    server = embedded(serve(repository).wait())
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    server.stop(timeout=0.5)
    assert gone(server.prefix, 30.0)


def test_a_killed_supervisor_takes_everything_with_it(serve: Serve, repository: Path) -> None:
    server = embedded(serve(repository).wait())
    server.process.kill()
    ended = Served(server).wait_exit(60.0)
    assert ended.code == -signal.SIGKILL
    assert gone(server.prefix, 3.0)


STUDIO = """\
import sys, time
from pathlib import Path
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.kinds import EngineKind
from studio.engines.registry import start
server = start(LaunchSpec(EngineKind.EMBEDDED, Path(sys.argv[1]), ports=Ports(0, 0, 0)))
print(server.prefix, server.addresses.http, flush=True)
time.sleep(600)
"""
# A model with a child of its own, in a session of its own: the kind of process that outlives everything.
PARENT = """\
import subprocess
subprocess.Popen(["sleep", "987"], start_new_session=True, env={"TAG": "TAG_HERE"})
"""


def tagged(tag: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if tag.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_nothing_outlives_a_studio_that_is_killed(engine: EngineInfo, repository: Path, tmp_path: Path) -> None:
    tag = f"tag-{os.getpid()}-{time.monotonic_ns()}"
    code = PARENT.replace("TAG_HERE", tag) + (repository / "identity" / "1" / "model.py").read_text("utf-8")
    (repository / "identity" / "1" / "model.py").write_text(code, "utf-8")
    studio = subprocess.Popen([sys.executable, "-c", STUDIO, str(repository)], stdout=subprocess.PIPE)
    assert studio.stdout is not None
    prefix, address = studio.stdout.readline().decode().split()
    wait_ready(address)
    assert len(with_prefix(prefix)) >= 3
    assert len(tagged(tag)) >= 1
    studio.kill()
    studio.communicate()
    assert gone(prefix, 5.0)
    assert not tagged(tag)


def wait_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if HTTP.get(f"http://{address}/v2/models/identity/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("not ready in time")


def test_a_thread_that_ends_does_not_end_its_server(serve: Serve, repository: Path) -> None:
    from threading import Thread

    served: list[Served] = []
    thread = Thread(target=lambda: served.append(serve(repository)))
    thread.start()
    thread.join()
    served[0].wait()
    assert served[0].server.poll() is None


def test_a_repository_that_is_not_there_is_said(engine: EngineInfo, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="there is no folder"):
        start(LaunchSpec(EngineKind.EMBEDDED, tmp_path / "none"))


def test_which_gpus_a_server_sees(engine: EngineInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    files, mark = installed_files()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5")

    def visible(gpus: Gpus) -> str | None:
        return server_environment(files, mark.library_dir, gpus).get("CUDA_VISIBLE_DEVICES")

    assert visible(Gpus()) == ""
    assert visible(Gpus(ids=("0", "GPU-8f3a"))) == "0,GPU-8f3a"
    assert visible(Gpus(all=True)) == "5"


def test_search_paths_that_a_person_gives_come_behind_the_engines(engine: EngineInfo) -> None:
    files, mark = installed_files()
    given = {"LD_LIBRARY_PATH": "/mine", "PATH": "/my/bin", "CUDA_VISIBLE_DEVICES": "3"}
    found = server_environment(files, mark.library_dir, Gpus(), ("PYTHONHOME",), given)
    assert found["LD_LIBRARY_PATH"].startswith(f"{files.libraries}:")
    assert found["LD_LIBRARY_PATH"].endswith(":/mine")
    assert found["PATH"] == f"{files.python.parent}:/my/bin"
    assert found["CUDA_VISIBLE_DEVICES"] == "3"


def test_models_get_what_they_may_have_of_the_environment(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUD_KEY", "planted")
    monkeypatch.setenv("MY_FLAG", "mine")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    names = ("TOLD", "MY_FLAG", "OMP_NUM_THREADS", "CLOUD_KEY")
    code = f"import os\nprint('told:', [os.environ.get(name) for name in {names}], flush=True)\n"
    folder = python_model(tmp_path)
    file = folder / "1" / "model.py"
    file.write_text(code + file.read_text("utf-8"), "utf-8")
    served = serve(tmp_path, environment=(("TOLD", "yes"),), inherited=("MY_FLAG",)).wait()
    assert "told: ['yes', 'mine', '1', None]" in served.text()
