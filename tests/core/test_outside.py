"""What lies out of a repository is named, with what a server does with it, and nothing of it is told before it may."""

import json
from pathlib import Path

import pytest

from studio.cli.main import main
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.repositories import check_path
from studio.core.failure import CoreError
from studio.core.files.repository import ModelFolder, Repository, scan
from studio.core.operations.models import duplicate
from studio.core.operations.renaming import find_uses
from tests.core.repositories import CPU, PLAIN, write

_SECRET = "PlantedSecret"
_PYTHON = PLAIN.replace("onnxruntime", "python")
_CODE = f"class TritonPythonModel:\n    def execute(self, requests):\n        return {_SECRET}\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the repository with one of each: every file of it holds the secret."""
    made = tmp_path / "outside"
    (made / "model" / "1").mkdir(parents=True)
    (made / "config.pbtxt").write_text(f'{_SECRET}: 1 name: "{_SECRET}"')
    (made / "labels.txt").write_text(f"{_SECRET}\n" * 3)
    (made / "model.py").write_text(f"def {_SECRET}(: pass")
    (made / "model" / "config.pbtxt").write_text(f"{_SECRET}: 1")
    (made / "model" / "1" / "model.py").write_text(f"def {_SECRET}(: pass")
    (made / "data").write_bytes(_SECRET.encode() * 8)
    return made


@pytest.fixture
def root(tmp_path: Path, outside: Path) -> Path:
    """A repository each of whose models leads out of it in a way of its own."""
    models = tmp_path / "models"
    (write(models, "config", None) / "config.pbtxt").symlink_to(outside / "config.pbtxt")
    (write(models, "label", _labelled("labels.txt")) / "labels.txt").symlink_to(outside / "labels.txt")
    write(models, "up", _labelled("../../outside/labels.txt"))
    (write(models, "code", _PYTHON) / "1" / "model.py").symlink_to("../../../outside/model.py")
    write(models, "named", _PYTHON + 'default_model_filename: "../../../outside/model.py"\n')
    (write(models, "version", _PYTHON) / "1").rmdir()
    (models / "version" / "1").symlink_to(outside / "model" / "1")
    (models / "folder").symlink_to(outside / "model")
    warm = write(models, "warm", _warmed("data"))
    (warm / "warmup").symlink_to(outside)
    capable = 'cc_model_filenames { key: "9.0" value: "../../../outside/data" }'
    write(models, "capable", PLAIN + capable)
    (write(models, "sums", PLAIN + _sums("file")) / "file").symlink_to(outside / "data")
    for python in (models / "warm", models / "capable", models / "label", models / "up", models / "sums"):
        (python / "1" / "model.onnx").touch()
    return models


def _labelled(file: str) -> str:
    return PLAIN.replace("dims: [ 2 ]", f'dims: [ 2 ] label_filename: "{file}"')


def _warmed(file: str) -> str:
    value = f'{{ data_type: TYPE_FP32 dims: 3 input_data_file: "{file}" }}'
    return PLAIN + f'model_warmup {{ name: "w" batch_size: 1 inputs {{ key: "x" value {value} }} }}\n'


def _sums(name: str) -> str:
    parameters = f'parameters {{ key: "MD5:{name}" value: "0" }}'
    return f'model_repository_agents {{ agents {{ name: "checksum" {parameters} }} }}\n'


def _model(repository: Repository, name: str) -> ModelFolder:
    found = repository.model(name)
    assert found is not None
    return found


def _found(root: Path, *, follow_links: bool = False) -> dict[str, tuple[Finding, ...]]:
    return {model.name: model.findings for model in check_path(root, CPU, follow_links=follow_links).models}


def _leading(findings: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in findings if each.rule in ("leads-outside", "config-outside")]


