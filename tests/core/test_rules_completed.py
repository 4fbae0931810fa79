"""Tensors that are written in part: what a backend fills in is no error, and what nobody can tell is not decided."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checking.completion import effective
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.checking.served import read_drafts
from studio.core.files.repository import scan
from tests.core.repositories import write

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
