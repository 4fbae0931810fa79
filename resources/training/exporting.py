"""Writes a trained network as an ONNX file and shows that the file says what the network says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from network import IR_VERSION, OPSET, Graph, Network
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator


def to_onnx(
    network: Network,
    name: str,
    takes: tuple[str, int, tuple[int, ...]],
    gives: str,
    classes: int,
    prepare: Callable[[Graph, str], str] = lambda _, source: source,
) -> onnx.ModelProto:
    """The network with a softmax at its end. `takes` is (tensor, ONNX type, shape without the batch dimension)."""
    graph = Graph()
    tensor = prepare(graph, takes[0])
    for position, layer in enumerate(network.layers, 1):
        tensor = layer.export(graph, tensor, f"{type(layer).__name__.lower()}{position}")
    graph.node("Softmax", [tensor], gives, axis=-1)
    inputs = [helper.make_tensor_value_info(takes[0], takes[1], ["batch", *takes[2]])]
    outputs = [helper.make_tensor_value_info(gives, TensorProto.FLOAT, ["batch", classes])]
    body = helper.make_graph(graph.nodes, name, inputs, outputs, graph.constants)
    opsets = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION, producer_name="trireme-training")
    onnx.checker.check_model(model, full_check=True)
    return model


def save(model: onnx.ModelProto, path: Path) -> None:
    """Writes the file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def largest_difference(model: onnx.ModelProto, x: npt.NDArray[np.generic], expected: npt.NDArray[np.float32]) -> float:
    """How far the exported model is from the network at most, by ONNX's own reference evaluator."""
    (given,) = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x})
    return float(np.abs(np.asarray(given) - expected).max())
