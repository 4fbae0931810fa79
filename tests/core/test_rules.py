"""The rules on real folders: what they find, where, in whose words, and that their fixes mend it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checking.check import RULES, check_model, first_error
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.profile import Profile
from studio.core.files.repository import scan
from tests.core.repositories import CPU, ENSEMBLE, PLAIN, STAND_IN, check, checked, drafts, write


def _mend(path: Path, finding: Finding, fix: Fix) -> None:
    """Apply a fix as the studio does."""
    if fix.move:
        if fix.move.target is None:
            source = fix.move.source
            shutil.rmtree(source) if source.is_dir() and not source.is_symlink() else source.unlink()
        else:
            fix.move.source.rename(fix.move.target)
    if fix.edit:
        found = scan(path)
        folder = found.model(finding.model)
        assert folder
        assert folder.config_path
        folder.config_path.write_bytes(fix.edit(drafts(found)[finding.model]).document.text.encode())


def _only(path: Path, profile: Profile = CPU) -> Finding:
    findings = [each for each in checked(path, profile) if each.severity is Severity.ERROR]
    assert len(findings) == 1, findings
    return findings[0]


def _mends(path: Path, title: str, profile: Profile = CPU) -> Finding:
    """The one error, whose fix of that title leaves a repository without any."""
    finding = _only(path, profile)
    fixes = {fix.title: fix for fix in finding.fixes}
    assert title in fixes, fixes
    _mend(path, finding, fixes[title])
    assert not [each for each in checked(path, profile) if each.severity is Severity.ERROR]
    return finding


def test_a_sound_repository_has_no_findings(tmp_path: Path) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE)
    assert checked(tmp_path) == ()


def test_a_parse_error_has_the_place_and_the_words_of_the_parser(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN + "bogus_field: 1\n")
    finding = _only(tmp_path)
    assert (finding.rule, finding.phase, finding.line, finding.column) == ("pbtxt-unknown-field", "2", 5, 1)
    assert finding.file == folder / "config.pbtxt"
    assert finding.server_text.splitlines() == [
        f"failed to read text proto from {folder}/config.pbtxt",
        "Error parsing text-format inference.ModelConfig: 5:12: "
        'Message type "inference.ModelConfig" has no field named "bogus_field".',
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule", "title"),
    [
        ("max_batch_size", "max_batchsize", "pbtxt-unknown-field", "Change “max_batchsize” to “max_batch_size”"),
        (
            "TYPE_FP32 dims: [ 3 ]",
            "TYPE_BYTES dims: [ 3 ]",
            "pbtxt-unknown-enum",
            "Change “TYPE_BYTES” to “TYPE_STRING”",
        ),
        (
            "TYPE_FP32 dims: [ 3 ]",
            '"TYPE_FP32" dims: [ 3 ]',
            "pbtxt-enum-quoted",
            "Take the quotes off TYPE_FP32",
        ),
        ("dims: [ 3 ]", "dims: [ 3 ] optional: TRUE", "pbtxt-bool-spelling", "Change “TRUE” to “true”"),
    ],
)
def test_a_misspelling_is_mended(tmp_path: Path, old: str, new: str, rule: str, title: str) -> None:
    write(tmp_path, "m", PLAIN.replace(old, new))
    assert _mends(tmp_path, title).rule == rule


def test_a_byte_order_mark_is_removed(tmp_path: Path) -> None:
    write(tmp_path, "m", "\ufeff" + PLAIN)
    assert _mends(tmp_path, "Remove the mark").rule == "pbtxt-bom"
    assert (tmp_path / "m" / "config.pbtxt").read_text() == PLAIN


def test_enumerations_written_as_numbers_are_understood(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace("TYPE_FP32", "11") + "instance_group { kind: 1 }\n")
    write(tmp_path, "e", ENSEMBLE)
    profile = Profile(gpus=(0,))
    assert checked(tmp_path, profile) == ()
    assert {each.rule for each in checked(tmp_path)} == {"ig-gpu-none-available", "ens-dependency-not-loaded"}


@pytest.mark.parametrize(
    ("old", "new", "rule", "server"),
    [
        (
            "max_batch_size: 4",
            "max_batch_size: 8",
            "ens-max-batch",
            "ensemble e allows maximum batch size 8, but it contains model m which only allows maximum batch size "
            "to be 4",
        ),
        (
            "TYPE_FP32 dims: [ 3 ]",
            "TYPE_INT32 dims: [ 3 ]",
            "ens-dtype",
            "in ensemble e, ensemble tensor a: inconsistent data type: TYPE_INT32 is inferred from model e while "
            "TYPE_FP32 is inferred from model m",
        ),
        (
            "[ 2 ]",
            "[ 2, 1 ]",
            "ens-shape",
            "in ensemble e, ensemble tensor b: inconsistent shape: [-1,2,1] is inferred from model e while [-1,2] is "
            "inferred from model m",
        ),
    ],
)
def test_what_flows_between_steps_must_fit(tmp_path: Path, old: str, new: str, rule: str, server: str) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE.replace(old, new))
    finding = _only(tmp_path)
    assert (finding.rule, finding.server_text, finding.phase) == (rule, server, "5")


@pytest.mark.parametrize(
    ("batch", "dims"), [(4, "[ -1 ]"), (0, "[ 3 ]"), (0, "[ -1, 3 ]"), (4, "[ 4 ] reshape { shape: [ 3 ] }")]
)
def test_shapes_that_fit_between_steps(tmp_path: Path, batch: int, dims: str) -> None:
    write(tmp_path, "m")
    text = ENSEMBLE.replace("max_batch_size: 4", f"max_batch_size: {batch}").replace("[ 3 ]", dims)
    write(tmp_path, "e", text)
    assert not [each for each in checked(tmp_path) if each.rule in ("ens-shape", "ens-dtype", "ens-max-batch")]


def test_a_label_file_must_be_there(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN.replace('"y"', '"y" label_filename: "labels.txt"'))
    finding = _only(tmp_path)
    assert finding.server_text == f"failed to open text file for read {folder}/labels.txt: No such file or directory"
    (folder / "labels.txt").write_text("cat\n")
    assert [each.rule for each in checked(tmp_path)] == ["label-count"]
    (folder / "labels.txt").write_text("cat\ndog\n")
    assert checked(tmp_path) == ()


def test_a_broken_text_hides_what_cannot_be_judged(tmp_path: Path) -> None:
    write(tmp_path, "m", 'name: "other"\ninput [ { name: "x" \n')
    assert [finding.rule for finding in checked(tmp_path)] == ["pbtxt-unclosed", "model-name-mismatch"]


def test_templates_are_told_from_parse_errors(tmp_path: Path) -> None:
    text = PLAIN.replace("4", "${max_batch_size}", 1) + "# ${not_this}\n"
    write(tmp_path, "m", text + 'parameters { key: "a" value { string_value: "${dir}/b" } }\n')
    first, second = checked(tmp_path)
    assert {first.rule, second.rule} == {"pbtxt-template-placeholder"}
    assert (first.line, first.severity, first.message.count("${max_batch_size}")) == (2, Severity.ERROR, 1)
    assert (second.line, second.severity, second.server_text) == (6, Severity.WARNING, "")
    assert first.server_text.endswith("2:17: Expected integer, got: $")


def test_the_name_follows_the_folder_or_the_folder_the_name(tmp_path: Path) -> None:
    for title, name in (("Change the name to “m”", "m"), ("Rename the folder to “other”", "other")):
        path = tmp_path / name
        write(path, "m", f'name: "other" # mine\n{PLAIN}')
        finding = _mends(path, title)
        assert (finding.rule, finding.line, finding.phase) == ("model-name-mismatch", 1, "2")
        assert finding.server_text == (
            "unexpected directory name 'm' for model 'other', directory name must equal model name"
        )
        assert [folder.name for folder in path.iterdir()] == [name]
        assert "# mine" in (path / name / "config.pbtxt").read_text()


def test_a_folder_is_not_renamed_onto_another_model(tmp_path: Path) -> None:
    write(tmp_path, "m", f'name: "other"\n{PLAIN}')
    write(tmp_path, "other")
    assert [fix.title for fix in _only(tmp_path).fixes] == ["Change the name to “m”"]


def test_a_model_without_a_version_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "1").rename(folder / "01")
    (folder / "latest").mkdir()
    found = sorted(checked(tmp_path), key=lambda finding: finding.severity.value)
    error, warning = (each for each in found if each.rule != "version-dir-nonnumeric")
    assert len(found) == 3
    (folder / "latest").rmdir()
    assert (error.rule, error.phase) == ("no-servable-version", "4a")
    assert error.server_text == (
        "failed to load model 'm': at least one version must be available under the version policy of model 'm'"
    )
    assert warning.rule == "version-dir-leading-zero"
    _mend(tmp_path, warning, warning.fixes[0])
    assert checked(tmp_path) == ()


def test_a_policy_that_picks_nothing_is_found(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "version_policy: { specific: { versions: [ 7 ] } }\n")
    finding = _mends(tmp_path, "Serve the latest version")
    assert (finding.rule, finding.line) == ("no-servable-version", 5)


def test_stray_folders_move_out_or_to_the_trash(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    write(repository, "m")
    (repository / "data").mkdir()
    finding = _mends(repository, "Move “data” out of the repository")
    assert (tmp_path / "data").is_dir()
    assert (finding.rule, finding.phase) == ("stray-folder", "2")
    assert finding.server_text.startswith("Invalid model name: Could not determine backend for model 'data'")
    (repository / "__pycache__").mkdir()
    _mends(repository, "Move “__pycache__” to the trash")


def test_a_history_is_never_moved_without_being_asked(tmp_path: Path) -> None:
    write(tmp_path, "m")
    (tmp_path / ".git").mkdir()
    finding = _only(tmp_path)
    assert (finding.rule, finding.phase, finding.fixes) == ("stray-folder", "4a", ())
    assert "at least one version must be available" in finding.server_text


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "weights").symlink_to("nowhere")
    assert _mends(tmp_path, "Move the link “weights” to the trash").rule == "model-dir-stat-fails"
    (tmp_path / "other").symlink_to("nowhere")
    assert _mends(tmp_path, "Move the link “other” to the trash").rule == "repo-stat-fails"


def test_what_lies_outside_is_said_and_not_judged(tmp_path: Path) -> None:
    write(tmp_path / "outside", "m", "nonsense")
    repository = tmp_path / "repository"
    write(repository, "k")
    (repository / "m").symlink_to(tmp_path / "outside" / "m")
    (finding,) = checked(repository)
    assert (finding.rule, finding.severity, finding.model) == ("leads-outside", Severity.WARNING, "m")


@pytest.mark.parametrize(
    ("old", "new", "rule", "server", "title"),
    [
        (
            'backend: "onnxruntime"',
            'platform: "python"',
            "platform-unknown",
            "unexpected platform type 'python' for m",
            "Use the backend “python” instead",
        ),
        (
            'backend: "onnxruntime"',
            'backend: "onnxruntime" platform: "tensorrt_plan"',
            "platform-backend-pair",
            "unexpected 'platform' and 'backend' pair, got:tensorrt_plan, onnxruntime",
            "Remove the platform",
        ),
        (
            "onnxruntime",
            "onnx",
            "backend-library-missing",
            "unable to find backend library for backend 'onnx', try specifying runtime on the model configuration.",
            "Change the backend to “onnxruntime”",
        ),
    ],
)
def test_backends_and_platforms(tmp_path: Path, old: str, new: str, rule: str, server: str, title: str) -> None:
    folder = write(tmp_path, "m", PLAIN.replace(old, new))
    (folder / "1" / "model.py").write_text(STAND_IN)
    finding = _mends(tmp_path, title, replace(CPU, backends=frozenset({"onnxruntime", "python", "tensorrt"})))
    assert (finding.rule, finding.server_text, finding.line) == (rule, server, 1)


def test_a_model_may_bring_its_backend(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN.replace("onnxruntime", "mine"))
    profile = replace(CPU, backends=frozenset({"python"}))
    assert _only(tmp_path, profile).rule == "backend-library-missing"
    (folder / "1" / "libtriton_mine.so").write_bytes(b"\x7fELF" + bytes(60))
    assert checked(tmp_path, profile) == ()
    assert checked(tmp_path) == ()


def test_a_backend_that_nothing_tells_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN.replace('backend: "onnxruntime"\n', ""))
    assert _only(tmp_path).rule == "backend-undeducible"
    (folder / "1" / "model.onnx").write_bytes(b"")
    assert checked(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "server"),
    [
        ('name: "x" ', "", "io-name", "model input must specify 'name' for m"),
        (
            "data_type: TYPE_FP32 dims: [ 3 ]",
            "dims: [ 3 ]",
            "io-dtype",
            "model input 'x' must specify 'data_type' for m",
        ),
        (" dims: [ 2 ]", "", "io-dims-empty", "model output 'y' must specify 'dims' for m"),
        (
            "[ 3 ]",
            "[ 3, 0 ]",
            "io-dim-value",
            "model input 'x' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m",
        ),
        (
            "[ 2 ]",
            "[ 2 ] reshape { shape: [ 3 ] }",
            "io-reshape-size",
            "model output 'y' has different size for dims and reshape for m",
        ),
        (
            "[ 2 ]",
            "[ 2, -1 ] reshape { shape: [ -1, 3 ] }",
            "io-reshape-size",
            "model output 'y' has different size for dims and reshape for m",
        ),
        (
            "[ 2 ]",
            "[ -1, 2, -1 ] reshape { shape: [ 2, -1 ] }",
            "io-reshape-wildcards",
            "model output 'y' has different number of variable-size dimensions for dims and reshape for m",
        ),
    ],
)
def test_tensors(tmp_path: Path, old: str, new: str, rule: str, server: str) -> None:
    text = PLAIN.replace(old, new)
    write(tmp_path, "m", text)
    finding = _only(tmp_path)
    assert (finding.rule, finding.server_text, finding.phase) == (rule, server, "4e")
    assert finding.line == (3 if "input" in server else 4)


@pytest.mark.parametrize(
    "tensor",
    [
        "[ 2, 4, -1, 6 ] reshape { shape: [ 8, -1, 1, 6 ] }",
        "[ 1 ] reshape { shape: [ ] }",
        "[ -1 ] reshape { shape: [ -1 ] }",
    ],
)
def test_reshapes_that_fit(tmp_path: Path, tensor: str) -> None:
    write(tmp_path, "m", PLAIN.replace("[ 3 ]", tensor))
    assert checked(tmp_path) == ()


def test_a_gpu_that_is_not_there_becomes_the_cpu(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "instance_group [ { count: 2 kind: KIND_GPU } ] # two\n")
    assert checked(tmp_path, Profile(gpus=(0,))) == ()
    finding = _mends(tmp_path, "Run it on the CPU")
    assert (finding.rule, finding.line, finding.phase) == ("ig-gpu-none-available", 5, "4c")
    assert finding.server_text == "instance group m_0 of model m has kind KIND_GPU but no GPUs are available"
    assert "{ count: 2 kind: KIND_CPU } ] # two" in (tmp_path / "m" / "config.pbtxt").read_text()


@pytest.mark.parametrize(
    ("group", "gpus", "server"),
    [
        (
            "kind: KIND_GPU gpus: [ 0, 3 ]",
            (0, 1),
            "specifies invalid or unsupported gpu id 3. GPUs with at least the minimum required CUDA compute "
            "compatibility of 6.000000 are: 0, 1",
        ),
        ("gpus: [ 0 ]", (), "has kind KIND_CPU but specifies one or more GPUs"),
        ("kind: KIND_CPU gpus: [ 0 ]", (0,), "has kind KIND_CPU but specifies one or more GPUs"),
        ("kind: KIND_MODEL gpus: [ 0 ]", (0,), "has kind KIND_MODEL but specifies one or more GPUs"),
    ],
)
def test_lists_of_gpus(tmp_path: Path, group: str, gpus: tuple[int, ...], server: str) -> None:
    write(tmp_path, "m", f'{PLAIN}instance_group [ {{ name: "g" {group} }} ]\n')
    assert _only(tmp_path, Profile(gpus=gpus)).server_text == f"instance group g of model m {server}"


def test_tensorrt_is_never_sent_to_the_cpu(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace("onnxruntime", "tensorrt") + "instance_group [ { kind: KIND_GPU } ]\n")
    assert _only(tmp_path).fixes == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "server", "title"),
    [
        (
            'key: "x"',
            'key: "xx"',
            "ens-map-input-unknown",
            "in ensemble e, ensemble tensor a is mapping to non-existing input xx in model m",
            "Change it to “x”",
        ),
        (
            'key: "y"',
            'key: "score"',
            "ens-map-output-unknown",
            "in ensemble e, ensemble tensor b is mapped from non-existing output score in model m",
            "Change it to “y”",
        ),
        (
            'model_name: "m"',
            'model_name: "M"',
            "ens-step-missing",
            "ensemble e contains models that are not available or ambiguous: M",
            "Change it to “m”",
        ),
        (
            "      model_version: -1\n",
            "",
            "ens-required-version",
            "ensemble 'e' depends on 'm' whose required version 0 is not loaded.",
            "Use the latest version (-1)",
        ),
        (
            'platform: "ensemble"',
            'platform: "ensemble" backend: "python"',
            "ensemble-with-backend",
            "Ensemble model 'e' must have platform type 'ensemble' and empty backend type",
            "Remove the backend",
        ),
    ],
)
def test_ensembles_are_mended(tmp_path: Path, old: str, new: str, rule: str, server: str, title: str) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE.replace(old, new))
    found = [each for each in checked(tmp_path) if each.severity is Severity.ERROR]
    finding = next(each for each in found if each.rule == rule)
    assert (finding.server_text, first_error(found, "e")) == (server, server)
    assert finding.line == ENSEMBLE.replace(old, new)[: ENSEMBLE.find(old)].count("\n") + (1 if new else 0) or not new
    _mend(tmp_path, finding, next(fix for fix in finding.fixes if fix.title == title))
    assert checked(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "server"),
    [
        ('value: "a"', 'value: "q"', "ens-input-unused", "ensemble input 'a' for ensemble e' is not used"),
        ('value: "b"', 'value: "q"', "ens-output-unmapped", "ensemble output 'b' for ensemble e' is not used"),
        (
            'input [ { name: "a" data_type: TYPE_FP32 dims: [ 3 ] } ]\n',
            "",
            "ens-output-not-written",
            "output 'b' for ensemble 'e' is not written: at least one of its depending tensors, 'a', is not connected",
        ),
        (
            'output_map { key: "y" value: "b" }',
            'output_map { key: "y" value: "b" } output_map { key: "z" value: "rest" }',
            "ens-tensor-unused",
            "ensemble tensor 'rest' is unused in ensemble 'e'",
        ),
        (
            # Of several the server names the last, in 22 of 22 such ensembles.
            'output_map { key: "y" value: "b" }',
            'output_map { key: "y" value: "b" } output_map { key: "z" value: "q" } '
            'output_map { key: "w" value: "rest" }',
            "ens-tensor-unused",
            "ensemble tensor 'rest' is unused in ensemble 'e'",
        ),
        (
            'output_map { key: "y" value: "b" }',
            'output_map { key: "y" value: "b" } output_map { key: "z" value: "b" }',
            "ens-tensor-written-twice",
            "ensemble tensor 'b' can appear in an output map only once for ensemble 'e' step 0",
        ),
        (
            'input_map { key: "x" value: "a" }',
            "",
            "ens-step-input-map",
            "must specify 'input_map' in step 0 of ensemble 'e'",
        ),
    ],
)
def test_the_flow_through_an_ensemble(tmp_path: Path, old: str, new: str, rule: str, server: str) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE.replace(old, new))
    findings = [finding for finding in checked(tmp_path) if finding.phase == "2"]
    assert findings[0].rule == rule
    assert first_error(findings, "e") == server


def test_a_step_whose_model_fails_takes_the_ensemble_along(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace("[ 2 ]", "[ 0 ]"))
    write(tmp_path, "e", ENSEMBLE)
    text = "model output 'y' dimension must be integer >= 1, or -1 to indicate a variable-size dimension for m"
    assert first_error(checked(tmp_path), "e") == (
        "ensemble 'e' depends on 'm' which has no loaded version. Model 'm' loading failed with error: version 1 is at "
        f"UNAVAILABLE state: Invalid argument: {text};"
    )
    write(tmp_path, "m", PLAIN + "bogus: 1\n")
    assert first_error(checked(tmp_path), "e").endswith("not available or ambiguous: m")


def test_a_step_of_unknown_interface_is_not_judged(tmp_path: Path) -> None:
    """The backend may complete it from the model's file."""
    folder = write(tmp_path, "m", 'backend: "openvino"\n')
    write(tmp_path, "e", ENSEMBLE.replace('key: "x"', 'key: "whatever"'))
    # Nothing completes what has no file.
    assert "ens-map-input-unknown" in {each.rule for each in checked(tmp_path)}
    (folder / "1" / "model.xml").write_text("<net></net>")
    assert not [each for each in checked(tmp_path) if each.severity is Severity.ERROR]


