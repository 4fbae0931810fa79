"""Stand-ins for OpenVINO and FIL, installed on demand into a copy of the engine, serve real models."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from studio.client.failure import ClientError
from studio.client.triton import Triton
from studio.core.config.datatypes import data_type
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.kinds import ControlMode
from studio.engines import install
from studio.engines.install import installed_files
from tests.engines.conftest import Serve

Rows = npt.NDArray[np.float32]
_ARTIFACTS = Path(__file__).parents[1] / "core" / "data" / "artifacts"
_FORESTS = {
    "xgboost_json": ("xgboost.json", "xgboost.json"),
    "xgboost_ubj": ("xgboost.ubj", "xgboost.ubj"),
    "xgboost": ("xgboost.model", "xgboost.model"),
    "lightgbm": ("lightgbm.txt", "model.txt"),
    "treelite_checkpoint": ("xgboost.tl", "checkpoint.tl"),
}
_MAKE_OPENVINO = """
import sys, numpy as np, openvino as ov
from openvino import opset13 as op
for name, layout in (("plain", None), ("batched", "NC")):
    x = op.parameter([-1, 3], np.float32, name="x")
    y = op.add(op.multiply(x, np.float32(2)), np.float32(1), name="y")
    model = ov.Model([op.result(y)], [x], name)
    model.inputs[0].get_tensor().set_names({"x"})
    model.outputs[0].get_tensor().set_names({"y"})
    if layout:
        x.layout = ov.Layout(layout)
        model.outputs[0].get_node().layout = ov.Layout(layout)
    ov.save_model(model, f"{sys.argv[1]}/{name}/1/model.xml", compress_to_fp16=False)
