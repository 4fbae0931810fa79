"""No false error: what a backend fills in, what it takes from a release on, and where the server sees a file."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from studio.core.checking.completion import effective
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.checking.served import read_drafts
from studio.core.checking.target import Choice, chosen
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from tests.core.repositories import PLAIN, STAND_IN, write

_GPU = Profile(gpus=(0,))
_PARTS = 'backend: "BACKEND"\ninput [ { name: "IN" } ]\noutput [ { name: "OUT" data_type: TYPE_FP32 dims: [ 4 ] } ]\n'
_MODEL = """\
class TritonPythonModel:
    @staticmethod
    def auto_complete_config(config):
BODY
        return config

    def execute(self, requests):
        return []
"""
_ADDS = "        config.add_input({'name': 'IN', 'data_type': 'TYPE_FP32', 'dims': [4]})"


def _python(root: Path, body: str) -> None:
    folder = write(root, "m", _PARTS.replace("BACKEND", "python"))
    (folder / "1" / "model.py").write_text(_MODEL.replace("BODY", body))


def _errors(found: tuple[Finding, ...]) -> list[str]:
    return [each.rule for each in found if each.severity is Severity.ERROR]


def test_a_tensor_that_python_completes_is_no_error(tmp_path: Path) -> None:
    _python(tmp_path, _ADDS)
    (model,) = check_path(tmp_path, _GPU).models
    assert (model.loads, model.decided, model.findings) == (True, True, ())
    repository = scan(tmp_path)
    found = effective(repository.models[0], read_drafts(repository)["m"], _GPU)
    (tensor,) = found.draft.config.inputs
    assert (tensor.data_type, tensor.dims) == ("TYPE_FP32", (4,))
    assert {each.path for each in found.filled if each.source == "backend"} == {
        ("input", 0, "data_type"),
        ("input", 0, "dims"),
    }


@pytest.mark.parametrize(
    "body",
    [
        "        if config.as_dict():\n    " + _ADDS,
        "        config.add_input(made())",
        "        complete(config)",
        "        config.as_dict()['input'][0]['dims'] = [4]",
    ],
)
def test_what_python_may_complete_is_not_decided(body: str, tmp_path: Path) -> None:
    _python(tmp_path, body)
    (model,) = check_path(tmp_path, _GPU).models
    assert (model.loads, model.decided) == (True, False)
    assert {each.rule for each in model.findings} == {"io-not-decidable"}
    assert all(each.severity is Severity.WARNING and not each.server_text for each in model.findings)


@pytest.mark.parametrize("body", ["        pass", _ADDS.replace("IN", "OTHER"), "        config.set_max_batch_size(0)"])
def test_what_python_surely_leaves_open_is_an_error(body: str, tmp_path: Path) -> None:
    _python(tmp_path, body)
    (model,) = check_path(tmp_path, _GPU).models
    assert _errors(model.findings) == ["io-dtype", "io-dims-empty"]
    assert model.decided


def test_nothing_is_completed_where_the_server_may_not(tmp_path: Path) -> None:
    _python(tmp_path, _ADDS)
    (model,) = check_path(tmp_path, replace(_GPU, auto_complete=False)).models
    assert _errors(model.findings) == ["io-dtype", "io-dims-empty"]


def test_what_an_unread_engine_may_complete_is_not_decided(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", _PARTS.replace("BACKEND", "tensorrt"))
    (folder / "1" / "model.plan").write_bytes(b"ftrt" + bytes(40))
    (model,) = check_path(tmp_path, _GPU).models
    assert (model.loads, model.decided) == (True, False)
    assert [each.path for each in model.findings] == [("input", 0, "data_type"), ("input", 0, "dims")]


def test_an_engine_that_is_not_there_completes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "m", _PARTS.replace("BACKEND", "tensorrt"))
    (model,) = check_path(tmp_path, _GPU).models
    assert _errors(model.findings) == ["io-dtype", "io-dims-empty"]
    assert model.decided


def test_an_ensemble_takes_the_tensors_as_they_will_be_completed(tmp_path: Path) -> None:
    _python(tmp_path, _ADDS)
    write(
        tmp_path,
        "e",
        'platform: "ensemble"\n'
        'input [ { name: "a" data_type: TYPE_INT64 dims: [ 4 ] } ]\n'
        'output [ { name: "b" data_type: TYPE_FP32 dims: [ 4 ] } ]\n'
        "ensemble_scheduling { step [ {\n"
        '  model_name: "m" model_version: -1\n'
        '  input_map { key: "IN" value: "a" }\n'
        '  output_map { key: "OUT" value: "b" }\n'
        "} ] }\n",
    )
    ensemble, model = check_path(tmp_path, _GPU).models
    assert model.loads
    assert [each.rule for each in ensemble.findings] == ["ens-dtype"]


def _of(root: Path, profile: Profile) -> list[tuple[str, str]]:
    (model,) = check_path(root, profile).models
    return [(each.rule, each.server_text) for each in model.findings if each.severity is Severity.ERROR]


def _bf16(path: Path) -> None:
    x, y = (helper.make_tensor_value_info(name, TensorProto.BFLOAT16, [None, 3]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", [x], [y])
    onnx.save(helper.make_model(graph), str(path))


def test_onnx_runtime_takes_bf16_from_a_release_on(tmp_path: Path) -> None:
    text = PLAIN.replace("TYPE_FP32", "TYPE_BF16").replace("[ 2 ]", "[ 3 ]")
    _bf16(write(tmp_path, "m", text) / "1" / "model.onnx")
    old, new = replace(_GPU, release=(26, 2)), replace(_GPU, release=(26, 3))
    assert {rule for rule, _ in _of(tmp_path, old)} == {"ort-dtype-unsupported"}
    assert _of(tmp_path, new) == []
    write(tmp_path, "m", 'backend: "onnxruntime"\n')
    said = [f"model {side} '{name}' must specify 'data_type' for m" for side, name in (("input", "x"), ("output", "y"))]
    assert [text for _, text in _of(tmp_path, old)] == said
    assert _of(tmp_path, new) == []


def test_the_platform_libtorch_from_a_release_on(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN.replace('backend: "onnxruntime"', 'platform: "libtorch"'))
    assert _of(tmp_path, replace(_GPU, release=(26, 3))) == [
        ("platform-unknown", "unexpected platform type 'libtorch' for m")
    ]
    assert _of(tmp_path, replace(_GPU, release=(26, 4)))[0] == (
        "platform-backend-pair",
        "unexpected 'platform' and 'backend' pair, got:libtorch, pytorch",
    )


def test_vllm_completes_its_tensors(tmp_path: Path) -> None:
    write(tmp_path, "m", 'backend: "vllm"\n')
    (model,) = check_path(tmp_path, _GPU).models
    assert not model.findings


def test_what_a_backend_asks_before_it_looks_at_the_file(tmp_path: Path) -> None:
    write(tmp_path, "m", 'backend: "pytorch"\ninput { name: "x__0" data_type: TYPE_FP32 dims: 3 }\n')
    said = "model configuration must contain at least one output, none were specified."
    assert _of(tmp_path, _GPU) == [("pt-no-output", said)]
    value = 'parameters { key: "execution_context_allocation_strategy" value { string_value: "NOW" } }\n'
    write(tmp_path, "m", PLAIN.replace("onnxruntime", "tensorrt") + value)
    ((rule, text),) = _of(tmp_path, _GPU)
    assert rule == "trt-alloc-strategy"
    assert text.startswith("Invalid value for 'execution_context_allocation_strategy': 'NOW'")


def test_a_path_that_begins_with_the_mount_is_looked_for_in_the_repository(tmp_path: Path) -> None:
    path = 'parameters { key: "EXECUTION_ENV_PATH" value { string_value: "/models/m/env.tar.gz" } }\n'
    folder = write(tmp_path, "m", PLAIN.replace("onnxruntime", "python") + path)
    (folder / "1" / "model.py").write_text(STAND_IN)
    assert [rule for rule, _ in _of(tmp_path, _GPU)] == ["py-env-missing"]
    (folder / "env.tar.gz").write_bytes(b"x")
    assert _of(tmp_path, _GPU) == []
    assert [rule for rule, _ in _of(tmp_path, replace(_GPU, mount="/repository"))] == ["py-env-missing"]
    assert [rule for rule, _ in _of(tmp_path, replace(_GPU, mount=""))] == ["py-env-missing"]


def test_a_mount_is_an_absolute_path() -> None:
    assert chosen(Choice(mount="/srv/models/"), ()).mount == "/srv/models"
    assert chosen(Choice(mount=""), ()).mount == ""
    with pytest.raises(CoreError, match="no absolute path"):
        chosen(Choice(mount="models"), ())
