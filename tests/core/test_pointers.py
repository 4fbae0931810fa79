"""Checkouts of git: pointers in the place of files, and versions that are elsewhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checking.findings import Severity
from studio.core.checking.repositories import Verdict, check_path
from tests.core.repositories import CPU, ENSEMBLE, PLAIN, has_errors, write

ELSEWHERE = replace(CPU, weights="elsewhere")
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22e\nsize 132735\n"
ANNEX = "/annex/objects/SHA256E-s31390--f50d7ac4c6b9031379986bc362fcefb65f1e52621ce1708d537e740fefc59cc0.onnx\n"
WARM = 'model_warmup { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: 3 '
WARM += 'input_data_file: "x" } } }\n'


def _rules(verdict: Verdict) -> dict[str, list[tuple[str, str]]]:
    return {
        model.name: [(finding.rule, finding.severity.value) for finding in model.findings] for model in verdict.models
    }


@pytest.mark.parametrize(("text", "command"), [(LFS, "git lfs pull"), (ANNEX, "git annex get")])
def test_a_pointer_is_no_model(tmp_path: Path, text: str, command: str) -> None:
    folder = write(tmp_path, "m")
    (folder / "1" / "model.onnx").write_text(text)
    (model,) = check_path(tmp_path, CPU).models
    assert not model.loads
    assert [each.rule for each in model.findings] == ["weights-pointer"]
    assert command in model.findings[0].message
    (noted,) = check_path(tmp_path, ELSEWHERE).models
    assert noted.loads
    assert noted.decided
    assert [(each.rule, each.severity) for each in noted.findings] == [("weights-pointer", Severity.HINT)]


def test_a_pointer_within_a_folder_that_is_the_model(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN.replace("onnxruntime", "tensorflow"))
    inner = folder / "1" / "model.savedmodel"
    inner.mkdir()
    (inner / "saved_model.pb").write_text(LFS)
    assert [each.rule for each in check_path(tmp_path, CPU).models[0].findings] == ["weights-pointer"]


def test_what_dvc_keeps_is_named(tmp_path: Path) -> None:
    file, version = write(tmp_path, "file"), tmp_path / "version"
    (file / "1" / "model.onnx.dvc").write_text("outs:\n- path: model.onnx\n")
    version.mkdir()
    (version / "config.pbtxt").write_text(PLAIN)
    (version / "1.dvc").write_text("outs:\n- path: '1'\n")
    verdict = check_path(tmp_path, CPU)
    assert _rules(verdict) == {"file": [("weights-pointer", "error")], "version": [("no-servable-version", "error")]}
    assert all("dvc pull" in each.message for model in verdict.models for each in model.findings)
    assert not has_errors(check_path(tmp_path, ELSEWHERE))


@pytest.mark.parametrize(
    ("weights", "severity", "loads", "decided"),
    [
        ("", Severity.WARNING, True, False),
        ("here", Severity.ERROR, False, True),
        ("elsewhere", Severity.HINT, True, True),
    ],
)
def test_a_missing_model_file_by_where_the_weights_are(
    tmp_path: Path, weights: str, severity: Severity, loads: bool, decided: bool
) -> None:
    (write(tmp_path, "m") / "1" / "notes.txt").write_text("the model is built later")
    (model,) = check_path(tmp_path, replace(CPU, weights=weights)).models
    assert [(each.rule, each.severity) for each in model.findings] == [("model-file-missing", severity)]
    assert (model.loads, model.decided) == (loads, decided)


def test_a_file_that_is_no_pointer_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "1" / "model.onnx").write_text("see https://git-lfs.github.com/spec/v1\n")
    assert [each.rule for each in check_path(tmp_path, CPU).models[0].findings] == ["model-file-unread"]


def test_a_checkout_without_weights_has_notes_only(tmp_path: Path) -> None:
    pipeline = ENSEMBLE.replace("model_version: -1", "model_version: 3")
    for name, text in (("m", PLAIN), ("e", pipeline), ("named", PLAIN + "version_policy { specific { versions: 2 } }")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.pbtxt").write_text(text)
    write(tmp_path, "python", PLAIN.replace("onnxruntime", "python"))
    write(tmp_path, "labelled", PLAIN.replace('"y"', '"y" label_filename: "names.txt"') + WARM)
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "config.pbtxt").write_text(PLAIN.replace('backend: "onnxruntime"', ""))
    (tmp_path / "linked" / "1").mkdir(parents=True)
    (tmp_path / "linked" / "config.pbtxt").write_text(PLAIN)
    (tmp_path / "linked" / "1" / "model.onnx").symlink_to("/mnt/no/such/weights")
    here, elsewhere = check_path(tmp_path, CPU), check_path(tmp_path, ELSEWHERE)
    assert [model.name for model in here.models if model.loads] == ["linked"]
    assert all(model.loads and model.decided for model in elsewhere.models)
    told = {severity for rules in _rules(elsewhere).values() for _rule, severity in rules}
    assert told == {"hint"}
    assert all("weights elsewhere" in each.message for model in elsewhere.models for each in model.findings)


def test_pointers_of_labels_and_of_data_are_not_taken_for_them(tmp_path: Path) -> None:
    labelled = PLAIN.replace('"y"', '"y" label_filename: "names.txt"').replace("[ 3 ]", "[ 300 ]")
    folder = write(tmp_path, "m", labelled + WARM.replace("dims: 3", "dims: 300"))
    (folder / "names.txt").write_text(LFS)
    (folder / "warmup").mkdir()
    (folder / "warmup" / "x").write_text(LFS)
    (folder / "1" / "model.onnx").write_text(LFS)
    assert {rule for rule, _ in _rules(check_path(tmp_path, CPU))["m"]} >= {"warmup-file-short", "label-count"}
    assert _rules(check_path(tmp_path, ELSEWHERE))["m"] == [("weights-pointer", "hint")]


def test_what_is_no_matter_of_files_stays_an_error(tmp_path: Path) -> None:
    write(tmp_path, "none", PLAIN + "version_policy { latest { num_versions: 0 } }\n")
    write(tmp_path, "wrong", PLAIN.replace("[ 3 ]", "[ 0 ]"))
    (tmp_path / "docs").mkdir()
    rules = _rules(check_path(tmp_path, ELSEWHERE))
    assert rules["none"] == [("no-servable-version", "error")]
    assert rules["wrong"] == [("io-dim-value", "error")]
    assert rules["docs"] == [("stray-folder", "error")]