"""


def _model(repository: Path, name: str, config: str | None, files: dict[str, Path] | None = None) -> Path:
    version = repository / name / "1"
    version.mkdir(parents=True)
    if config is not None:
        (repository / name / "config.pbtxt").write_text(config)
    for there, source in (files or {}).items():
        shutil.copy(source, version / there)
    return version


def _parameters(**given: str) -> str:
    return "".join(
        f'parameters {{ key: "{key}" value {{ string_value: "{value}" }} }}\n' for key, value in given.items()
    )


def _forest(repository: Path, name: str, model_type: str, extra: str = "", **given: str) -> None:
    source, target = _FORESTS[model_type]
    config = f'backend: "fil"\n{_parameters(model_type=model_type, **given)}{extra}'
    _model(repository, name, config, {target: _ARTIFACTS / source})


def _ask(client: Triton, name: str, given: Rows, tensor: str) -> Any:
    kind = data_type("FP32")
    assert kind is not None
    return client.infer(InferRequest(name, (Tensor(tensor, kind, given),)), stages=False).outputs[0].array


@contextmanager
def _serving(serve: Serve, repository: Path) -> Iterator[Triton]:
    served = serve(repository, control=ControlMode.EXPLICIT, arguments=("--strict-readiness=false",)).wait()
    client = Triton(served.server.addresses, timeout=30.0)
    try:
        yield client
    finally:
        client.close()


def _refusal(client: Triton, name: str) -> str:
    with pytest.raises(ClientError) as refused:
        client.load(name)
    return refused.value.reason


def _by_hand(rows: Rows) -> list[float]:
    """The probability that the XGBoost file itself gives each row."""
    learner = json.loads((_ARTIFACTS / "xgboost.json").read_text())["learner"]
    base = float(str(learner["learner_model_param"]["base_score"]).strip("[]"))
    found = []
    for row in rows:
        margin = math.log(base / (1 - base))
        for tree in learner["gradient_booster"]["model"]["trees"]:
            node = 0
            while tree["left_children"][node] >= 0:
                goes_left = row[tree["split_indices"][node]] < tree["split_conditions"][node]
                node = tree["left_children" if goes_left else "right_children"][node]
            margin += tree["split_conditions"][node]
        found.append(1 / (1 + math.exp(-margin)))
    return found


_TENSOR = '{ name: "%s" data_type: TYPE_%s dims: [ %d ] }\n'
_WRONG = f"max_batch_size: 8\ninput {_TENSOR % ('input__0', 'FP32', 5)}output {_TENSOR % ('output__0', 'FP32', 1)}"
_ROWS: Rows = np.random.default_rng(3).normal(size=(6, 7)).astype(np.float32)


def test_a_forest_is_served_by_the_stand_in_once_that_is_installed(copied: Path, serve: Serve, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    found = install.install(lambda *step: told.append(step), lambda: False, ("fil",))
    assert (found.backends, found.problem) == (("fil",), "")
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    _forest(tmp_path / "models", "both", "xgboost_json", predict_proba="true")
    with _serving(serve, tmp_path / "models") as client:
        both = _ask(client, "both", _ROWS, "input__0")
        assert both.sum(axis=1) == pytest.approx(1)
        assert both[:, 1] == pytest.approx(_by_hand(_ROWS), abs=1e-6)
        config = client.config("both")
    assert int(config["max_batch_size"]) == 32768
    sides = [(each["name"], each["dims"]) for side in ("input", "output") for each in config[side]]
    assert sides == [("input__0", [7]), ("output__0", [2])]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_forests_of_each_kind_are_served_and_what_does_not_fit_is_refused(
    copied: Path, serve: Serve, tmp_path: Path
) -> None:
    install.install(lambda *_: None, lambda: False, ("fil",))
    repository = tmp_path / "models"
    for kind in _FORESTS:
        _forest(repository, kind, kind)
    _forest(repository, "class", "xgboost_json", output_class="true", threshold="0.5")
    _forest(repository, "wrong_features", "xgboost_json", _WRONG)
    _forest(repository, "wrong_type", "xgboost_json", _WRONG.replace("TYPE_FP32", "TYPE_FP64").replace("5", "7"))
    _forest(repository, "neither", "xgboost_json", predict_proba="perhaps")
    _model(repository, "unknown", f'backend: "fil"\n{_parameters(model_type="catboost")}')
    _model(repository, "empty", f'backend: "fil"\n{_parameters(model_type="lightgbm")}')
    wanted = _by_hand(_ROWS)
    with _serving(serve, repository) as client:
        answers = {kind: _ask(client, kind, _ROWS, "input__0") for kind in _FORESTS if kind != "lightgbm"}
        assert answers["xgboost_json"][:, 0] == pytest.approx(wanted, abs=1e-6)
        assert all(found.shape == (6, 1) for found in answers.values())
        features = client.config("lightgbm")["input"][0]["dims"][0]
        assert np.isfinite(_ask(client, "lightgbm", np.zeros((2, features), np.float32), "input__0")).all()
        assert _ask(client, "class", _ROWS, "input__0")[:, 0].tolist() == [float(each > 0.5) for each in wanted]
        refusals = {
            "wrong_features": "tensor 'input__0': the model expects 2 dimensions (shape [-1,7])",
            "wrong_type": "expects datatype TYPE_FP64 for input 'input__0', model provides TYPE_FP32",
            "neither": "the parameter 'predict_proba' is neither true nor false: perhaps",
            "unknown": "unknown model_type 'catboost'",
            "empty": "unable to find",
        }
        for name, words in refusals.items():
            assert words in _refusal(client, name)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_openvino_models_are_served_by_the_stand_in(copied: Path, serve: Serve, tmp_path: Path) -> None:
    found = install.install(lambda *_: None, lambda: False, ("openvino",))
    assert (found.backends, found.problem) == (("openvino",), "")
    repository = tmp_path / "models"
    plain, batched = _model(repository, "plain", None), _model(repository, "batched", None)
    subprocess.run([installed_files()[0].python, "-I", "-c", _MAKE_OPENVINO, str(repository)], check=True)
    files = {path.name: path for path in plain.iterdir()}
    openvino = 'backend: "openvino"\n'
    tensor = '{ name: "%s" data_type: TYPE_%s dims: [ -1, 3 ] }\n'
    given = f"{openvino}input {tensor % ('x', 'FP32')}output {tensor % ('y', 'FP32')}"
    _model(repository, "given", given, files)
    _model(repository, "wrong_name", given.replace('"x"', '"z"'), files)
    _model(repository, "wrong_type", given.replace("FP32", "INT8", 1), files)
    _model(repository, "wrong_shape", given.replace("-1, 3", "-1, 4"), files)
    _model(repository, "no_batch", f"{openvino}max_batch_size: 4", files)
    _model(repository, "threads", openvino + _parameters(INFERENCE_NUM_THREADS="many"), files)
    _model(repository, "empty", given)
    assert {path.name for path in batched.iterdir()} == {"model.xml", "model.bin"}
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    with _serving(serve, repository) as client:
        for name in ("plain", "batched", "given"):
            assert _ask(client, name, rows, "x").tolist() == (rows * 2 + 1).tolist()
        config = client.config("batched")
        assert (int(config["max_batch_size"]), config["input"][0]["dims"]) == (4, [3])
        assert client.config("plain")["input"][0]["dims"] == [-1, 3]
        assert "unexpected inference input 'z', allowed inputs are: x" in _refusal(client, "wrong_name")
        assert "expects datatype TYPE_INT8 for input 'x', model provides TYPE_FP32" in _refusal(client, "wrong_type")
        assert "the model expects 2 dimensions (shape [-1,3])" in _refusal(client, "wrong_shape")
        assert "model does not support batching while non-zero max_batch_size" in _refusal(client, "no_batch")
        assert "'INFERENCE_NUM_THREADS' to be a non-negative number, got many" in _refusal(client, "threads")
        assert "unable to find" in _refusal(client, "empty")
