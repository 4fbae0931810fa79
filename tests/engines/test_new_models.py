"""What New model proposes, in a real server: every proposal and every template loads, and answers rightly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import onnx
import pytest
import tritonclient.grpc as triton
from onnx import TensorProto, helper, numpy_helper

from studio.core.config.draft import draft
from studio.core.new_model.creation import create
from studio.core.new_model.recognition import recognise
from studio.core.new_model.templates import propose_template, templates
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.engines.install import EngineInfo
from studio.engines.registry import start
from studio.resources import resource
from tests.engines.conftest import Served, fp32
from tests.engines.models import doubler, onnx_model, python_model

pytestmark = [pytest.mark.engine]

FLOAT, STRING = TensorProto.FLOAT, TensorProto.STRING
SHAPES: dict[str, list[int | str]] = {
    "batched": ["n", 3],
    "open_dims": ["n", "m", 4],
    "fixed": [2, 3],
    "only_batch": ["n"],
    "scalar": [],
}


def write_files(root: Path) -> list[Path]:
    """ONNX files of every kind of shape, each a file of its own somewhere."""
    for name, shape in SHAPES.items():
        doubler(root, name, shape)
    both = [helper.make_node("Add", ["x", "x"], ["sum"]), helper.make_node("Shape", ["x"], ["size"])]
    onnx_model(
        root, "mixed", both, [("x", FLOAT, ["n", 2])], [("sum", FLOAT, ["n", 2]), ("size", TensorProto.INT64, [2])]
    )
    same = [helper.make_node("Identity", ["s"], ["t"])]
    onnx_model(root, "text", same, [("s", STRING, ["n", 2])], [("t", STRING, ["n", 2])])
    files = [*sorted(root.glob("*/1/model.onnx")), with_external_data(root / "outside")]
    return files + sorted(resource("example", "models").glob("*/*/model.onnx"))


def with_external_data(folder: Path) -> Path:
    """A model whose weights lie beside it, in a folder of their own."""
    folder.mkdir()
    weights = numpy_helper.from_array(np.arange(3, dtype=np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        "outside",
        [helper.make_tensor_value_info("x", FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("y", FLOAT, ["n", 3])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (folder / "weights").mkdir()
    path = folder / "added.onnx"
    onnx.save(model, path, save_as_external_data=True, location="weights/w.bin", size_threshold=0)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which everything came by New model."""
    root, repository = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("repository")
    for place, file in enumerate(write_files(root)):
        (proposal,) = recognise([file]).proposals
        create(replace(proposal, name=f"{proposal.name}_{place}"), repository)
    (folder,) = recognise([python_model(root / "python", "own")]).proposals
    create(folder, repository)
    (code,) = recognise([root / "python" / "own" / "1" / "model.py"]).proposals
    create(replace(code, name="code"), repository)
    called = draft((resource("templates", "identity") / "config.pbtxt").read_bytes())
    for each in templates():
        create(propose_template(each, called, "identity") if each.calls else propose_template(each), repository)
    return repository


@pytest.fixture(scope="module")
def server(engine: EngineInfo, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server on all of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_ENGINES", str(engine.path.parent))
        patch.setenv("TRIREME_HOME", str(tmp_path_factory.mktemp("home")))
        running = start(LaunchSpec(EngineKind.EMBEDDED, made, ports=Ports(0, 0, 0)))
    try:
        yield Served(running).wait()
    finally:
        running.stop(timeout=0.5)


def test_every_proposal_loads(server: Served, made: Path) -> None:
    index = server.index()
    refused = {name: row.get("reason", "") for name, row in index.items() if row["state"] != "READY"}
    assert not refused
    assert sorted(index) == sorted(folder.name for folder in made.iterdir())
    assert len(index) > 15


def model(made: Path, name: str) -> str:
    """The model's full name."""
    return next(folder.name for folder in made.iterdir() if folder.name.rpartition("_")[0] == name)


ANSWERS: list[tuple[str, list[int], list[float], list[float]]] = [
    ("batched", [2, 3], [1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12]),
    ("fixed", [2, 3], [1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12]),
    ("open_dims", [1, 2, 4], list(range(8)), list(range(0, 16, 2))),
    ("only_batch", [3, 1], [1, 2, 3], [2, 4, 6]),
    ("scalar", [1], [21], [42]),
    ("added", [2, 3], [1, 1, 1, 2, 2, 2], [1, 2, 3, 2, 3, 4]),
]


@pytest.mark.parametrize(("name", "shape", "values", "expected"), ANSWERS)
def test_a_file_answers(
    server: Served, made: Path, name: str, shape: list[int], values: list[Any], expected: list[float]
) -> None:
    assert server.infer(model(made, name), x=fp32(values, shape)) == {"y": (shape, expected)}


def test_code_and_a_copied_folder_answer(server: Served) -> None:
    assert server.infer("own", x=fp32([1, 2, 3], [1, 3])) == {"y": ([1, 3], [1, 2, 3])}
    assert server.infer("code", x=fp32([1, 2], [2])) == {"y": ([2], [1, 2])}


def test_the_identity_and_the_model_that_calls_it(server: Served) -> None:
    for name in ("identity", "bls"):
        assert server.infer(name, input=fp32([1, 2, 3, 4], [2, 2])) == {"output": ([2, 2], [1, 2, 3, 4])}


def test_the_post_processor_ranks(server: Served) -> None:
    answer = server.infer("postprocess", scores=fp32([0, 3, 1, 2], [1, 4]))
    assert answer["label"] == ([1, 3], ["second", "fourth", "third"])
    chances = np.exp([3, 2, 1]) / np.exp([0, 1, 2, 3]).sum()
    assert np.allclose(answer["probability"][1], chances, atol=1e-6)
    assert "scores for 4 labels" in server.infer("postprocess", scores=fp32([0, 3], [1, 2]))["error"]


def test_the_pre_processor_resizes_and_normalises(server: Served) -> None:
    # The left half black, the right half white: still so at another size.
    image = np.zeros((1, 4, 10, 3), np.uint8)
    image[:, :, 5:] = 255
    given = {"datatype": "UINT8", "shape": list(image.shape), "data": image.ravel().tolist()}
    shape, data = server.infer("preprocess", image=given)["pixels"]
    assert shape == [1, 3, 224, 224]
    pixels = np.array(data, np.float32).reshape(shape)
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    assert np.allclose(pixels[0, :, 100, 0], (0 - mean) / deviation, atol=1e-5)
    assert np.allclose(pixels[0, :, 100, -1], (1 - mean) / deviation, atol=1e-5)


def test_the_stream_sends_each_word(server: Served) -> None:
    replies: Queue[tuple[Any, Any]] = Queue()
    text = triton.InferInput("text", [1], "BYTES")
    text.set_data_from_numpy(np.array([b"one by one"], np.object_))
    with triton.InferenceServerClient(server.server.addresses.grpc) as client:
        client.start_stream(lambda result, error: replies.put((result, error)))
        client.async_stream_infer("stream", [text], enable_empty_final_response=True)
        words = []
        for _ in range(4):
            result, error = replies.get(timeout=60)
            assert error is None
            if not result.get_response().parameters["triton_final_response"].bool_param:
                words.append(result.as_numpy("word")[0])
        client.stop_stream()
    assert words == [b"one", b"by", b"one"]
