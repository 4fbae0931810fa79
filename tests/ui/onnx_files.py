"""Small ONNX files with the interface that a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import helper

Shapes = Mapping[str, tuple[str, tuple[int, ...]]]


def write_onnx(path: Path, inputs: Shapes, outputs: Shapes, opset: int = 17) -> Path:
    """Writes a graph with these tensors; -1 varies. It computes nothing that means anything."""
    first_side, second_side = (
        [
            helper.make_tensor_value_info(
                name, getattr(onnx.TensorProto, kind), ["batch" if size == -1 else size for size in shape]
            )
            for name, (kind, shape) in side.items()
        ]
        for side in (inputs, outputs)
    )
    first = next(iter(inputs))
    nodes = [helper.make_node("Identity", [first], [name]) for name in outputs]
    graph = helper.make_graph(nodes, "made", first_side, second_side)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="tests")
    model.ir_version = 8
    path.write_bytes(model.SerializeToString())
    return path
