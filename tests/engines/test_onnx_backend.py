"""Our ONNX backend in a real server: what it completes, what it refuses, and how it answers.

Expected completions and messages are those of Triton's native ONNX Runtime backend.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from studio.engines.install import EngineInfo
from tests.engines.conftest import Served, fp32, serving
from tests.engines.models import Io, doubler, onnx_model
from tests.engines.onnx_backend import config, is_completed, is_refused, parameter, tensors
from tests.fixtures.http import HTTP

pytestmark = pytest.mark.engine

FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING


def write_completed(root: Path) -> None:
    doubler(root, "batched", ["n", 3])
    doubler(root, "fixed", [2, 3])
    doubler(root, "only_batch", ["n"])
    doubler(root, "scalar", [])
    doubler(root, "own_batch", ["n", 3], "max_batch_size: 16")
    given = 'max_batch_size: 2\ninput { name: "x" data_type: TYPE_FP32 dims: [ 5 ] }'
    doubler(root, "inputs_given", ["n", "m"], given)
    doubler(root, "all_given", ["n", 3], config(0, "-1, 3"))
    doubler(root, "by_platform", ["n", 3], 'platform: "onnxruntime_onnx"')
    doubler(root, "no_batch_wanted", [2, 3], "max_batch_size: 4")
    folder = doubler(root, "other_file", ["n", 3], 'backend: "onnxruntime" default_model_filename: "net.onnx"')
    (folder / "1" / "model.onnx").rename(folder / "1" / "net.onnx")


def write_refused(root: Path) -> None:
    shape: list[int | str] = ["n", 3]
    doubler(root, "bad_name", shape, config(4, "3", names=("z", "y")))
    doubler(root, "bad_type", shape, config(4, "3", kind="TYPE_INT32"))
    doubler(root, "bad_dims", shape, config(4, "5"))
    doubler(root, "not_batching", [2, 3], config(4, "3"))
    doubler(root, "bad_scalar", [], config(0, "2"))
    (doubler(root, "no_file", shape, config(4, "3")) / "1" / "model.onnx").unlink()
    (doubler(root, "broken_file", shape, config(4, "3")) / "1" / "model.onnx").write_bytes(b"\x08\x01not onnx")


def write_served(root: Path) -> None:
    batching = "dynamic_batching { max_queue_delay_microseconds: 300000 }\ninstance_group { kind: KIND_CPU count: 1 }"
    doubler(root, "together", ["n", 3], config(8, "3", extra=batching))
    lookup = [helper.make_node("Gather", ["table", "i"], ["v"], axis=0)]
    sides = tensors("input", ("i", "TYPE_INT64", "1")) + tensors("output", ("v", "TYPE_FP32", "1"))
    lookup_config = f'backend: "onnxruntime"\nmax_batch_size: 8\n{sides}{batching}'
    table = {"table": np.array([10, 11, 12], np.float32)}
    given: list[Io] = [("i", INT64, ["n", 1])]
    onnx_model(root, "lookup", lookup, given, [("v", FLOAT, ["n", 1])], config=lookup_config, constants=table)
    both = [helper.make_node("Add", ["x", "x"], ["sum"]), helper.make_node("Mul", ["x", "x"], ["square"])]
    outputs: list[Io] = [("sum", FLOAT, ["n", 2]), ("square", FLOAT, ["n", 2])]
    onnx_model(root, "two_outputs", both, [("x", FLOAT, ["n", 2])], outputs)
    same = [helper.make_node("Identity", ["s"], ["t"])]
    onnx_model(root, "text", same, [("s", STRING, ["n", 2])], [("t", STRING, ["n", 2])])
    doubler(root, "scalar_given", [], config(0, "1"))
    tuned = (
        parameter("intra_op_thread_count", "1") + parameter("execution_mode", "1") + parameter("enable_mem_arena", "0")
    )
    doubler(root, "tuned", ["n", 3], config(4, "3", extra=tuned + "optimization { graph { level: 1 } }"))


@pytest.fixture(scope="module")
def server(engine: EngineInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server on the models that are always loaded."""
    with serving(engine, tmp_path_factory, write_completed, write_refused, write_served) as served:
        yield served


COMPLETED: list[tuple[str, int, list[int], bool]] = [
    ("batched", 4, [3], True),
    ("fixed", 0, [2, 3], False),
    ("only_batch", 4, [1], True),
    ("scalar", 0, [1], False),
    ("own_batch", 16, [3], True),
    ("all_given", 0, [-1, 3], False),
    ("by_platform", 4, [3], True),
    ("other_file", 4, [3], True),
]


@pytest.mark.parametrize(("model", "batch", "dims", "dynamic"), COMPLETED)
def test_completed(server: Served, model: str, batch: int, dims: list[int], dynamic: bool) -> None:
    is_completed(server.config(model), batch, dims, dynamic)


def test_an_empty_shape_is_reshaped_only_when_batching(server: Served) -> None:
    assert server.config("only_batch")["input"][0]["reshape"] == {"shape": []}
    assert "reshape" not in server.config("scalar")["input"][0]


def test_only_the_side_that_is_missingis_completed(server: Served) -> None:
    got = server.config("inputs_given")
    assert got["input"][0]["dims"] == [5]
    assert got["output"][0]["dims"] == [-1]
    assert got["max_batch_size"] == 2