@pytest.mark.parametrize(
    ("model", "words", "server"),
    [
        (
            "config",
            "“config.pbtxt” leads out of the repository by a link, to {}/config.pbtxt.",
            "Triton reads it there.",
        ),
        ("label", "The label file “labels.txt” of the output “y” leads out", "Triton 24.10 reads it there."),
        ("up", "leads out of the repository by “..”, to {}/labels.txt.", "Triton 24.10 reads it there."),
        ("code", "“1/model.py” leads out of the repository by a link, to {}/model.py.", "Triton runs it from there."),
        ("named", "leads out of the repository by “..”, to {}/model.py.", "Triton runs it from there."),
        ("version", "“1” leads out of the repository by a link, to {}/model/1.", "Triton takes it for a folder"),
        ("folder", "“folder” leads out of the repository by a link, to {}/model.", "Triton takes it for a folder"),
        ("warm", "The data file “data” leads out of the repository by a link, to {}/data.", "Triton reads it there."),
        ("capable", "leads out of the repository by “..”, to {}/data.", "on a GPU of compute capability 9.0."),
        ("sums", "“file” leads out of the repository by a link, to {}/data.", "Triton's agent sums it up there."),
    ],
)
def test_each_way_out_is_named_with_what_the_server_does(
    root: Path, outside: Path, model: str, words: str, server: str
) -> None:
    (finding,) = _leading(_found(root)[model])
    assert words.format(outside) in finding.message
    assert server in finding.message
    assert finding.severity is not Severity.ERROR
    assert finding.model == model


def test_nothing_of_what_lies_outside_is_told_before_it_may_be(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(root), "--gpus", "none"]) == 2
    assert main(["check", str(root), "--gpus", "none", "--format", "json"]) == 2
    said = capsys.readouterr().out
    assert _SECRET not in said
    assert "config: was not checked" in said
    assert "Read it anyway: --follow-links" in said


def test_with_leave_all_of_it_is_read(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not any(map(_leading, _found(root, follow_links=True).values()))
    assert main(["check", str(root), "--gpus", "none", "--follow-links", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)["repositories"][0]["models"]
    rules = {model["name"]: {each["rule"] for each in model["findings"]} for model in told}
    assert _SECRET in json.dumps(told)
    assert "pbtxt-unknown-field" in rules["config"] & rules["folder"]
    assert "py-import-error" in rules["code"] & rules["named"] & rules["version"]
    assert "label-count" in rules["label"] & rules["up"]
    assert "agent-checksum-mismatch" in rules["sums"]


def test_leave_for_one_place_is_no_leave_for_another(root: Path, outside: Path) -> None:
    found = scan(root, (str(outside / "labels.txt"),))
    assert found.bounds.outside(root / "label" / "labels.txt") is None
    assert found.bounds.outside(root / "config" / "config.pbtxt") == outside / "config.pbtxt"
    assert [version.files for version in _model(found, "version").versions] == [()]


def test_weights_are_read_where_a_link_of_their_name_leads(tmp_path: Path) -> None:
    """People keep weights in a store of their own: a file there is read, one of another folder is not."""
    store = tmp_path / "store"
    store.mkdir()
    (store / "blob").write_bytes(b"no model")
    linked = write(tmp_path / "models", "linked")
    (linked / "1" / "model.onnx").symlink_to(store / "blob")
    (write(tmp_path / "models", "system") / "1" / "model.onnx").symlink_to("/proc/self/environ")
    found = _found(tmp_path / "models")
    assert [each.rule for each in found["linked"]] == ["model-file-unread"]
    assert "not a sound ONNX file" in found["linked"][0].message
    assert all("environ" not in each.message for each in found["system"])


def test_a_path_that_begins_with_a_slash_leads_nowhere_else(tmp_path: Path, outside: Path) -> None:
    """The server puts it behind the model's folder."""
    write(tmp_path / "models", "m", _PYTHON + f'default_model_filename: "{outside}/model.py"\n')
    (finding,) = _found(tmp_path / "models")["m"]
    assert finding.rule == "py-file-missing"


def test_neither_a_copy_nor_a_rename_reads_what_lies_outside(root: Path, outside: Path) -> None:
    before = (outside / "config.pbtxt").read_bytes()
    repository = scan(root)
    folder = _model(repository, "config")
    with pytest.raises(CoreError, match="leads out of the repository"):
        duplicate(folder, "copy")
    assert not (root / "copy").exists()
    assert (outside / "config.pbtxt").read_bytes() == before
    assert "config/config.pbtxt" in find_uses(_model(repository, "label"), repository).unsure
