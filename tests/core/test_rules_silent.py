"""What the server passes over in silence, and what only a later server or an agent refuses."""

from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.server_flags import with_flags
from studio.core.files.repository import scan
from tests.core.repositories import CPU, ENSEMBLE, PLAIN, STAND_IN, check, checked, drafts, write


def _rules(path: Path, profile: Profile = CPU) -> list[str]:
    return [each.rule for each in checked(path, profile)]


def test_a_name_that_is_nearly_a_backend_is_asked_about(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace("onnxruntime", "pyton"))
    (finding,) = checked(tmp_path)
    assert (finding.rule, finding.severity) == ("backend-spelling", Severity.WARNING)
    assert [fix.title for fix in finding.fixes] == ["Change the backend to “python”"]
    write(tmp_path, "m", PLAIN.replace("onnxruntime", "wholly_mine"))
    assert _rules(tmp_path) == []


def test_a_host_policy_is_one_that_the_flags_set_up(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + 'instance_group { kind: KIND_CPU host_policy: "numa_0" }\n')
    assert _rules(tmp_path) == ["ig-host-policy-unknown"]
    assert _rules(tmp_path, with_flags(CPU, "--host-policy=numa_0,numa-node=0")) == []


def _with_checksum(folder: Path, checksum: str) -> tuple[Finding, ...]:
    agents = f'agents {{ name: "checksum" parameters {{ key: "MD5:1/w.bin" value: "{checksum}" }} }}'
    (folder / "config.pbtxt").write_text(f"{PLAIN}model_repository_agents {{ {agents} }}\n")
    return checked(folder.parent)


def test_a_file_has_the_checksum_that_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "1" / "w.bin").write_bytes(b"weights")
    right = md5(b"weights", usedforsecurity=False).hexdigest()
    assert [each.rule for each in _with_checksum(folder, right)] == ["model-file-missing"]
    finding = next(each for each in _with_checksum(folder, "00") if each.rule == "agent-checksum-mismatch")
    assert finding.server_text == f"Mismatched MD5 hash for file 1/w.bin, expect: 00, got: {right}"
    (fix,) = finding.fixes
    assert fix.edit
    repository = scan(tmp_path)
    texts = drafts(repository)
    mended = check(repository, {"m": fix.edit(texts["m"])}, CPU)
    assert "agent-checksum-mismatch" not in {each.rule for each in mended}


@pytest.mark.parametrize(("release", "rules"), [((24, 10), []), ((26, 3), ["io-elementcount-overflow-input"])])
def test_a_later_server_counts_values(tmp_path: Path, release: tuple[int, int], rules: list[str]) -> None:
    write(tmp_path, "m", PLAIN.replace("[ 3 ]", "[ 4294967296, 4294967296 ]"))
    assert _rules(tmp_path, replace(CPU, release=release)) == rules


@pytest.mark.parametrize(
    ("release", "server"),
    [((24, 10), ""), ((26, 3), "tensor 'i' contains an invalid dimension [-4]")],
)
def test_an_initial_state_of_a_size_below_minus_one(tmp_path: Path, release: tuple[int, int], server: str) -> None:
    initial = 'initial_state { name: "n" data_type: TYPE_FP32 dims: [ -4 ] zero_data: true }'
    state = f'state {{ input_name: "i" output_name: "o" data_type: TYPE_FP32 dims: [ -4 ] {initial} }}'
    write(tmp_path, "m", f"{PLAIN}sequence_batching {{ {state} }}\n")
    (finding,) = checked(tmp_path, replace(CPU, release=release))
    assert (finding.rule, finding.server_text) == ("seq-state-initial-invalid-dim", server)


def _warm(inputs: str, *given: str) -> str:
    """A model with these inputs, and a warm-up request that gives some of them."""
    sent = " ".join(
        f'inputs {{ key: "{name}" value {{ data_type: TYPE_FP32 dims: [ 3 ] zero_data: true }} }}' for name in given
    )
    listed = "".join(f"input {{ {each} dims: [ 3 ] }}\n" for each in inputs.split(", "))
    head = PLAIN.replace('input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]\n', listed)
    return head + f'model_warmup {{ name: "w" batch_size: 1 {sent} }}\n'


_X, _N = 'name: "x" data_type: TYPE_FP32', 'name: "n" data_type: TYPE_FP32 optional: true'


def test_of_two_inputs_of_one_name_a_warm_up_means_the_first(tmp_path: Path) -> None:
    second = 'name: "x" data_type: TYPE_INT64'
    write(tmp_path, "m", _warm(f"{_X}, {second}, {_N}", "x", "n"))
    assert _rules(tmp_path) == ["io-duplicate"]


def test_two_inputs_of_one_name_are_two_to_a_warm_up(tmp_path: Path) -> None:
    write(tmp_path, "m", _warm(f"{_X}, {_X}", "x"))
    finding = next(each for each in checked(tmp_path, CPU) if each.rule == "warmup-missing-input")
    assert finding.severity is Severity.ERROR
    assert finding.server_text.endswith(
        "expected 2 inputs but got 1 inputs for model 'm'. Got input(s) ['x'], but missing required input(s) ]. "
        "Please provide all required input(s)."
    )


def test_an_optional_input_of_a_warm_up_makes_up_for_a_required_one(tmp_path: Path) -> None:
    write(tmp_path, "m", _warm(f"{_X}, {_N}", "n"))
    (finding,) = checked(tmp_path, CPU)
    assert (finding.rule, finding.severity) == ("warmup-missing-input", Severity.WARNING)
    write(tmp_path, "m", _warm(f'{_X}, name: "z" data_type: TYPE_FP32, {_N}', "n"))
    (finding,) = checked(tmp_path, CPU)
    assert (finding.rule, finding.severity) == ("warmup-missing-input", Severity.ERROR)


def test_a_backend_in_python_throws_at_a_warm_up_input_without_a_name(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", _warm(_X, "x", "").replace("onnxruntime", "python"))
    (folder / "1" / "model.py").write_text(STAND_IN)
    (finding,) = checked(tmp_path, CPU)
    assert (finding.rule, finding.severity, finding.server_text) == ("warmup-input-name", Severity.ERROR, "")
    (fix,) = finding.fixes
    assert fix.edit
    assert not check(scan(tmp_path), {"m": fix.edit(drafts(scan(tmp_path))["m"])}, CPU)


def test_a_number_that_is_no_data_type_is_printed_as_nothing(tmp_path: Path) -> None:
    write(tmp_path, "m")
    write(tmp_path, "e", ENSEMBLE.replace('"b" data_type: TYPE_FP32', '"b" data_type: -1'))
    (finding,) = (each for each in checked(tmp_path, CPU) if each.rule == "ens-dtype")
    assert "data type:  is inferred from model e while TYPE_FP32 is inferred from model m" in finding.server_text


@pytest.mark.parametrize(
    "change",
    [
        "data_type: TYPE_FP32->data_type: TYPE_INVALID data_type: TYPE_FP32",
        "max_batch_size: 4->max_batch_size: 0 max_batch_size: 4\ndynamic_batching { }",
        'name: "x"->name: "" name: "x"',
    ],
)
def test_a_second_value_counts_where_the_first_is_the_default(tmp_path: Path, change: str) -> None:
    old, _arrow, new = change.partition("->")
    write(tmp_path, "m", PLAIN.replace(old, new))
    assert _rules(tmp_path) == []
