"""A small neural network in numpy: layers with their gradients, and the ONNX file they become.

Activations are NHWC inside, since a strided convolution is then a handful of contiguous copies and one matrix
product; the exported model takes and gives what its layers say (NCHW for images).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

OPSET = 17
IR_VERSION = 8  # the newest pair that ONNX Runtime 1.16 reads


@dataclass
class Weight:
    """A trained array with its gradient and Adam's two moments."""

    value: Floats
    grad: Floats = field(init=False)
    first: Floats = field(init=False)
    second: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.grad, self.first, self.second = (np.zeros_like(self.value) for _ in range(3))


class Graph:
    """Collects ONNX nodes and constants; each call gives the name of the tensor that it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output


class Layer(Protocol):
    """One step of a network: `backward` takes the gradient of its output and gives that of its input."""

    weights: list[Weight]

    def forward(self, x: Floats) -> Floats: ...
    def backward(self, grad: Floats) -> Floats: ...
    def export(self, graph: Graph, source: str, name: str) -> str: ...


class Conv:
    """3x3 or 5x5 convolution with "same" padding and a stride, followed by ReLU.

    The first layer of a network spares the costly gradient of its input, which nobody asks for.
    """

    def __init__(
        self, rng: np.random.Generator, channels: int, filters: int, size: int, stride: int, first: bool = False
    ) -> None:
        self._first = first
        self.size, self.stride, self.pad = size, stride, size // 2
        fan_in = size * size * channels
        kernel = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, filters)).astype(np.float32)
        self.weights = [Weight(kernel), Weight(np.zeros(filters, np.float32))]
        self._channels = channels

    def _windows(self, side: int) -> list[tuple[slice, slice]]:
        starts = range(self.size)
        end = (side - 1) * self.stride + 1
        return [(slice(i, i + end, self.stride), slice(j, j + end, self.stride)) for i in starts for j in starts]

    def forward(self, x: Floats) -> Floats:
        side = -(-x.shape[1] // self.stride)
        padded = np.pad(x, ((0, 0), (self.pad, self.pad), (self.pad, self.pad), (0, 0)))
        self._padded = padded.shape
        columns = [padded[:, rows, cols] for rows, cols in self._windows(side)]
        self._columns = np.concatenate(columns, axis=-1).reshape(-1, self.weights[0].value.shape[0])
        y = self._columns @ self.weights[0].value + self.weights[1].value
        self._y = np.maximum(y, 0).reshape(len(x), side, side, -1)
        result: Floats = self._y
        return result

    def backward(self, grad: Floats) -> Floats:
        side = grad.shape[1]
        flat = (grad * (self._y > 0)).reshape(-1, grad.shape[-1])
        self.weights[0].grad = self._columns.T @ flat
        self.weights[1].grad = flat.sum(0)
        if self._first:
            return grad
        columns = (flat @ self.weights[0].value.T).reshape(len(grad), side, side, -1, self._channels)
        back = np.zeros(self._padded, np.float32)
        for k, (rows, cols) in enumerate(self._windows(side)):
            back[:, rows, cols] += columns[..., k, :]
        inner: Floats = back[:, self.pad : -self.pad, self.pad : -self.pad]
        return inner

    def export(self, graph: Graph, source: str, name: str) -> str:
        kernel = self.weights[0].value.reshape(self.size, self.size, self._channels, -1).transpose(3, 2, 0, 1)
        inputs = [
            source,
            graph.constant(f"{name}.weight", kernel),
            graph.constant(f"{name}.bias", self.weights[1].value),
        ]
        strides, pads = [self.stride] * 2, [self.pad] * 4
        conv = graph.node("Conv", inputs, name, kernel_shape=[self.size] * 2, strides=strides, pads=pads)
        return graph.node("Relu", [conv], f"{name}.relu")


class Flatten:
    """NHWC to one row a sample, in NCHW order so that ONNX's Flatten gives the same."""

    def __init__(self) -> None:
        self.weights: list[Weight] = []

    def forward(self, x: Floats) -> Floats:
        self._shape = x.shape
        return x.transpose(0, 3, 1, 2).reshape(len(x), -1)

    def backward(self, grad: Floats) -> Floats:
        n, height, width, channels = self._shape
        return grad.reshape(n, channels, height, width).transpose(0, 2, 3, 1)

    def export(self, graph: Graph, source: str, name: str) -> str:
        return graph.node("Flatten", [source], name, axis=1)


class Dense:
    """A fully connected layer, followed by ReLU where asked."""

    def __init__(self, rng: np.random.Generator, inputs: int, outputs: int, relu: bool) -> None:
        scale = np.sqrt((2 if relu else 1) / inputs)
        matrix = rng.normal(0, scale, (inputs, outputs)).astype(np.float32)
        self.weights = [Weight(matrix), Weight(np.zeros(outputs, np.float32))]
        self._relu = relu

    def forward(self, x: Floats) -> Floats:
        self._x = x
        y = x @ self.weights[0].value + self.weights[1].value
        self._y = np.maximum(y, 0) if self._relu else y
        return self._y

    def backward(self, grad: Floats) -> Floats:
        grad = grad * (self._y > 0) if self._relu else grad
        self.weights[0].grad = self._x.T @ grad
        self.weights[1].grad = grad.sum(0)
        return grad @ self.weights[0].value.T

    def export(self, graph: Graph, source: str, name: str) -> str:
        matrix = graph.constant(f"{name}.weight", self.weights[0].value)
        bias = graph.constant(f"{name}.bias", self.weights[1].value)
        dense = graph.node("Gemm", [source, matrix, bias], name)
        return graph.node("Relu", [dense], f"{name}.relu") if self._relu else dense


