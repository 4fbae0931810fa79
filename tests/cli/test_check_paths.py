"""What `trireme check` takes: repositories, models, files of models, and folders to find repositories in."""

import json
import os
from pathlib import Path

import pytest

from studio.cli.main import main
from tests.core.repositories import ENSEMBLE, PLAIN, write

WRONG = PLAIN.replace("[ 3 ]", "[ 0 ]")


def _run(*arguments: str | Path) -> int:
    return main(["check", *map(str, arguments)])


def _told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, list[str]]:
    """The models that are told of, by the folder that holds them."""
    _run(*arguments, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    return {each["path"]: [model["name"] for model in each["models"]] for each in told["repositories"]}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout with two repositories, and with folders that are none."""
    root = tmp_path / "project"
    for name in (".git/hooks", "docs/1", "src/package", "node_modules/a", ".venv/m"):
        (root / name).mkdir(parents=True)
    for hidden in (".git/hooks", "node_modules/a", ".venv/m"):
        (root / hidden / "config.pbtxt").write_text(PLAIN)
    (root / "docs" / "1" / "notes.md").touch()
    (root / "README.md").touch()
    write(root / "models", "m")
    write(root / "models", "e", ENSEMBLE)
    write(root / "models", "apart", WRONG)
    write(root / "services" / "speech", "k")
    (root / "services" / "bare" / "plain" / "1").mkdir(parents=True)
    (root / "services" / "bare" / "plain" / "1" / "model.onnx").touch()
    return root


def test_a_model_is_checked_by_its_folder_its_configuration_or_any_file_of_it(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = checkout / "models" / "apart"
    (model / "1" / "model.savedmodel" / "variables").mkdir(parents=True)
    (model / "1" / "model.savedmodel" / "variables" / "data").touch()
    for path in ("", "config.pbtxt", "1", "1/model.savedmodel/variables/data", "gone.txt"):
        assert _told(capsys, model / path) == {str(checkout / "models"): ["apart"]}
    assert _run(model) == 1


def test_an_ensemble_that_uses_a_changed_model_is_checked_with_it(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = checkout / "models"
    assert _told(capsys, models / "m" / "config.pbtxt") == {str(models): ["e", "m"]}
    assert _told(capsys, models / "e" / "config.pbtxt") == {str(models): ["e"]}
    # What another model lacks is not this change's fault.
    assert _run(models / "m" / "config.pbtxt") == 0
    assert _run(models) == 1


def test_what_used_a_model_that_is_gone_is_checked(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in sorted((checkout / "models" / "m").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    (checkout / "models" / "m").rmdir()
    gone = checkout / "models" / "m" / "config.pbtxt"
    assert _told(capsys, gone) == {str(checkout / "models"): ["e"]}
    assert _run(gone) == 1


def test_files_of_several_repositories_and_of_none(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ("README.md", "docs/1/notes.md", "models/m/config.pbtxt", "services/speech/k/config.pbtxt", "models/m/1")
    told = _told(capsys, *(checkout / file for file in files))
    assert told == {str(checkout / "models"): ["e", "m"], str(checkout / "services" / "speech"): ["k"]}
    assert _run(checkout / "README.md") == 0
    assert "none of the files belongs to a model" in capsys.readouterr().err


def test_paths_are_taken_from_where_one_stands(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = checkout / "models"
    monkeypatch.chdir(models / "m")
    assert _told(capsys, "config.pbtxt") == _told(capsys, ".") == {str(models): ["e", "m"]}
    monkeypatch.chdir(models / "m" / "1")
    assert _told(capsys, "..") == {str(models): ["e", "m"]}
    monkeypatch.chdir(models)
    assert _told(capsys, ".") == {".": ["apart", "e", "m"]}
    assert _told(capsys, "m/config.pbtxt", ".") == {".": ["apart", "e", "m"]}


def test_repositories_are_found_in_a_checkout(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(capsys, "--discover", checkout) == {
        str(checkout / "models"): ["apart", "e", "m"],
        str(checkout / "services" / "bare"): ["plain"],
        str(checkout / "services" / "speech"): ["k"],
    }
    assert _run("--discover", checkout) == 1


def test_a_checkout_that_is_a_repository_itself_has_more_in_it_than_models(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(checkout, "top")
    told = _told(capsys, "--discover", checkout)
    assert told[str(checkout)] == ["top"]
    assert len(told) == 4


def test_a_checkout_without_models_at_its_top_says_how_to_find_them(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(checkout) == 2
    told = capsys.readouterr().err
    assert "this is a git checkout, not a model repository" in told
    assert f"trireme check --discover {checkout}" in told


def test_a_model_that_is_a_checkout_of_its_own_is_checked_without_what_lies_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "m")
    (tmp_path / "m" / ".git").mkdir()
    write(tmp_path, "e", ENSEMBLE)
    assert _told(capsys, tmp_path / "m" / "config.pbtxt") == {str(tmp_path): ["m"]}


@pytest.mark.parametrize("arguments", [(), ("--discover", "docs"), ("--discover", "nowhere"), ("models/m/../x/y/z",)])
def test_nothing_to_check_is_a_mistake(
    arguments: tuple[str, ...], checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    (checkout / "models" / "m" / "config.pbtxt").rename(checkout / "src" / "config.txt")
    for name in ("apart", "e"):
        (checkout / "models" / name / "config.pbtxt").unlink()
    assert _run(*arguments) == 2
    assert capsys.readouterr().err.startswith("trireme: ")


def test_a_configuration_that_is_no_file_is_not_passed_over(tmp_path: Path) -> None:
    for name in ("pipe", "folder", "nowhere"):
        (tmp_path / "models" / name / "1").mkdir(parents=True)
    os.mkfifo(tmp_path / "models" / "pipe" / "config.pbtxt")
    (tmp_path / "models" / "folder" / "config.pbtxt").mkdir()
    (tmp_path / "models" / "nowhere" / "config.pbtxt").symlink_to("gone")
    assert _run(tmp_path / "models" / "pipe" / "config.pbtxt") == 2
    assert _run(tmp_path / "models" / "folder" / "config.pbtxt") == 1
    assert _run(tmp_path / "models" / "nowhere" / "config.pbtxt") == 2
    assert _run("--discover", tmp_path) == 2


def test_a_name_that_no_file_can_have_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = tmp_path / ("a" * 300)
    for given in ([long], ["--discover", long], [long / "config.pbtxt"]):
        assert _run(*given) == 2
        assert capsys.readouterr().err.startswith("trireme: ")


def test_folders_too_deep_to_be_named_are_passed_over(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    for _ in range(20):
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    os.chdir(checkout)
    assert str(checkout / "models") in _told(capsys, "--discover", checkout)


def test_from_within_a_version_its_model_is_meant(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / "models" / "apart" / "1")
    assert list(_told(capsys, ".").values()) == [["apart"]]


def test_a_folder_that_is_gone_under_ones_feet_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert _run("models") == 2
    assert "the folder in which this runs is gone" in capsys.readouterr().err
