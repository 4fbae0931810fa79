"""What is said of a container before it is started, from what is known of the repository, the image and the machine."""

from __future__ import annotations

import pytest

from studio.core.checking.releases import release_in
from studio.core.config.model_config import config
from studio.core.serving import doctor
from studio.core.serving.doctor import Diagnosis, Needs, needs
from studio.core.serving.launch import Ports
from studio.text.parse import parse

_TEXTS = {
    "steps": 'platform: "ensemble"',
    "prepare": 'backend: "python" instance_group [ { count: 6 } { count: 2 } ]',
    "words": 'backend: "python" instance_group [ { gpus: [ 0, 2 ] } { kind: KIND_CPU } ]',
    "net": 'platform: "onnxruntime_onnx" instance_group { kind: KIND_GPU }',
}


@pytest.fixture
def asked() -> Needs:
    return needs({name: config(parse(text)) for name, text in _TEXTS.items()}, ("net",), (24, 10))


def test_a_repository_needs_its_python_instances_and_backends(asked: Needs) -> None:
    assert asked.python == (("prepare", 8), ("words", 2))
    assert asked.gpus == (("words", 2), ("net", 0))
    assert asked.backends == (("prepare", "python"), ("words", "python"), ("net", "onnxruntime"))


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("nvcr.io/nvidia/tritonserver:24.10-py3", (24, 10)),
        ("tritonserver:23.08", (23, 8)),
        ("localhost:5000/tritonserver:local", None),
        ("tritonserver", None),
    ],
)
def test_a_tag_tells_the_release(image: str, release: tuple[int, int] | None) -> None:
    assert release_in(image) == release


def test_shared_memory_is_held_against_the_instances(asked: Needs) -> None:
    assert doctor.shared_memory(asked, 256, "tritonserver:24.10-py3").level == "ok"
    old = doctor.shared_memory(asked, 256, "tritonserver:23.08-py3")
    assert old.level == "error"
    assert "10 Python instances take 640 MB when they start, 8 of them for prepare." in old.text
    assert old.remedy == "Set it to 1280 MB."
    assert doctor.shared_memory(Needs(), 1, "x").level == "ok"


def test_backends_that_an_image_lacks_are_named_where_it_is_known(asked: Needs) -> None:
    (found,) = doctor.backends(asked, "nvcr.io/nvidia/tritonserver:24.10-pyt-python-py3")
    assert found.text == "The image has no backend onnxruntime, which net needs."
    bare = doctor.backends(asked, "tritonserver:24.10-py3-min")
    assert bare[0].text == "The image has no backend python, which prepare and 1 more need."
    assert doctor.backends(asked, "tritonserver:24.10-py3") == []
    assert "no server" in doctor.backends(asked, "tritonserver:24.10-py3-sdk")[0].text


def test_the_checker_speaks_of_one_release(asked: Needs) -> None:
    first, second = doctor.findings(asked, "tritonserver:25.08-py3")
    assert "refuses net." in first.text
    assert second.text == "The image is of release 25.08, and what is checked is of 24.10."
    assert [each.level for each in doctor.findings(Needs(release=(24, 10)), "tritonserver:24.10-py3")] == ["ok"]


def test_ports_disk_and_processor() -> None:
    assert doctor.ports(Ports(), ()).level == "ok"
    assert doctor.ports(Ports(), (8002, 8000)).text == "Ports 8000, 8002 are in use by another program."
    assert doctor.disk(50 * 10**9, "/d") == Diagnosis("ok", "50.0 GB are free where Docker keeps its data.")
    assert "Only 500.0 MB are free at /d" in doctor.disk(5 * 10**8, "/d").text
    assert doctor.processor("amd64", "x86_64") is None
    wrong = doctor.processor("arm64", "x86_64")
    assert wrong is not None
    assert wrong.text == "The image is built for arm64, and Docker runs on amd64."
