"""Writes the symbol classifier as TorchScript, with the weights of the ONNX file: python to_torchscript.py IN OUT.

Needs torch beside onnx. What the file says is compared with ONNX's reference evaluator before it is written.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator


class Classifier(torch.nn.Module):
    """The nodes of an ONNX graph, one after the other."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        super().__init__()
        held = {each.name: torch.from_numpy(numpy_helper.to_array(each).copy()) for each in graph.initializer}
        self.layers = torch.nn.Sequential(*(_layer(node, held) for node in graph.node))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layers(x)
        return found


class Scaled(torch.nn.Module):
    """x * factor + offset, or either of them, by channel."""

    def __init__(self, kind: str, value: torch.Tensor) -> None:
        super().__init__()
        self.kind = kind
        self.register_buffer("value", value)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.kind == "Sub":
            return x - self.value
        return x / self.value if self.kind == "Div" else x * self.value


def _layer(node: onnx.NodeProto, held: dict[str, torch.Tensor]) -> torch.nn.Module:
    given = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    weights = [held[name] for name in node.input if name in held]
    if node.op_type == "Conv":
        filters, channels, *size = weights[0].shape
        layer = torch.nn.Conv2d(channels, filters, tuple(size), tuple(given["strides"]), given["pads"][0])
        return _filled(layer, *weights)
    if node.op_type == "Gemm":
        inputs, outputs = weights[0].shape
        return _filled(torch.nn.Linear(inputs, outputs), weights[0].T, weights[1])
    plain = {"Relu": torch.nn.ReLU(), "Flatten": torch.nn.Flatten(), "Softmax": torch.nn.Softmax(-1)}
    return plain[node.op_type] if node.op_type in plain else Scaled(node.op_type, weights[0])


def _filled(layer: torch.nn.Module, weight: torch.Tensor, bias: torch.Tensor) -> torch.nn.Module:
    layer.load_state_dict({"weight": weight.contiguous(), "bias": bias})
    return layer


def main(source: Path, target: Path) -> None:
    """Converts, compares and writes."""
    model = onnx.load(source)
    module = Classifier(model.graph).eval()
    pixels = np.random.default_rng(0).random((4, 3, 64, 64), np.float32)
    scripted = torch.jit.freeze(torch.jit.trace(module, torch.from_numpy(pixels)))
    found = scripted(torch.from_numpy(pixels)).detach().numpy()
    (expected,) = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: pixels})
    print(f"differs by {np.abs(found - np.asarray(expected)).max():.1e} at most")
    target.parent.mkdir(parents=True, exist_ok=True)
    scripted.save(str(target))
    _forget_places(target)


def _forget_places(path: Path) -> None:
    """Take out which lines of which files of this machine the code came from; what is left is the same each time."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".debug_pkl")}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(zipfile.ZipInfo(name), data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
