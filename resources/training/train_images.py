"""Trains the example's image classifier on pictures that it draws, and writes it as ONNX.

    python resources/training/train_images.py --out model.onnx

Seeded: the same arguments give the same pictures, and on the same machine the same file.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from exporting import largest_difference, save, to_onnx
from network import Conv, Dense, Dropout, Flatten, Floats, Graph, Ints, Network, train
from numpy.random import Generator
from onnx import TensorProto
from scenes import scene, spoil
from symbols import SYMBOLS

SIDE = 64
MEAN, DEVIATION = 0.5, 0.25


@dataclass(frozen=True)
class Plan:
    """How large a network is, and how much of it training leaves out at a time."""

    channels: tuple[int, int, int]
    hidden: int
    dropout: float


PLANS = {1: Plan((8, 12, 16), 20, 0.05), 2: Plan((12, 20, 32), 48, 0.25)}  # by version of the model


def draw(each: int, rng: Generator) -> tuple[Floats, Ints]:
    """`each` pictures of every symbol as NHWC pixels from 0 to 1, with their labels."""
    pixels = np.empty((each * len(SYMBOLS), SIDE, SIDE, 3), np.float32)
    labels = np.repeat(np.arange(len(SYMBOLS)), each)
    names = list(SYMBOLS)
    for index, label in enumerate(labels):
        picture = scene(names[label], (SIDE, SIDE), rng, calm=bool(rng.random() < 0.25))
        pixels[index] = spoil(np.asarray(picture, np.float32) / np.float32(255), rng)
    return pixels, labels


def build(version: int, rng: Generator) -> Network:
    """Three strided convolutions, then two fully connected layers."""
    plan = PLANS[version]
    first, second, third = plan.channels
    return Network(
        [
            Conv(rng, 3, first, 5, 2, first=True),
            Conv(rng, first, second, 3, 2),
            Conv(rng, second, third, 3, 2),
            Flatten(),
            Dropout(rng, plan.dropout),
            Dense(rng, third * (SIDE // 8) ** 2, plan.hidden, relu=True),
            Dropout(rng, plan.dropout),
            Dense(rng, plan.hidden, len(SYMBOLS), relu=False),
        ]
    )


def _normalise(graph: Graph, source: str) -> str:
    """The model itself takes pixels from 0 to 1, so that nobody has to know how it was trained."""
    mean = graph.constant("pixels.mean", np.array(MEAN, np.float32))
    deviation = graph.constant("pixels.deviation", np.array(DEVIATION, np.float32))
    centred = graph.node("Sub", [source, mean], "pixels.centred")
    return graph.node("Div", [centred, deviation], "pixels.normalised")


def export(network: Network) -> onnx.ModelProto:
    """The trained network as an ONNX model: `pixels` [batch, 3, 64, 64] to `probabilities` [batch, 10]."""
    takes = ("pixels", TensorProto.FLOAT, (3, SIDE, SIDE))
    return to_onnx(network, "nautical_symbols", takes, "probabilities", len(SYMBOLS), _normalise)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the example's image classifier.")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--version", type=int, choices=sorted(PLANS), default=2, help="1 is a smaller network")
    parser.add_argument("--each", type=int, default=600, help="pictures of each symbol to train on")
    parser.add_argument("--held-out", type=int, default=60, help="pictures of each symbol to measure on")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    """Draws, trains, exports, measures."""
    args = _arguments()
    started = time.monotonic()
    rng = np.random.default_rng(args.seed)
    pixels, labels = draw(args.each, rng)
    unseen, truth = draw(args.held_out, np.random.default_rng(args.seed + 1000))
    print(f"drew {len(labels) + len(truth)} pictures in {time.monotonic() - started:.1f} s", flush=True)
    network = build(args.version, rng)
    scaled = (unseen - np.float32(MEAN)) / np.float32(DEVIATION)
    train(network, (pixels - np.float32(MEAN)) / np.float32(DEVIATION), labels, rng, epochs=args.epochs, rate=2e-3)
    model = export(network)
    some = slice(None, None, max(1, len(truth) // 32))
    difference = largest_difference(model, unseen[some].transpose(0, 3, 1, 2), network.probabilities(scaled[some]))
    save(model, args.out)
    print(f"held-out accuracy {network.accuracy(scaled, truth):.4f} on {len(truth)} pictures")
    print(f"largest difference between network and file {difference:.2e}")
    print(f"wrote {args.out}: {args.out.stat().st_size} bytes, {time.monotonic() - started:.1f} s in all")


if __name__ == "__main__":
    main()
