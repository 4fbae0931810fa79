"""Images are pulled from a real registry of this machine: with progress, refused, cancelled, unreachable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from studio.core.serving.launching.image_names import as_docker_lists, pinned
from studio.engines.docker.connection import connect
from studio.engines.docker.digest import digest
from studio.engines.docker.engine import image_names
from studio.engines.docker.pull import Layers, PullCancelled, pull, with_tag
from studio.engines.failure import EngineError
from tests.client.server import free_port
from tests.engines.docker_image import IMAGE
from tests.fixtures.containers import docker_endpoint as docker_endpoint
from tests.fixtures.containers import endpoint as endpoint
from tests.fixtures.registry import push_image, registry_in

pytestmark = [pytest.mark.docker]


@pytest.fixture
def registry(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a registry; one that wants a login where it is asked for that."""
    with registry_in(tmp_path, bool(getattr(request, "param", False))) as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture
def image(endpoint: str, registry: str, tmp_path: Path) -> Iterator[str]:
    """An image of two layers that the registry has and Docker has not."""
    name = f"{registry}/tritonserver:small"
    push_image(endpoint, name, tmp_path)
    yield name
    if name in image_names():
        client = docker.DockerClient(base_url=endpoint)
        client.images.remove(name, force=True)
        client.close()


def test_an_image_comes_layer_by_layer_with_its_size(image: str) -> None:
    told: list[tuple[float, str]] = []
    assert image not in image_names()
    assert pull(image, lambda fraction, text: told.append((fraction, text)), lambda: False) == image
    assert image in image_names()
    assert told[-1][0] == 1.0
    assert told[-1][1].startswith("2 of 2 layers, 6 of 6 MB")
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


def test_an_image_is_pinned_to_the_digest_that_the_registry_tells(image: str) -> None:
    asked = digest(image)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", asked)
    name = pinned(image, asked)
    assert pull(name, lambda *_: None, lambda: False) == name
    assert as_docker_lists(name) in image_names()
    assert image not in image_names()
    assert digest(name) == asked
    client = connect()
    made = client.containers.create(name, ["/one"])
    assert made.attrs["Config"]["Image"] == name
    made.remove()
    client.images.remove(as_docker_lists(name), force=True)
    client.close()


def test_an_image_that_was_never_in_a_registry_has_no_digest(endpoint: str) -> None:
    with pytest.raises(EngineError, match="never in a registry"):
        digest(IMAGE)


def test_a_pull_is_left_where_the_person_says_so(image: str) -> None:
    told: list[str] = []
    with pytest.raises(PullCancelled, match="cancelled"):
        pull(image, lambda _, text: told.append(text), lambda: bool(told))
    assert len(told) == 1


def test_a_tag_that_the_registry_has_not_is_said(endpoint: str, registry: str) -> None:
    with pytest.raises(EngineError, match="no such image in its registry"):
        pull(f"{registry}/tritonserver:none", lambda _fraction, _text: None, lambda: False)


@pytest.mark.parametrize("registry", [True], indirect=True)
def test_a_registry_that_wants_a_login_is_said(endpoint: str, registry: str) -> None:
    with pytest.raises(EngineError, match="the registry wants a login") as raised:
        pull(f"{registry}/tritonserver:x", lambda _fraction, _text: None, lambda: False)
    assert "docker login" in raised.value.remedy


def test_a_registry_that_cannot_be_reached_is_said(endpoint: str) -> None:
    with pytest.raises(EngineError, match="the registry cannot be reached"):
        pull(f"127.0.0.1:{free_port()}/tritonserver:x", lambda _fraction, _text: None, lambda: False)


def test_layers_are_counted_from_what_docker_says() -> None:
    layers = Layers()
    assert layers.text == "Asking the registry"
    for each in ({"status": "Pulling from x", "id": "1"}, *({"status": "Pulling fs layer", "id": i} for i in "abc")):
        layers.take(each)
    assert layers.text == "0 of 3 layers"
    layers.take({"status": "Downloading", "id": "a", "progressDetail": {"current": 5_000_000, "total": 10_000_000}})
    assert layers.text == "0 of 3 layers, 5 of 10 MB known so far"
    assert layers.fraction == pytest.approx(0.4 / 3)
    layers.take({"status": "Retrying in 5 seconds", "id": "a"})
    assert layers.text.endswith("Retrying in 5 seconds")
    for status in ("Download complete", "Pull complete"):
        layers.take({"status": status, "id": "a"})
    layers.take({"status": "Already exists", "id": "b"})
    assert layers.text == "2 of 3 layers, 10 of 10 MB known so far"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("tritonserver", "tritonserver:latest"),
        ("localhost:5000/tritonserver", "localhost:5000/tritonserver:latest"),
        ("nvcr.io/nvidia/tritonserver:24.10-py3", "nvcr.io/nvidia/tritonserver:24.10-py3"),
        ("tritonserver@sha256:ab", "tritonserver@sha256:ab"),
    ],
)
def test_a_name_without_a_tag_means_the_latest(given: str, taken: str) -> None:
    assert with_tag(given) == taken