def test_ensembles_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path, "e", ENSEMBLE.replace('"m"', '"f"'))
    write(tmp_path, "f", ENSEMBLE.replace('"m"', '"e"'))
    found = checked(tmp_path)
    assert first_error(found, "e") == "circular dependency between ensembles: e -> ... -> f -> e"
    write(tmp_path, "e", ENSEMBLE.replace('"m"', '"e"'))
    assert "ens-circular" in {finding.rule for finding in checked(tmp_path) if finding.model == "e"}


def test_findings_come_in_the_order_of_the_server(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace("[ 3 ]", "[ 0 ]") + 'name: "k"\ninstance_group [ { kind: KIND_GPU } ]\n')
    (tmp_path / "m" / "1").rmdir()
    found = checked(tmp_path)
    assert [finding.phase for finding in found] == ["2", "4a", "4c", "4e"]
    assert first_error(found, "m") == found[0].server_text
    assert first_error(found, "other") == ""


def test_one_model_is_checked_with_the_ensembles_that_use_it(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace('"x"', '"renamed"'))
    write(tmp_path, "other", PLAIN.replace("[ 3 ]", "[ 0 ]"))
    write(tmp_path, "e", ENSEMBLE)
    write(tmp_path, "f", ENSEMBLE.replace('"m"', '"e"').replace('key: "x"', 'key: "a"').replace('key: "y"', 'key: "b"'))
    found = scan(tmp_path)
    texts = drafts(found)
    some, everything = check_model(found, "m", texts, CPU), check(found, texts, CPU)
    assert {finding.model for finding in some} == {"e", "f"}
    assert {(each.model, each.rule) for each in some} == {
        (each.model, each.rule) for each in everything if each.model in ("m", "e", "f")
    }


def test_a_configuration_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", None)
    (folder / "config.pbtxt").mkdir()
    assert _only(tmp_path).rule == "config-is-directory"


def test_rules_are_plain_functions_with_a_description() -> None:
    assert all(callable(rule) and rule.__doc__ for rule in RULES)


def test_findings_never_show_machine_words(tmp_path: Path) -> None:
    """Messages are sentences for people; the server's text has a place of its own."""
    write(tmp_path, "m", PLAIN.replace("[ 3 ]", "[ 0 ]") + "bogus: 1\n")
    write(
        tmp_path, "k", PLAIN.replace("TYPE_FP32 ", "", 1).replace("data_type:", "", 1) + "instance_group { gpus: 1 }\n"
    )
    write(tmp_path, "e", ENSEMBLE.replace('"m"', '"zz"'))
    for finding in checked(tmp_path):
        assert finding.message[0].isupper() or finding.message[0] == "“"
        assert finding.message.endswith((".", "?"))
        assert "_ " not in finding.message
