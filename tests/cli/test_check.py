"""`trireme check` as a person or a pipeline runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import main
from studio.core.checking.profile import NEWEST, Profile
from tests.core.repositories import ENSEMBLE, PLAIN, write


def _run(*arguments: str | Path) -> int:
    return main(["check", *map(str, arguments)])


def _json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    _run(*arguments, "--format", "json")
    return dict(json.loads(capsys.readouterr().out))


def test_a_sound_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE)
    assert _run(tmp_path) == 0
    assert "2 of 2 models load. 0 errors, 0 warnings, 0 hints." in capsys.readouterr().out


def test_an_error_has_a_place_the_words_of_the_server_and_a_fix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "m", 'name: "k"\n' + PLAIN)
    assert _run(tmp_path) == 1
    out = capsys.readouterr().out
    assert "m/config.pbtxt:1:1: error: The configuration says “k”" in out
    assert "server: unexpected directory name 'm' for model 'k'" in out
    assert "fix: Change the name to “m”" in out


def test_json_has_the_documented_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "bad", PLAIN.replace("[ 3 ]", "[ 0 ]"))
    write(tmp_path, "m")
    told = _json(capsys, tmp_path, "--gpus", "none")
    assert told["profile"] == {"server": "2.51", "release": "24.10", "gpus": [], "backends": None, "note": None}
    (repository,) = told["repositories"]
    assert set(repository) == {"path", "findings", "models", "profile", "project"}
    bad, good = repository["models"]
    assert (good["name"], good["loads"], good["first_error"]) == ("m", True, None)
    assert (bad["name"], bad["loads"]) == ("bad", False)
    (finding,) = bad["findings"]
    assert bad["first_error"] == finding["server_text"]
    expected = "rule severity message server_text file line column path fixes known"
    assert set(finding) == set(expected.split())
    assert (finding["rule"], finding["path"], finding["line"]) == ("io-dim-value", "input[0].dims", 3)


def test_what_cannot_be_told_here_is_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path, "m", 'backend: "tensorrt" max_batch_size: 4\ninput { name: "x" }\noutput { name: "y" }\n')
    (folder / "1" / "model.plan").write_bytes(b"engine")
    (repository,) = _json(capsys, tmp_path)["repositories"]
    (model,) = repository["models"]
    assert (model["loads"], model["decided"], model["first_error"]) == (True, False, None)
    assert _run(tmp_path) == 0
    assert "m: may load, which cannot be told here" in capsys.readouterr().out


def test_several_repositories_are_apart_unless_they_are_said_to_be_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, "m")
    paths = (tmp_path / "a", tmp_path / "b")
    assert _run(*paths) == 0
    capsys.readouterr()
    told = _json(capsys, *paths, "--together")
    firsts = [model["first_error"] for each in told["repositories"] for model in each["models"]]
    assert firsts == ["failed to poll model 'm': not unique across all model repositories"] * 2
    assert _run(*paths, "--together", "--flags", "--model-namespacing=true") == 0


def test_an_ensemble_may_use_a_model_of_another_repository(tmp_path: Path) -> None:
    write(tmp_path / "a", "m")
    write(tmp_path / "b", "e", ENSEMBLE)
    assert _run(tmp_path / "b") == 1
    assert _run(tmp_path / "b", "--flags", f"--model-repository={tmp_path / 'a'}") == 0


def test_the_profile_comes_from_options_and_flags(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "instance_group [ { kind: KIND_GPU } ]\n")
    assert _run(tmp_path, "--gpus", "0") == 0
    assert _run(tmp_path, "--gpus", "none") == 1
    assert _run(tmp_path, "--backends", "python") == 1
    assert _run(tmp_path, "--server", "24.10-py3") == 0
    assert _run(tmp_path, "--server", "26.07-vllm-python-py3") == 1
    (tmp_path / "m" / "config.pbtxt").unlink()
    (tmp_path / "m" / "1" / "model.onnx").touch()
    assert _run(tmp_path) == 0
    assert _run(tmp_path, "--flags", "--disable-auto-complete-config --log-verbose=1") == 1


def test_nothing_is_known_of_the_gpus_unless_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m", PLAIN + "instance_group [ { kind: KIND_GPU gpus: [ 5 ] }, { gpus: [ 1 ] } ]\n")
    assert _run(tmp_path) == _run(tmp_path, "--gpus", "any") == _run(tmp_path, "--gpus", "1,5") == 0
    assert _run(tmp_path, "--gpus", "0") == 1
    capsys.readouterr()
    assert _json(capsys, tmp_path)["profile"]["gpus"] is None


def test_a_release_that_is_not_out_yet_is_checked_with_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "m")
    assert _run(tmp_path, "--server", "nvcr.io/nvidia/tritonserver:29.03-py3-igpu") == 0
    out = capsys.readouterr()
    assert "trireme: note: 29.03 is newer than what Trireme knows" in out.err
    assert f"{Profile(release=NEWEST).title}: 1 of 1 models load" in out.out


def test_weights_may_be_elsewhere(tmp_path: Path) -> None:
    (write(tmp_path, "m") / "1").rmdir()
    assert _run(tmp_path) == 1
    assert _run(tmp_path, "--weights", "elsewhere") == 0


def test_a_field_that_the_server_lacks_is_a_parse_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE.replace("ensemble_scheduling {", "ensemble_scheduling {\n  max_inflight_requests: 4"))
    assert _run(tmp_path, "--server", "25.11") == 0
    assert _run(tmp_path, "--server", "2.51") == 1
    assert "“max_inflight_requests” needs Triton 2.63 (25.11) or newer" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [("--server", "1.0"), ("--gpus", "one"), ("--flags", "--exit-on-error=maybe"), ("--flags", "'")],
)
def test_what_cannot_be_checked_ends_with_2(
    tmp_path: Path, arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, *arguments) == 2
    assert capsys.readouterr().err.startswith("trireme: ")


def test_a_folder_that_is_none_spoils_the_code_but_not_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a", "m")
    assert _run(tmp_path / "a", tmp_path / "nowhere") == 2
    out = capsys.readouterr()
    assert "1 of 1 models load" in out.out
    assert "there is no such folder" in out.err


def _hostile(repository: Path) -> None:
    for name in ("pipe", "large", "binary", "loop", "source", "labels", "deep", "many"):
        write(repository, name, None)
    os.mkfifo(repository / "pipe" / "config.pbtxt")
    (repository / "large" / "config.pbtxt").write_bytes(b"# " + bytes([120]) * (10 << 20))
    (repository / "binary" / "config.pbtxt").write_bytes(bytes(range(256)) * 40)
    (repository / "loop" / "config.pbtxt").write_text(PLAIN)
    (repository / "loop" / "1" / "again").symlink_to(repository / "loop")
    (repository / "loop" / "self").symlink_to(repository / "loop" / "self")
    (repository / "source" / "config.pbtxt").write_text('backend: "python"')
    os.mkfifo(repository / "source" / "1" / "model.py")
    (repository / "labels" / "config.pbtxt").write_text(PLAIN.replace('"y"', '"y" label_filename: "names"'))
    os.mkfifo(repository / "labels" / "names")
    (repository / "deep" / "config.pbtxt").write_text("input { " * 5000)
    (repository / "many" / "config.pbtxt").write_text("unknown: 1\n" * 3000)


def test_hostile_files_are_told_and_do_not_stop_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _hostile(tmp_path)
    assert _run(tmp_path, "--gpus", "none", "--format", "json") == 2
    (repository,) = json.loads(capsys.readouterr().out)["repositories"]
    models = {model["name"]: model for model in repository["models"]}
    rules = {name: {each["rule"] for each in model["findings"]} for name, model in models.items()}
    assert len(models) == 8
    assert rules["pipe"] == rules["large"] == {"config-unread"}
    assert "model-dir-stat-fails" in rules["loop"]
    assert "py-file-missing" in rules["source"]
    assert not models["binary"]["loads"]
    assert not models["deep"]["loads"]
    # Nobody mends thousands of problems one by one.
    assert 20 < len(models["many"]["findings"]) < 1000


_NOT_NEEDED = (
    "PySide6 docker google grpc numpy onnx platformdirs pygls tritonclient.grpc "
    "ast ctypes dataclasses difflib hashlib importlib.metadata importlib.resources importlib.util inspect json logging "
    "random shutil socket subprocess tempfile threading tomllib typing xml "
    "studio.app studio.client studio.engines studio.paths studio.temporary studio.cli.serve "
    "studio.cli.reports.as_json studio.cli.reports.as_sarif studio.core.files.saving studio.core.inference "
    "studio.core.serving.launch studio.core.python.source studio.core.artifacts.onnx "
    "studio.core.checking.project.baseline studio.core.checking.project.project_values "
    "studio.core.checking.rules.fixes studio.core.checking.unsound.recovered"
)


def test_one_sound_model_is_checked_with_little_loaded(tmp_path: Path) -> None:
    write(tmp_path, "m")
    code = "import sys; before = set(sys.modules); from studio.cli.main import main; assert main(sys.argv[1:]) == 0; "
    code += "print(*set(sys.modules) - before)"
    command = [sys.executable, "-c", code, "check", str(tmp_path / "m")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "studio.core.checking.check" in loaded
    assert {name for name in loaded for each in _NOT_NEEDED.split() if f"{name}.".startswith(f"{each}.")} == set()


def test_names_command_no_terminal_and_forge_no_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "red\x1b[31m\nmine: loads", 'name: "k\\033[2J"\n' + PLAIN)
    assert _run(tmp_path) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\n  red\\x1b[31m\\nmine: loads: does not load\n" in out
    assert "The configuration says “k\\x1b[2J”" in out


def test_a_number_of_a_megabyte_is_not_told_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m", f"max_batch_size: {'9' * 900_000}\n{PLAIN}")
    assert _run(tmp_path) == 1
    out = capsys.readouterr().out
    assert "9 is out of this field's range." in out
    assert "Integer out of range (999" in out
    assert len(out) < 20_000


def test_what_is_told_of_a_failure_commands_no_terminal_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "models", "m")
    (tmp_path / "trireme.toml").write_text('server = "24.10\\u001b[31m\\n::error::x"\n')
    assert _run(tmp_path / "models") == 2
    err = capsys.readouterr().err
    assert "24.10\\x1b[31m\\n::error::x" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_a_full_disk_under_the_report_is_said_and_is_no_verdict(tmp_path: Path, form: str) -> None:
    write(tmp_path, "m")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "studio", "check", str(tmp_path), "--format", form]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "trireme: Write the report: the disk is full. Make room and try again.\n"
