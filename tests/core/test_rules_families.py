"""One case for each rule of the families: the texts are those that a real server printed for the same configuration."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checking.check import first_error
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.checking.server_flags import with_flags
from studio.core.files.repository import scan
from tests.core.repositories import CPU, ENSEMBLE, PLAIN, STAND_IN, checked, drafts, write

_WARM = (
    'model_warmup [ { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 3 ] '
    "zero_data: true } } } ]\n"
)
_STATE = (
    'sequence_batching { state [ { input_name: "IS" output_name: "OS" data_type: TYPE_FP32 dims: [ 2 ] '
    'initial_state { data_type: TYPE_FP32 dims: [ 2 ] zero_data: true name: "i" } } ] }\n'
)
_CONTROL = 'sequence_batching { control_input [ { name: "A" control [ { kind: CONTROL_SEQUENCE_%s } ] } ] }\n'
_REQUEST = "[request id: <id_unknown>] "
_NOTE = (
    "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each "
    "input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting "
    "max_batch_size to zero. See the model configuration docs for more info on max_batch_size."
)


def _metric(body: str) -> str:
    return f"model_metrics {{ metric_control: [ {{ {body} }} ] }}\n"


_CASES: list[tuple[str, str, str]] = [
    ("max_batch_size: 4->max_batch_size: -4", "mbs-negative", "'max_batch_size' must be non-negative value for m"),
    (
        "dynamic_batching { preferred_batch_size: [ 2, 8 ] }\n",
        "dyn-preferred-le-max",
        "dynamic batching preferred size must be <= max batch size for m",
    ),
    (
        "dynamic_batching { preferred_batch_size: 0 }\n",
        "dyn-preferred-positive",
        "dynamic batching preferred size must be positive for m",
    ),
    (
        "dynamic_batching { priority_levels: 2 }\n",
        "dyn-default-priority",
        "default priority level must be in range [1, 2] for m",
    ),
    (
        "dynamic_batching { priority_levels: 2 default_priority_level: 1 "
        "priority_queue_policy { key: 3 value { } } }\n",
        "dyn-priority-policy-key",
        "priority queue policy must have priority level in range [1, 2] for m",
    ),
    (
        "dynamic_batching { preserve_ordering: true default_queue_policy { timeout_action: DELAY "
        "default_timeout_microseconds: 1 } }\n",
        "dyn-ordering-delay",
        "Queue policy can not have DELAY as timeout action when 'preserve_ordering' is true for m",
    ),
    (
        _CONTROL % "END",
        "seq-control-value-missing",
        "sequence batching must specify either 'int32_false_true', 'fp32_false_true' or 'bool_false_true' for "
        "CONTROL_SEQUENCE_END for m",
    ),
    (
        _CONTROL % "START int32_false_true: [ 0, 1 ] fp32_false_true: [ 0, 1 ]",
        "seq-control-value-multiple",
        "sequence batching specifies more than one from 'int32_false_true', 'fp32_false_true' and 'bool_false_true' "
        "for CONTROL_SEQUENCE_START for m",
    ),
    (
        "sequence_batching { oldest { preferred_batch_size: [ 0 ] } }\n",
        "seq-oldest-preferred-positive",
        "sequence batching preferred batch size must be positive for m",
    ),
    (
        "sequence_batching { direct { minimum_slot_utilization: 1.5 } }\n",
        "seq-direct-slot-util",
        "sequence batching minimum slot utilization must be in range (0.0, 1.0] for m",
    ),
    (
        "response_cache { enable: true }\nmodel_transaction_policy { decoupled: true }\n",
        "cache-decoupled",
        "Response Cache does not currently support model m with 'decoupled' transaction policy. Please disable the "
        "response cache.",
    ),
    (
        'batch_output [ { target_name: "y" } ]\n',
        "batch-output-source-count",
        "batch output kind 'BATCH_SCATTER_WITH_INPUT_SHAPE' expects 1 source input, got 0 for m",
    ),
    (
        'batch_output [ { target_name: [ "y", "y" ] source_input: "x" } ]\n',
        "batch-output-target-twice",
        "target output name 'y' can only be specified once for m",
    ),
    (
        'batch_input [ { data_type: TYPE_INT8 source_input: "q" } ]\n',
        "batch-input-dtype",
        "batch input data type must be TYPE_INT32 or TYPE_FP32 for m",
    ),
    (
        "[ 3 ]->[ 3 ] is_shape_tensor: true",
        "io-shape-tensor",
        "shape tensors are only supported for TensorRT platform for m",
    ),
    ("[ 3 ]->[ 3 ] format: FORMAT_NCHW", "io-format-3dims", "model input NHWC/NCHW require 3 dims for m"),
    (
        'instance_group [ { kind: KIND_CPU profile: "0" } ]\n',
        "ig-profile-non-trt",
        "instance group m_0 of model m and platform onnxruntime_onnxspecifies profile field which is only supported "
        "for TensorRT models",
    ),
    (
        _STATE.replace('name: "i"', ""),
        "seq-state-initial-name",
        "Field 'name' must be set when using initial_state for state input 'IS'.",
    ),
    (
        _STATE.replace("[ 2 ] zero", "[ -1 ] zero"),
        "seq-state-initial-wildcard",
        "'initial_state' field for state input name 'IS' contains variable dimensions.",
    ),
    (
        _STATE.replace("[ 2 ] zero", "[ 3 ] zero"),
        "seq-state-initial-dim",
        "'initial_state' dim for input name 'IS' doesn't match 'state' dim description. 3 != 2",
    ),
    (
        _STATE.replace("zero_data: true", ""),
        "seq-state-initial-nodata",
        "initial_state setting expects state'IS' to have state_data set",
    ),
    (
        _WARM.replace("[ 3 ]", "[ -1 ]"),
        "warmup-wildcard",
        "warmup setting expects all variable-size dimensions are specified for input 'x'",
    ),
    (
        _WARM.replace("FP32", "INT32"),
        "warmup-dtype",
        f"{_REQUEST}inference input 'x' data-type is 'INT32', but model 'm' expects 'FP32'",
    ),
    (
        _WARM.replace("[ 3 ]", "[ 4 ]"),
        "warmup-shape",
        f"{_REQUEST}unexpected shape for input 'x' for model 'm'. Expected [-1,3], got [1,4]. {_NOTE}",
    ),
    (
        _WARM.replace('"x"', '"z"'),
        "warmup-missing-input",
        f"{_REQUEST}expected 1 inputs but got 0 inputs for model 'm'. Got input(s) [], but missing required input(s) "
        "['x']. Please provide all required input(s).",
    ),
    (
        _WARM.replace("batch_size: 1", "batch_size: 5"),
        "warmup-run-failed",
        "failed to run warmup sample 'w': " + "batch size 5 for 'm_0', max allowed is 4; " * 5,
    ),
    (
        'parameters { key: "TRITON_BATCH_STRATEGY_PATH" value { string_value: "/nope" } }\n',
        "batch-strategy-missing",
        "Batching library path not found: /nope",
    ),
]


def _errors(path: Path, profile: Profile = CPU) -> list[Finding]:
    return [each for each in checked(path, profile) if each.severity is Severity.ERROR]


def _text(change: str) -> str:
    old, arrow, new = change.partition("->")
    return PLAIN.replace(old, new) if arrow and "\n" not in change else PLAIN + change


@pytest.mark.parametrize(("change", "rule", "server"), _CASES, ids=[case[1] for case in _CASES])
def test_a_rule_speaks_as_the_server(tmp_path: Path, change: str, rule: str, server: str) -> None:
    write(tmp_path, "m", _text(change))
    first = _errors(tmp_path)[0]
    assert (first.rule, first.server_text) == (rule, server)
    assert first.line > 0
    assert "server" not in first.message.split()[:1]


def test_every_fix_of_these_rules_can_be_applied(tmp_path: Path) -> None:
    for index, (change, rule, _server) in enumerate(_CASES):
        path = tmp_path / str(index)
        write(path, "m", _text(change))
        for fix in _errors(path)[0].fixes:
            assert fix.edit, rule
            mended = fix.edit(drafts(scan(path))["m"])
            write(path, "m", mended.document.text)
            left = _errors(path)
            assert not left or left[0].rule != rule or "preferred" in rule, (rule, fix.title)
            write(path, "m", _text(change))


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("", "metrics-identifier"),
        ("metric_identifier { }", "metrics-family"),
        ('metric_identifier { family: "f" }', "metrics-options"),
        ('metric_identifier { family: "f" } histogram_options { }', "metrics-buckets"),
    ],
)
def test_metrics(tmp_path: Path, body: str, rule: str) -> None:
    write(tmp_path, "m", PLAIN + _metric(body))
    assert [each.rule for each in _errors(tmp_path, replace(CPU, release=(24, 11)))] == [rule]
    assert _errors(tmp_path)[0].rule == "pbtxt-unknown-field"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (PLAIN.replace("max_batch_size: 4", "") + "dynamic_batching { }\n", "dyn-without-batching"),
        (PLAIN + 'input [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]\n', "io-duplicate"),
        (PLAIN + "dynamic_batching { priority_queue_policy { key: 1 value { } } }\n", "priority-policy-unused"),
        (PLAIN + 'instance_group [ { name: "g" }, { name: "g" } ]\n', "ig-same-name"),
        (PLAIN + "response_cache { enable: true }\n", "cache-without-server-cache"),
        (PLAIN + 'parameters { key: "arena_extend_stategy" value { } }\n', "parameter-unknown"),
        (PLAIN + _WARM.replace("true", "false"), "warmup-zero-false"),
        (PLAIN + _STATE.replace("dims: [ 2 ] initial", "dims: [ 2 ] use_growable_memory: true initial"), "growable"),
        (PLAIN + "version_policy { specific { versions: [ 1, 5 ] } }\n", "version-specific-missing"),
    ],
)
def test_what_the_server_takes_is_never_an_error(tmp_path: Path, text: str, rule: str) -> None:
    write(tmp_path, "m", text)
    found = checked(tmp_path)
    assert any(rule in each.rule for each in found)
    assert not [each for each in found if each.severity is Severity.ERROR]


def test_what_the_server_dies_of_is_an_error_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "a", "m", PLAIN + "model_repository_agents { }\n")
    write(tmp_path / "b", "m", PLAIN.replace("onnxruntime", "python"))
    folder = write(tmp_path / "c", "m m", PLAIN.replace("onnxruntime", "python"))
    (folder / "1" / "model.py").write_text(STAND_IN)
    rules = {name: [each.rule for each in _errors(tmp_path / name)] for name in "abc"}
    assert rules == {"a": ["agent-empty-list"], "b": ["py-file-missing"], "c": ["py-name-with-space"]}
    assert first_error(checked(tmp_path / "c"), "m m") == ""
    assert not _errors(tmp_path / "c", replace(CPU, release=(25, 8)))


@pytest.mark.parametrize(
    ("source", "rule", "server"),
    [
        ("x = 1\n", "py-no-class", "AttributeError: module '1.model' has no attribute 'TritonPythonModel'"),
        ("class A(\n    x = 1\n", "py-import-error", "SyntaxError: '(' was never closed (model.py, line 1)"),
        (
            STAND_IN + "    @staticmethod\n    def auto_complete_config(c):\n        pass\n",
            "py-auto-no-return",
            "auto_complete_config function in model 'm' must return a valid pb.ModelConfig object.",
        ),
        (
            STAND_IN + '    def initialize(self, args):\n        raise ValueError("boom")\n',
            "py-initialize-raises",
            "ValueError: boom\\n\\nAt:\\n  {file}(5): initialize\\n",
        ),
    ],
)
def test_python_models(tmp_path: Path, source: str, rule: str, server: str) -> None:
    folder = write(tmp_path, "m", PLAIN.replace("onnxruntime", "python"))
    (folder / "1" / "model.py").write_text(source)
    (finding,) = _errors(tmp_path)
    assert (finding.rule, finding.server_text) == (rule, server.format(file=folder / "1" / "model.py"))


def test_python_models_that_may_be_sound_are_let_be(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", PLAIN.replace("onnxruntime", "python"))
    for source in ("from base import *\n", "from base import TritonPythonModel\n", STAND_IN):
        (folder / "1" / "model.py").write_text(source)
        assert _errors(tmp_path) == []


_START = """\
sequence_batching {
  control_input { name: "NAME" control { kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ] } }
}
"""


def _onnx(path: Path, shape: list[int | str | None]) -> None:
    import onnx
    from onnx import TensorProto, helper

    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", tensors[:1], tensors[1:])
    onnx.save(helper.make_model(graph), str(path))


@pytest.mark.parametrize(
    ("text", "shape", "rule"),
    [
        (PLAIN.replace("[ 2 ]", "[ 3 ]"), ["n", 3], ""),
        (PLAIN, ["n", 3], "ort-dims-batch"),
        (PLAIN.replace("[ 2 ]", "[ 3 ]").replace('"x"', '"xx"'), ["n", 3], "ort-input-unknown"),
        (PLAIN.replace("[ 2 ]", "[ 3 ]").replace("FP32", "INT32"), ["n", 3], "ort-dtype"),
        (PLAIN.replace("[ 2 ]", "[ 3 ]").replace("FP32", "BF16"), ["n", 3], "ort-dtype-unsupported"),
        (PLAIN.replace("[ 3 ]", "[ 3 ] allow_ragged_batch: true"), ["n", 3], "ort-ragged-shape"),
        (PLAIN.replace("[ 2 ]", "[ 3 ]").replace("batch_size: 4", "batch_size: 0"), [], "ort-scalar"),
        (
            PLAIN.replace("[ 2 ]", "[ 3 ]") + _START.replace("NAME", "start"),
            ["n", 3],
            "ort-control-missing",
        ),
        (PLAIN.replace("[ 2 ]", "[ 3 ]") + _START.replace("NAME", "x"), ["n", 3], "ort-control-dims"),
        (PLAIN.replace("[ 2 ]", "[ 1 ]") + _START.replace("NAME", "x"), ["n", 1], "ort-control-dtype"),
        (PLAIN.replace("[ 2 ]", "[ 3 ]"), [1, 3], "ort-first-dim"),
        ('backend: "onnxruntime" max_batch_size: 4\n', [1, 3], "ort-auto-no-batching"),
        ('backend: "onnxruntime"\n', ["n", 3], ""),
        (
            PLAIN.replace("[ 2 ]", "[ 3 ]")
            + 'optimization { execution_accelerators { cpu_execution_accelerator { name: "openvin" } } }\n',
            ["n", 3],
            "ort-accelerator",
        ),
    ],
)
def test_a_configuration_against_its_onnx_file(
    tmp_path: Path, text: str, shape: list[int | str | None], rule: str
) -> None:
    folder = write(tmp_path, "m", text)
    (folder / "1" / "model.onnx").touch()
    assert _errors(tmp_path) == []
    _onnx(folder / "1" / "model.onnx", shape)
    assert [each.rule for each in _errors(tmp_path)][:1] == ([rule] if rule else [])


def test_a_step_is_judged_by_what_its_onnx_file_completes(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", 'backend: "onnxruntime"\n')
    write(tmp_path, "e", ENSEMBLE.replace("[ 2 ]", "[ 3 ]"))
    _onnx(folder / "1" / "model.onnx", ["n", 3])
    assert _errors(tmp_path) == []
    write(tmp_path, "e", ENSEMBLE.replace("[ 2 ]", "[ 4 ]"))
    assert [each.rule for each in _errors(tmp_path)] == ["ens-shape"]


def test_a_file_that_is_no_model_is_no_error(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "1" / "model.onnx").write_bytes(b"version https://git-lfs")
    (finding,) = checked(tmp_path)
    assert (finding.rule, finding.severity) == ("model-file-unread", Severity.WARNING)


def test_decoupled_steps_must_not_meet_others(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "model_transaction_policy { decoupled: true }\n")
    write(tmp_path, "e", ENSEMBLE + "response_cache { enable: true }\n")
    assert [each.rule for each in _errors(tmp_path)] == ["ens-cache-decoupled"]
    write(tmp_path, "n")
    two = ENSEMBLE.replace('"b"', '"c"').partition("step [\n")[2].rpartition("  ]\n")[0].replace('"m"', '"n"')
    text = ENSEMBLE.replace("    }\n  ]\n", "    },\n" + two + "  ]\n")
    write(tmp_path, "e", text.replace("output [", 'output [ { name: "c" data_type: TYPE_FP32 dims: [ 2 ] },'))
    assert [each.server_text for each in _errors(tmp_path)] == [
        "in ensemble e, step of model 'e' receives inputs originated from different decoupled models"
    ]


def test_what_the_flags_decide(tmp_path: Path) -> None:
    write(
        tmp_path, "m", PLAIN + 'instance_group { kind: KIND_CPU rate_limiter { resources { name: "R" count: 5 } } }\n'
    )
    cases = {
        "": [],
        "--rate-limit=execution_count": [],
        "--rate-limit=execution_count --rate-limit-resource=R:2": ["rl-resource-limit"],
        "--rate-limit=execution_count --rate-limit-resource=Q:9": ["rl-resource-limit"],
        "--rate-limit=off --rate-limit-resource=R:2": [],
        "--model-control-mode=explicit --load-model=* --load-model=m": ["explicit-wildcard-not-alone"],
        "--model-control-mode=explicit --load-model=zz": ["explicit-model-missing"],
        "--backend-config=python,thread-pool-size=0": ["py-cli-params"],
    }
    for flags, rules in cases.items():
        verdict = check_path(tmp_path, with_flags(CPU, flags))
        found = [*verdict.findings, *(each for model in verdict.models for each in model.findings)]
        assert [each.rule for each in found] == rules, flags


def test_the_order_is_that_of_the_server_where_configurations_must_be_whole(tmp_path: Path) -> None:
    write(tmp_path, "m", 'name: "k"\n' + PLAIN.replace("[ 3 ]", "[ 0 ]"))
    assert [each.rule for each in _errors(tmp_path)] == ["model-name-mismatch", "io-dim-value"]
    strict = replace(CPU, auto_complete=False)
    assert [each.rule for each in _errors(tmp_path, strict)] == ["io-dim-value", "model-name-mismatch"]


def test_a_version_folder_can_be_made(tmp_path: Path) -> None:
    folder = write(tmp_path, "m")
    (folder / "1").rmdir()
    (finding,) = _errors(tmp_path)
    (fix,) = finding.fixes
    assert fix.make
    fix.make.path.mkdir()
    assert _errors(tmp_path) == []