BATCHING = (
    "(an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, "
    "making complete shape"
)
REFUSED = [
    (
        "no_batch_wanted",
        "autofill failed for model 'no_batch_wanted': model does not support batching while non-zero max_batch_size "
        "is specified",
    ),
    ("bad_name", "unexpected inference input 'z', allowed inputs are: x"),
    (
        "bad_type",
        "unable to load model 'bad_type', configuration expects datatype TYPE_INT32 for input 'x', "
        "model provides TYPE_FP32",
    ),
    (
        "bad_dims",
        "model 'bad_dims', tensor 'x': the model expects 2 dimensions (shape [-1,3]) but the model configuration "
        f"specifies 2 dimensions {BATCHING} [-1,5])",
    ),
    (
        "not_batching",
        "model 'not_batching', tensor 'x': for the model to support batching the shape should have at least 1 "
        "dimension and the first dimension must be -1; but shape expected by the model is [2,3]",
    ),
    (
        "bad_scalar",
        "scalar tensor 'x', should only provide 1 in the model configuration when the model doesn't support "
        "batching. Model configuration provided: [2].",
    ),
    ("no_file", "1/model.onnx' for model instance 'no_file'"),
    ("broken_file", "onnx runtime error"),
]


@pytest.mark.parametrize(("model", "message"), REFUSED, ids=[name for name, _ in REFUSED])
def test_refused_in_the_words_of_the_native_backend(server: Served, model: str, message: str) -> None:
    is_refused(server.index()[model], message)


def test_all_else_is_served(server: Served) -> None:
    refused = {name for name, _ in REFUSED}
    states = {name: model["state"] for name, model in server.index().items() if name not in refused}
    assert set(states.values()) == {"READY"}, states


def statistics(server: Served, model: str) -> dict[str, Any]:
    answer = HTTP.get(server.url(f"/v2/models/{model}/stats")).json()
    return dict(answer["model_stats"][0])


def test_requests_of_one_call_share_a_run(server: Served) -> None:
    def ask(n: int) -> Any:
        return server.infer("together", x=fp32([n] * 3, [1, 3]))["y"]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert answers == [([1, 3], [2 * n] * 3) for n in range(6)]
    stats = statistics(server, "together")
    assert stats["inference_count"] == 6
    assert stats["execution_count"] < 6


def test_one_bad_request_does_not_fail_those_beside_it(server: Served) -> None:
    def ask(index: int) -> dict[str, Any]:
        return server.infer("lookup", i={"datatype": "INT64", "shape": [1, 1], "data": [index]})

    with ThreadPoolExecutor(3) as pool:
        good, bad, other = pool.map(ask, [1, 99, 2])
    assert (good["v"], other["v"]) == (([1, 1], [11]), ([1, 1], [12]))
    assert "onnx runtime error" in bad["error"]
    assert statistics(server, "lookup")["execution_count"] < 3


def test_only_the_outputs_that_are_asked_for_come(server: Served) -> None:
    x = fp32([1, 2, 3, 4], [2, 2])
    assert server.infer("two_outputs", ["square"], x=x) == {"square": ([2, 2], [1, 4, 9, 16])}
    assert set(server.infer("two_outputs", x=x)) == {"sum", "square"}


def test_strings_go_through(server: Served) -> None:
    texts = ["héllo", "", "日本", "tail"]
    got = server.infer("text", s={"datatype": "BYTES", "shape": [2, 2], "data": texts})
    assert got["t"] == ([2, 2], texts)


def test_bytes_that_are_no_text_are_an_answer_or_an_error_but_no_crash(server: Served) -> None:
    raw = b"\x02\x00\x00\x00\xff\xfe" + b"\x01\x00\x00\x00a"
    tensor = {"name": "s", "datatype": "BYTES", "shape": [1, 2], "parameters": {"binary_data_size": len(raw)}}
    head = json.dumps({"inputs": [tensor], "outputs": [{"name": "t", "parameters": {"binary_data": True}}]}).encode()
    answer = HTTP.post(
        server.url("/v2/models/text/infer"),
        content=head + raw,
        headers={"Inference-Header-Content-Length": str(len(head))},
    )
    assert answer.content.endswith(raw) if answer.status_code == 200 else "onnx runtime error" in answer.text
    assert server.infer("text", s={"datatype": "BYTES", "shape": [1, 2], "data": ["a", "b"]})["t"] == (
        [1, 2],
        ["a", "b"],
    )


def test_shapes_without_a_dimension_come_back_as_they_are_declared(server: Served) -> None:
    assert server.infer("scalar_given", x=fp32([4], [1]))["y"] == ([1], [8])
    assert server.infer("scalar", x=fp32([4], [1]))["y"] == ([1], [8])
    assert server.infer("only_batch", x=fp32([1, 2], [2, 1]))["y"] == ([2, 1], [2, 4])


def test_parameters_of_the_runtime_are_taken(server: Served) -> None:
    assert server.infer("tuned", x=fp32([1, 2, 3], [1, 3]))["y"] == ([1, 3], [2, 4, 6])


def test_a_shape_that_does_not_fitis_refused(server: Served) -> None:
    assert "unexpected shape" in server.infer("batched", x=fp32([1, 2], [1, 2]))["error"]
