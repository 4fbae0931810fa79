"""The scripts that trained the example's models: they really learn, and their gradients are right."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest

from studio.resources import resource

if TYPE_CHECKING:
    from network import Ints, Network, Weight

TRAINING = resource("training")


def run(script: str, *arguments: str | Path) -> str:
    """What a training script prints."""
    command = [sys.executable, str(TRAINING / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def accuracy(printed: str) -> float:
    """The held-out accuracy that a script printed."""
    found = re.search(r"held-out accuracy ([0-9.]+)", printed)
    assert found, printed
    return float(found.group(1))


def train_texts(folder: Path) -> tuple[float, bytes, bytes]:
    """A short training of the text classifier: its accuracy, its file and its vocabulary."""
    folder.mkdir()
    out, vocabulary = folder / "model.onnx", folder / "vocabulary.txt"
    short = ("--each", "60", "--epochs", "20", "--held-out", "20")
    printed = run("train_texts.py", "--out", out, "--vocabulary", vocabulary, *short)
    return accuracy(printed), out.read_bytes(), vocabulary.read_bytes()


@pytest.mark.long
def test_texts_are_learned_and_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    first, again = (train_texts(tmp_path / name) for name in ("a", "b"))
    assert first == again
    assert first[0] > 0.4, "chance is 0.125"
    onnx.checker.check_model(onnx.load_model_from_string(first[1]), full_check=True)


@pytest.mark.long
def test_images_are_trained_in_short(tmp_path: Path) -> None:
    """A few steps that learn nothing yet: the script runs to its end and writes a sound network."""
    out = tmp_path / "model.onnx"
    short = ("--version", "1", "--each", "4", "--epochs", "1", "--held-out", "2")
    assert 0 <= accuracy(run("train_images.py", "--out", out, *short)) <= 1
    onnx.checker.check_model(onnx.load(out), full_check=True)


@pytest.mark.slow
def test_images_are_learned(tmp_path: Path) -> None:
    out = tmp_path / "new" / "model.onnx"
    short = ("--version", "1", "--each", "80", "--epochs", "6", "--held-out", "12")
    assert accuracy(run("train_images.py", "--out", out, *short)) > 0.25, "chance is 0.1"
    onnx.checker.check_model(onnx.load(out), full_check=True)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The scripts' own numpy network."""
    monkeypatch.syspath_prepend(str(TRAINING))
    import network as module

    yield module
    del sys.modules["network"]


@pytest.mark.parametrize("stride", [1, 2])
def test_gradients_of_a_network_are_those_of_finite_differences(network: ModuleType, stride: int) -> None:
    rng = np.random.default_rng(3)
    side = -(-6 // stride)
    layers = [
        network.Conv(rng, 2, 3, 5, 1, first=True),
        network.Conv(rng, 3, 4, 3, stride),
        network.Flatten(),
        network.Dense(rng, 4 * side * side, 5, relu=True),
        network.Dense(rng, 5, 3, relu=False),
    ]
    x, labels = rng.normal(size=(4, 6, 6, 2)), np.array([0, 2, 1, 0])
    _compare(network.Network(layers), x, labels, rng)


def test_gradients_of_an_embedding_are_those_of_finite_differences(network: ModuleType) -> None:
    rng = np.random.default_rng(4)
    layers = [network.MeanEmbedding(rng, 9, 4), network.Dense(rng, 4, 3, relu=False)]
    rows = np.array([[3, 4, 3, 0], [5, 0, 0, 0], [8, 7, 6, 5]], np.float64)
    _compare(network.Network(layers), rows, np.array([0, 1, 2]), rng)


def _compare(net: Network, x: npt.NDArray[Any], labels: Ints, rng: np.random.Generator) -> None:
    weights = [weight for layer in net.layers for weight in layer.weights]
    for weight in weights:  # in double precision, so that differences mean something
        weight.value = weight.value.astype(np.float64)
    net.step(x, labels, rate=0.0)
    for weight, grad in [(weight, weight.grad.copy()) for weight in weights]:
        for _ in range(6):
            at = tuple(int(rng.integers(n)) for n in weight.value.shape)
            assert grad[at] == pytest.approx(_slope(net, x, labels, weight, at), rel=1e-3, abs=1e-7)


def _slope(net: Network, x: npt.NDArray[Any], labels: Ints, weight: Weight, at: tuple[int, ...]) -> float:
    losses, kept, step = [], weight.value[at], 1e-6
    for sign in (1, -1):
        weight.value[at] = kept + sign * step
        losses.append(net.step(x, labels, rate=0.0))
    weight.value[at] = kept
    return (losses[0] - losses[1]) / (2 * step)