class Dropout:
    """Zeroes a share of its input while training; nothing is left of it in the exported model."""

    def __init__(self, rng: np.random.Generator, share: float) -> None:
        self.weights: list[Weight] = []
        self._rng, self._share = rng, share
        self.training = False

    def forward(self, x: Floats) -> Floats:
        kept = self._rng.random(x.shape, np.float32) >= self._share
        self._mask = kept.astype(np.float32) / (1 - self._share) if self.training else np.float32(1)
        return x * self._mask

    def backward(self, grad: Floats) -> Floats:
        return grad * self._mask

    def export(self, graph: Graph, source: str, name: str) -> str:  # noqa: ARG002 - one signature for all layers
        return source


class MeanEmbedding:
    """Rows of token ids to the mean of their vectors; id 0 is padding and does not count."""

    def __init__(self, rng: np.random.Generator, tokens: int, width: int) -> None:
        table = rng.normal(0, 0.1, (tokens, width)).astype(np.float32)
        self.weights = [Weight(table)]

    def forward(self, x: Floats) -> Floats:
        self._ids = x.astype(np.int64)
        mask = (self._ids > 0).astype(np.float32)
        self._share = mask / np.maximum(mask.sum(1, keepdims=True), 1)
        vectors: Floats = np.einsum("nt,ntd->nd", self._share, self.weights[0].value[self._ids])
        return vectors

    def backward(self, grad: Floats) -> Floats:
        spread = self._share[..., None] * grad[:, None, :]
        self.weights[0].grad = np.zeros_like(self.weights[0].value)
        np.add.at(self.weights[0].grad, self._ids, spread)
        return grad  # ids have no gradient; nothing stands before this layer

    def export(self, graph: Graph, source: str, name: str) -> str:
        table = graph.constant(f"{name}.table", self.weights[0].value)
        zero = graph.constant(f"{name}.padding", np.array(0, np.int64))
        one = graph.constant(f"{name}.one", np.array(1, np.float32))
        axis = graph.constant(f"{name}.axis", np.array([1], np.int64))
        last = graph.constant(f"{name}.last", np.array([2], np.int64))
        known = graph.node("Greater", [source, zero], f"{name}.known")
        mask = graph.node("Cast", [known], f"{name}.mask", to=TensorProto.FLOAT)
        column = graph.node("Unsqueeze", [mask, last], f"{name}.column")
        vectors = graph.node("Gather", [table, source], f"{name}.vectors", axis=0)
        weighted = graph.node("Mul", [vectors, column], f"{name}.weighted")
        total = graph.node("ReduceSum", [weighted, axis], f"{name}.sum", keepdims=0)
        count = graph.node("ReduceSum", [mask, axis], f"{name}.count", keepdims=1)
        at_least_one = graph.node("Max", [count, one], f"{name}.at_least_one")
        return graph.node("Div", [total, at_least_one], name)


def softmax(scores: Floats) -> Floats:
    """Rows of scores as probabilities."""
    powers = np.exp(scores - scores.max(1, keepdims=True))
    probabilities: Floats = powers / powers.sum(1, keepdims=True)
    return probabilities


class Network:
    """A stack of layers trained by Adam on the cross entropy of its softmax."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)
        self._steps = 0

    def scores(self, x: Floats, training: bool = False) -> Floats:
        for layer in self.layers:
            if isinstance(layer, Dropout):
                layer.training = training
            x = layer.forward(x)
        return x

    def probabilities(self, x: Floats, batch: int = 256) -> Floats:
        parts = [softmax(self.scores(x[i : i + batch])) for i in range(0, len(x), batch)]
        return np.concatenate(parts)

    def accuracy(self, x: Floats, labels: Ints) -> float:
        return float(np.mean(self.probabilities(x).argmax(1) == labels))

    def step(self, x: Floats, labels: Ints, rate: float, smoothing: float = 0.05) -> float:
        """One step of training; returns the loss before it."""
        probabilities = softmax(self.scores(x, training=True))
        count = probabilities.shape[1]
        target = np.full_like(probabilities, smoothing / count)
        target[np.arange(len(x)), labels] += 1 - smoothing
        grad: Floats = (probabilities - target) / np.float32(len(x))
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        self._adam(rate)
        return float(-np.mean((target * np.log(probabilities + 1e-9)).sum(1)))

    def _adam(self, rate: float, beta1: float = 0.9, beta2: float = 0.99) -> None:
        self._steps += 1
        rate *= float(np.sqrt(1 - beta2**self._steps) / (1 - beta1**self._steps))
        for weight in (w for layer in self.layers for w in layer.weights):
            weight.first += (1 - beta1) * (weight.grad - weight.first)
            weight.second += (1 - beta2) * (weight.grad**2 - weight.second)
            weight.value -= np.float32(rate) * weight.first / (np.sqrt(weight.second) + 1e-8)


def train(
    network: Network, x: Floats, labels: Ints, rng: np.random.Generator, *, epochs: int, rate: float, batch: int = 64
) -> None:
    """Trains in place, printing a line an epoch; the rate falls to zero along half a cosine."""
    steps = epochs * -(-len(x) // batch)
    done = 0
    for epoch in range(epochs):
        order = rng.permutation(len(x))
        losses = []
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            current = rate * 0.5 * (1 + np.cos(np.pi * done / steps))
            losses.append(network.step(x[chosen], labels[chosen], current))
            done += 1
        print(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}", flush=True)
