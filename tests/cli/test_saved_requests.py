"""`trireme test` and `trireme batch` as a person types them, with the example on the real embedded server."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from xml.etree import ElementTree

import numpy as np
import pytest

from studio.cli.main import main
from studio.cli.serving import served
from studio.core.files.example import write_example
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.engine import Server
from tests.client.server import free_port

ALL = ("classifier-of-zeros", "images/anchor", "images/buoy", "texts/distress", "texts/fees")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The example, served once for all of these tests."""
    repository = write_example(tmp_path_factory.mktemp("tested") / "example")
    ports = Ports(free_port(), free_port(), free_port())
    spec = LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.NONE, ports=ports)
    with served(spec, trusted=True) as server:
        yield server


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the example whose requests may be changed; the server has another."""
    return write_example(tmp_path / "example")


def _test(server: Server, repository: Path, *words: str) -> int:
    addresses = server.addresses
    return main(["test", str(repository), "--address", addresses.http, "--grpc", addresses.grpc, *words])


def _spoil(repository: Path, name: str) -> Path:
    path = repository.with_name("models.trireme") / "requests" / f"{name}.json"
    tree = json.loads(path.read_text("utf-8"))
    if name == "classifier-of-zeros":
        tree["expect"]["probabilities"]["values"][3] += 0.5
    else:
        tree["expect"]["probabilities"]["classes"] = ["wave"]
    path.write_text(json.dumps(tree), "utf-8")
    return path


def test_every_request_of_the_example_is_answered_as_expected(
    server: Server, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _test(server, repository) == 0
    told = capsys.readouterr().out
    assert told.endswith("5 passed.\n")
    assert all(name in told for name in ALL)


def test_a_server_is_started_for_it_where_no_address_is_given(repository: Path) -> None:
    for image_model in ("image_pipeline", "preprocess", "classifier", "postprocess"):
        rmtree(repository / image_model)
    # The example's own code is known.
    with (repository / "tokenizer" / "1" / "model.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    words = ["test", str(repository), "texts", "--http-port=0", "--grpc-port=0", "--metrics-port=0"]
    run = [sys.executable, "-m", "studio", *words]
    asked = subprocess.run(run, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert asked.returncode == 3
    assert "--trust" in asked.stderr
    done = subprocess.run([*run, "--trust"], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "2 passed." in done.stdout


def test_what_differs_is_told_with_place_and_size(
    server: Server, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spoil(repository, "classifier-of-zeros")
    _spoil(repository, "images/buoy")
    assert _test(server, repository) == 1
    told = capsys.readouterr().out
    assert "1 of 10 differ, by 0.5 at most" in told
    assert "at [0, 3]" in told
    assert "best: buoy" in told
    assert "3 passed, 2 failed." in told


def test_names_folders_patterns_and_tags_choose(
    server: Server, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, count in (
        (["texts"], 2),
        (["images/anchor", "--format=text", "texts/fees"], 2),
        (["*zeros"], 1),
        (["--tag", "images"], 2),
        (["--tag", "images", "--tag", "texts"], 4),
    ):
        assert _test(server, repository, *words) == 0
        assert f"{count} passed." in capsys.readouterr().out
    assert _test(server, repository, "nobody") == 4
    assert "no request that is meant" in capsys.readouterr().err


def test_bail_stops_at_the_first_that_fails(
    server: Server, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spoil(repository, "classifier-of-zeros")
    assert _test(server, repository, "--bail") == 1
    assert "1 failed, 4 not sent." in capsys.readouterr().out


def test_write_makes_what_came_what_is_expected_and_leaves_the_rest(server: Server, repository: Path) -> None:
    path = _spoil(repository, "classifier-of-zeros")
    requests = path.parent
    others = {each: each.read_bytes() for each in requests.rglob("*.json") if each != path}
    assert _test(server, repository, "--write") == 0
    assert {each: each.read_bytes() for each in others} == others
    kept = json.loads(path.read_text("utf-8"))
    assert kept["expect"]["probabilities"]["absolute"] == 0.001
    assert _test(server, repository) == 0


def test_reports_for_scripts_and_systems(server: Server, repository: Path, tmp_path: Path) -> None:
    _spoil(repository, "classifier-of-zeros")
    (repository.with_name("models.trireme") / "requests" / "bad<.json").write_text("{", "utf-8")
    files = {form: tmp_path / "reports" / f"report.{form}" for form in ("json", "junit", "html", "text")}
    for form, path in files.items():
        assert _test(server, repository, "--format", form, "--output", str(path)) == 1
    found = json.loads(files["json"].read_text("utf-8"))
    states = {each["name"]: each["state"] for each in found["requests"]}
    assert states == {**dict.fromkeys(ALL, "passed"), "classifier-of-zeros": "failed", "bad<": "error"}
    (off,) = [each for each in found["requests"] if each["state"] == "failed"]
    assert off["outputs"][0]["difference"]["where"] == [0, 3]
    root = ElementTree.fromstring(files["junit"].read_text("utf-8"))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "1", "1")
    page = files["html"].read_text("utf-8")
    assert "bad&lt;" in page
    assert "1 of 10 differ" in page
    assert "4 passed, 1 failed, 1 error." in files["text"].read_text("utf-8")


def test_environments_and_variables(server: Server, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    requests = repository.with_name("models.trireme") / "requests"
    (requests / "environments.json").write_text('{"old": {"VERSION": "1"}}', "utf-8")
    tree = {"model": "classifier", "version": "${VERSION}", "inputs": {"pixels": {"generate": "ones"}}}
    (requests / "of-version.json").write_text(json.dumps(tree), "utf-8")
    assert _test(server, repository, "of-version", "--environment", "old") == 0
    assert _test(server, repository, "of-version", "--set", "VERSION=2") == 0
    capsys.readouterr()
    assert _test(server, repository, "of-version") == 1
    assert "VERSION has no value" in capsys.readouterr().out
    assert _test(server, repository, "of-version", "--environment", "new") == 3
    assert "There: old." in capsys.readouterr().err


def test_a_model_that_did_not_load_and_a_server_that_is_not_there_are_told(
    server: Server, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = repository.with_name("models.trireme") / "requests"
    (requests / "other.json").write_text('{"model": "nobody"}', "utf-8")
    assert _test(server, repository, "other") == 1
    assert "nobody" in capsys.readouterr().out
    assert main(["test", str(repository), "--address", f"127.0.0.1:{free_port()}"]) == 3
    assert "no server answers there" in capsys.readouterr().err


def test_the_exit_codes_are_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["test", "--help"])
    assert ended.value.code == 0
    assert "4  no request has such a name and tag" in capsys.readouterr().out


def test_a_folder_of_images_is_asked_about_with_the_broken_one_told_and_the_run_goes_on(
    server: Server, repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, results = tmp_path / "images", tmp_path / "results"
    images.mkdir()
    samples = sorted((repository.parent / "samples" / "images").iterdir())
    for each in samples[:20]:
        (images / each.name).write_bytes(each.read_bytes())
    (images / "broken.png").write_bytes(b"no image")
    words = ["batch", "image_pipeline", str(images), "--grpc", server.addresses.grpc, "--results", str(results)]
    assert main([*words, "--jobs", "3"]) == 1
    assert "21 of 21, 1 failed" in capsys.readouterr().err
    with (results / "results.csv").open(encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert len(rows) == 21
    assert rows["anchor-1.png"]["label"] == "anchor"
    assert rows["broken.png"]["state"] == "failed"
    with np.load(results / "results.npz") as arrays:
        assert arrays["probabilities"].shape == (20, 1, 10)

    (images / "broken.png").write_bytes(samples[20].read_bytes())
    assert main(words) == 0
    assert "20 of 21 are done already." in capsys.readouterr().err
