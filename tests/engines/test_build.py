"""An image with further Python packages, made by a real Docker from a real image, without a network."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import pip
import pytest
from docker.errors import ImageNotFound

from studio.core.serving.devices.suitable import GpuMachine
from studio.core.serving.doctor import Needs
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.launching.derived import derived_name, recipe
from studio.core.serving.launching.options import ContainerOptions
from studio.engines.docker.build import BUILDS, BuildCancelled, build
from studio.engines.docker.container import ContainerServer
from studio.engines.docker.doctor import examine
from studio.engines.docker.leftovers import adopt
from studio.engines.failure import EngineError
from tests.engines.conftest import Serve, fp32
from tests.engines.docker_image import IMAGE
from tests.engines.models import python_model
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("endpoint")]

PACKAGE = "tiny-trireme"
_BASE = "trireme/with-pip:test"
_SLOW = "trireme/with-slow-pip:test"
_DOCKERFILE = f"""\
FROM {IMAGE}
COPY . /opt/offline/
ENV PYTHONPATH=/opt/offline PIP_NO_INDEX=1 PIP_FIND_LINKS=/opt/offline/wheels
CMD ["tritonserver"]
"""
_SLOW_DOCKERFILE = f"""\
FROM {IMAGE}
ENV PYTHONPATH=/opt/slow
COPY . /opt/slow/
"""
_MODEL = """
import tiny_trireme
import triton_python_backend_utils as utils

