"""`trireme check` in a project: its trireme.toml, what fails a check, and the baseline."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import main
from tests.core.repositories import PLAIN, write

WRONG = PLAIN.replace("[ 3 ]", "[ 0 ]")
TWICE = PLAIN + 'instance_group [ { name: "a" }, { name: "a" } ]\n'
UNREAD_ENGINE = 'backend: "tensorrt" max_batch_size: 4\ninput { name: "x" }\noutput { name: "y" }\n'


def _run(*arguments: str | Path) -> int:
    return main(["check", *map(str, arguments)])


def _told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    capsys.readouterr()
    _run(*arguments, "--format", "json")
    return dict(json.loads(capsys.readouterr().out))


def _new(told: dict[str, Any]) -> list[str]:
    models = [model for each in told["repositories"] for model in each["models"]]
    return [f"{model['name']}: {each['rule']}" for model in models for each in model["findings"] if not each["known"]]


def test_each_repository_is_checked_for_what_its_project_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, server in (("a", "24.10-py3"), ("b", "26.07-py3")):
        write(tmp_path / name / "models", "m", 'platform: "tensorflow_savedmodel"\n' + PLAIN.partition("\n")[2])
        (tmp_path / name / "trireme.toml").write_text(f'server = "{server}"\n')
    told = _told(capsys, tmp_path / "a" / "models", tmp_path / "b" / "models")
    assert [each["profile"]["release"] for each in told["repositories"]] == ["24.10", "26.07"]
    assert [each["models"][0]["loads"] for each in told["repositories"]] == [True, False]
    assert told["repositories"][0]["project"] == str(tmp_path / "a" / "trireme.toml")
    assert _run(tmp_path / "b" / "models") == 1
    assert "Triton 2.71 (26.07)" in capsys.readouterr().out
    assert _run(tmp_path / "b" / "models", "--server", "24.10-py3") == 0


def test_a_project_file_that_is_wrong_stops_its_repository_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a" / "models", "m")
    write(tmp_path / "b" / "models", "m")
    (tmp_path / "a" / "trireme.toml").write_text("sever = 1\n")
    assert _run(tmp_path / "a" / "models", tmp_path / "b" / "models") == 2
    out = capsys.readouterr()
    assert "line 1: there is no key “sever”" in out.err
    assert "1 of 1 models load" in out.out


def test_what_is_ignored_is_said_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "models", "m", WRONG)
    text = '[[ignore]]\nrule = "io-dim-value"\nreason = "our fork takes it"\nmodels = ["m"]\n'
    (tmp_path / "trireme.toml").write_text(text)
    assert _run(tmp_path / "models") == 0
    assert "io-dim-value is ignored in m: our fork takes it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "failing"),
    [(WRONG, "error"), (TWICE, "hint"), (PLAIN.replace("FP32", "STRING", 1) + "dynamic_batching { }\n", "")],
)
def test_what_fails_a_check_is_said(tmp_path: Path, text: str, failing: str) -> None:
    write(tmp_path, "m", text)
    order = ["error", "warning", "hint"]
    for word in order:
        assert _run(tmp_path, "--fail-on", word) == int(failing != "" and order.index(word) >= order.index(failing))
    assert _run(tmp_path, "--fail-on", "never") == 0
    assert _run(tmp_path) == int(failing == "error")


def test_what_is_not_decided_fails_only_who_wants_that(tmp_path: Path) -> None:
    folder = write(tmp_path / "models", "m", UNREAD_ENGINE)
    (folder / "1" / "model.plan").write_bytes(b"engine")
    assert _run(tmp_path / "models") == 0
    assert _run(tmp_path / "models", "--fail-on", "undecided") == 1
    (tmp_path / "trireme.toml").write_text('fail-on = "error, undecided"\n')
    assert _run(tmp_path / "models") == 1
    assert _run(tmp_path / "models", "--fail-on", "never") == 0


@pytest.mark.parametrize("words", ["", "sometimes", "never,error", ","])
def test_a_word_that_fails_nothing_is_refused(tmp_path: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "m")
    assert _run(tmp_path, "--fail-on", words) == 2
    assert "Fail on" in capsys.readouterr().err


def test_a_team_starts_from_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models, file = tmp_path / "models", tmp_path / "baseline.json"
    folder = write(models, "m", WRONG)
    write(models, "n", WRONG)
    assert _run(models, "--write-baseline", file) == 0
    assert "holds 2 findings now" in capsys.readouterr().err
    assert _run(models, "--baseline", file) == 0
    assert "0 errors, 0 warnings, 0 hints.\n2 more are in the baseline." in capsys.readouterr().out
    # Lines move, and another thing is wrong.
    (folder / "config.pbtxt").write_text("# a comment\n\n" + WRONG + "bogus: 1\n")
    write(models, "p", WRONG)
    assert _run(models, "--baseline", file) == 1
    assert _new(_told(capsys, models, "--baseline", file)) == ["m: pbtxt-unknown-field", "p: io-dim-value"]


def test_lines_that_move_make_nothing_new_and_what_is_mended_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models, file = tmp_path / "models", tmp_path / "baseline.json"
    folder = write(models, "m", WRONG.replace("[ 2 ]", "[ 0 ]"))
    write(models, "n", WRONG)
    assert _run(models, "--write-baseline", file) == 0
    capsys.readouterr()
    (folder / "config.pbtxt").write_text("\n\n# moved\n" + WRONG)
    assert _run(models, "--baseline", file) == 0
    assert "2 more are in the baseline. 1 of it are mended: write it anew." in capsys.readouterr().out
    # Of one model alone nothing can be said of the others.
    assert _run(models / "m", "--baseline", file) == 0
    assert "mended" not in capsys.readouterr().out


def test_another_checkout_has_the_same_baseline(tmp_path: Path) -> None:
    for name in ("here", "there"):
        write(tmp_path / name / "a", "m", WRONG)
        write(tmp_path / name / "b", "m", WRONG)
        (tmp_path / name / "trireme.toml").write_text('baseline = "baseline.json"\n')
        (tmp_path / name / ".git").mkdir()
    here, there = tmp_path / "here", tmp_path / "there"
    assert _run("--discover", here, "--write-baseline", here / "baseline.json") == 0
    (here / "baseline.json").rename(there / "baseline.json")
    assert _run("--discover", there) == 0
    write(there / "b", "second", WRONG)
    assert _run("--discover", there) == 1


ENDLESS = '{"version": 1, "findings": [{"fingerprint": "a", "count": 1e400, "repository": ""}]}'


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}', "[" * 100_000, "\0", ENDLESS],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "models", "m")
    (tmp_path / "baseline.json").write_text(text)
    assert _run(tmp_path / "models", "--baseline", tmp_path / "baseline.json") == 2
    assert f"Read the baseline {tmp_path / 'baseline.json'}" in capsys.readouterr().err
    assert _run(tmp_path / "models", "--baseline", tmp_path / "nowhere.json") == 2
    assert _run(tmp_path / "models", "--write-baseline", tmp_path / "no" / "folder.json") == 2


def test_a_changed_project_file_concerns_every_repository_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "a", "m")
    write(tmp_path / "b", "n")
    (tmp_path / "trireme.toml").write_text('server = "26.07"\n')
    told = _told(capsys, tmp_path / "trireme.toml")
    assert [Path(each["path"]).name for each in told["repositories"]] == ["a", "b"]
    assert {each["profile"]["release"] for each in told["repositories"]} == {"26.07"}


def test_a_baseline_is_written_through_a_link_and_takes_the_place_of_no_device(tmp_path: Path) -> None:
    write(tmp_path / "models", "m", WRONG)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("baseline.json")
    assert _run(tmp_path / "models", "--write-baseline", tmp_path / "pipe") == 2
    assert (tmp_path / "pipe").is_fifo()
    assert _run(tmp_path / "models", "--write-baseline", tmp_path / "link") == 0
    assert (tmp_path / "link").is_symlink()
    assert _run(tmp_path / "models", "--baseline", tmp_path / "baseline.json") == 0
