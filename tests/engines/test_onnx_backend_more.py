"""What else our ONNX backend completes and refuses, in a real server; `test_onnx_backend.py` has some of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.engines.install import EngineInfo
from tests.engines.conftest import Served, serving
from tests.engines.models import doubler
from tests.engines.onnx_backend import config, is_completed, is_refused, parameter, tensors

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def write_more(root: Path) -> None:
    shape: list[int | str] = ["n", 3]
    doubler(root, "open_dims", ["n", "m", 4])
    doubler(root, "batch_one", ["n", 3], "max_batch_size: 1")
    doubler(root, "sequence", ["n", 3], "sequence_batching { }")
    doubler(root, "bad_output", shape, config(4, "3", names=("x", "z")))
    doubler(root, "bad_rank", shape, config(0, "3"))
    doubler(root, "bad_threads", shape, config(4, "3", extra=parameter("intra_op_thread_count", "many")))
    doubler(root, "bad_mode", shape, config(4, "3", extra=parameter("execution_mode", "2")))
    doubler(root, "bad_arena", shape, config(4, "3", extra=parameter("enable_mem_arena", "maybe")))
    sides = tensors("input", ("x", "TYPE_FP32", "3")) + tensors("output", ("y", "TYPE_FP32", "-1"))
    doubler(root, "open_output", shape, f'backend: "onnxruntime"\nmax_batch_size: 4\n{sides}')
    two = tensors("input", ("x", "TYPE_FP32", "3"), ("w", "TYPE_FP32", "3")) + tensors(
        "output", ("y", "TYPE_FP32", "3")
    )
    doubler(root, "bad_count", shape, f'backend: "onnxruntime"\nmax_batch_size: 4\n{two}')


@pytest.fixture(scope="module")
def more(engine: EngineInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server on all of the models."""
    with serving(engine, tmp_path_factory, write_more) as served:
        yield served


COMPLETED: list[tuple[str, int, list[int], bool]] = [
    ("open_dims", 4, [-1, 4], True),
    ("batch_one", 1, [3], False),
    ("sequence", 4, [3], False),
]


@pytest.mark.parametrize(("model", "batch", "dims", "dynamic"), COMPLETED)
def test_more_are_completed(more: Served, model: str, batch: int, dims: list[int], dynamic: bool) -> None:
    is_completed(more.config(model), batch, dims, dynamic)


REFUSED = [
    ("bad_output", "unexpected inference output 'z', allowed outputs are: y"),
    (
        "bad_rank",
        "model 'bad_rank', tensor 'x': the model expects 2 dimensions (shape [-1,3]) but the model configuration "
        "specifies 1 dimensions (shape [3])",
    ),
    ("open_output", "tensor 'y': the model expects 2 dimensions (shape [-1,3])"),
    ("bad_count", "unable to load model 'bad_count', configuration expects 2 inputs, model provides 1"),
    ("bad_threads", "failed to convert 'many' to integral number"),
    ("bad_mode", "Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got 2 ."),
    ("bad_arena", "failed to convert 'maybe' to boolean"),
]


@pytest.mark.parametrize(("model", "message"), REFUSED, ids=[name for name, _ in REFUSED])
def test_moreis_refused_in_the_words_of_the_native_backend(more: Served, model: str, message: str) -> None:
    is_refused(more.index()[model], message)