class TritonPythonModel:
    def execute(self, requests):
        found = [utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        return [utils.InferenceResponse([utils.Tensor("y", each * tiny_trireme.FACTOR)]) for each in found]
"""


def _wheel(folder: Path) -> None:
    folder.mkdir()
    info = "tiny_trireme-1.0.dist-info"
    metadata = "Metadata-Version: 2.1\nName: tiny-trireme\nVersion: 1.0\n"
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {"tiny_trireme.py": "FACTOR = 3\n", f"{info}/METADATA": metadata, f"{info}/WHEEL": kind}
    with zipfile.ZipFile(folder / "tiny_trireme-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD")))


@pytest.fixture(scope="module")
def base(docker_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image of the tests with a pip, and one package that it can install; beside it one whose pip never ends."""
    folder, slow = tmp_path_factory.mktemp("base"), tmp_path_factory.mktemp("slow")
    shutil.copytree(Path(pip.__file__).parent, folder / "pip", ignore=shutil.ignore_patterns("__pycache__"))
    _wheel(folder / "wheels")
    (folder / "Dockerfile").write_text(_DOCKERFILE, "utf-8")
    (slow / "pip.py").write_text("import time; print('Collecting', flush=True); time.sleep(3600)", "utf-8")
    (slow / "Dockerfile").write_text(_SLOW_DOCKERFILE, "utf-8")
    client = docker.DockerClient(base_url=docker_endpoint)
    for path, name in ((folder, _BASE), (slow, _SLOW)):
        client.images.build(path=str(path), tag=name, rm=True)
    yield _BASE
    for name in (derived_name(_BASE, (PACKAGE,)), _BASE, _SLOW):
        with suppress(ImageNotFound):
            client.images.remove(name, force=True)
    client.close()


@pytest.fixture
def client(docker_endpoint: str) -> Iterator[docker.DockerClient]:
    made = docker.DockerClient(base_url=docker_endpoint)
    yield made
    made.close()


def _never() -> bool:
    return False


def test_a_model_finds_its_package_in_the_image_that_was_made(
    base: str, serve: Serve, tmp_path: Path, client: docker.DockerClient
) -> None:
    told: list[tuple[float, str]] = []
    name = build(base, (PACKAGE,), lambda part, text: told.append((part, text)), _never)
    assert name == derived_name(base, (PACKAGE,))
    assert told[-1] == (0.95, "Keeping the image")
    assert len(told) > 1
    assert [part for part, _ in told] == sorted(part for part, _ in told)
    assert not client.containers.list(all=True, filters={"name": f"^/?{BUILDS}"})
    assert client.api.inspect_image(name)["Config"]["Cmd"] == ["tritonserver"]
    python_model(tmp_path / "models")
    (tmp_path / "models" / "identity" / "1" / "model.py").write_text(_MODEL, "utf-8")
    limits = ContainerOptions(packages=(PACKAGE,), memory_mb=2048, cpus=1.5)
    served = serve(tmp_path / "models", kind=EngineKind.DOCKER, image=base, limits=limits).wait()
    assert served.infer("identity", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [3, 6, 9])
    (running,) = client.containers.list(filters={"ancestor": name})
    assert (running.attrs["HostConfig"]["Memory"], running.attrs["HostConfig"]["NanoCpus"]) == (
        2048 << 20,
        1_500_000_000,
    )


def test_an_image_that_was_not_made_is_told_before_and_at_the_start(base: str, serve: Serve, tmp_path: Path) -> None:
    python_model(tmp_path / "models")
    limits = ContainerOptions(packages=("pillow",))
    spec = LaunchSpec(EngineKind.DOCKER, tmp_path / "models", image=base, limits=limits)
    found = examine(spec, Needs(), GpuMachine())
    told = f"The image with the Python packages was not made yet: {derived_name(base, ('pillow',))}."
    assert told in [each.text for each in found if each.level == "error"]
    with pytest.raises(EngineError, match="with pillow was not made yet"):
        serve(tmp_path / "models", kind=EngineKind.DOCKER, image=base, limits=limits)


def test_docker_makes_the_same_of_the_recipe_that_is_shown(base: str, client: docker.DockerClient) -> None:
    ours = client.api.inspect_image(build(base, (PACKAGE,), lambda *_: None, _never))
    dockerfile = io.BytesIO(recipe(base, (PACKAGE,)).encode())
    theirs, _ = client.images.build(fileobj=dockerfile, rm=True)
    try:
        told = client.api.inspect_image(theirs.id)
        for name in ("Env", "Cmd", "Entrypoint", "User", "WorkingDir", "Labels"):
            assert (ours["Config"].get(name) or None) == (told["Config"].get(name) or None)
        line = ["python3", "-c", "import tiny_trireme; print(tiny_trireme.FACTOR)"]
        assert client.containers.run(theirs.id, line, remove=True) == b"3\n"
    finally:
        client.images.remove(theirs.id, force=True)


def test_a_package_that_there_is_not_is_told_in_pips_words(base: str, client: docker.DockerClient) -> None:
    with pytest.raises(EngineError, match="No matching distribution found for no-such-thing") as failed:
        build(base, ("no-such-thing",), lambda *_: None, _never)
    assert "names and versions" in failed.value.remedy
    with pytest.raises(ImageNotFound):
        client.api.inspect_image(derived_name(base, ("no-such-thing",)))
    assert not client.containers.list(all=True, filters={"name": f"^/?{BUILDS}"})


def test_an_image_without_pip_or_that_is_not_here_is_told(client: docker.DockerClient) -> None:
    with pytest.raises(EngineError, match="No module named pip"):
        build(IMAGE, (PACKAGE,), lambda *_: None, _never)
    with pytest.raises(EngineError):
        build("trireme/no-such-image:1", (PACKAGE,), lambda *_: None, _never)


def test_a_build_is_left_at_once_though_pip_prints_nothing(base: str, client: docker.DockerClient) -> None:
    told: list[str] = []
    with pytest.raises(BuildCancelled):
        build(_SLOW, (PACKAGE,), lambda _, text: told.append(text), lambda: "Collecting" in told)
    assert told == ["Collecting"]
    assert not client.containers.list(all=True, filters={"name": f"^/?{BUILDS}"})


def test_a_container_with_packages_is_adopted_with_what_it_was_made_from(
    base: str, serve: Serve, tmp_path: Path
) -> None:
    build(base, (PACKAGE,), lambda *_: None, _never)
    python_model(tmp_path / "models")
    limits = ContainerOptions(packages=(PACKAGE,), user="0:0")
    bind = "0.0.0.0"  # noqa: S104 - what it is about
    served = serve(tmp_path / "models", kind=EngineKind.DOCKER, image=base, limits=limits, bind=bind).wait()
    assert isinstance(served.server, ContainerServer)
    served.server.claimed.close()
    again = adopt(served.server.container.name)
    assert again.spec == served.server.spec
    assert (again.spec.image, again.spec.limits) == (base, limits)
    assert again.addresses == served.server.addresses
    assert again.addresses.http.startswith("127.0.0.1:")
    ports = again.container.attrs["NetworkSettings"]["Ports"].values()
    assert {bound["HostIp"] for each in ports for bound in each} == {bind}
    assert again.container.exec_run(["id", "-u"]).output == b"0\n"
    again.stop(timeout=2)
