"""Trains the example's text classifier on messages that it writes, and exports it with its vocabulary.

    python resources/training/train_texts.py --out model.onnx --vocabulary vocabulary.txt

Two figures tell how good it is: on new messages of known wordings, and on wordings that were kept back.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
from exporting import largest_difference, save, to_onnx
from network import Dense, Dropout, Floats, Ints, MeanEmbedding, Network, train
from numpy.random import Generator
from onnx import TensorProto
from sentences import TOPICS, message, mistype

# The tokenizer's own code, so that the two cannot drift apart.
sys.path.append(str(Path(__file__).resolve().parents[1] / "example/models/tokenizer/1"))
import words


def write(each: int, rng: Generator, *, held_out: bool = False, typing_errors: float = 0.0) -> tuple[list[str], Ints]:
    """`each` messages on every topic, with their labels."""
    texts = [message(topic, rng, held_out) for topic in TOPICS for _ in range(each)]
    spoiled = [mistype(text, rng) if rng.random() < typing_errors else text for text in texts]
    return spoiled, np.repeat(np.arange(len(TOPICS)), each)


def vocabulary(texts: list[str], at_least: int = 3) -> list[str]:
    """The stems that occur often enough to learn from, the most frequent first."""
    counts = Counter(stem for text in texts for stem in words.tokens(text) if stem != words.ZERO)
    return [stem for stem, count in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if count >= at_least]


def ids(texts: list[str], stems: list[str]) -> Floats:
    """Rows of token ids; as floats, since that is what layers take (exact: ids are small)."""
    known = words.numbered(stems)
    return np.array([words.encode(text, known) for text in texts], np.float32)


def hide(rows: Floats, rng: Generator, share: float = 0.1) -> Floats:
    """The rows with some words made unknown, so that the network learns to do without any single one."""
    hidden = (rng.random(rows.shape) < share) & (rows >= words.RESERVED)
    return np.where(hidden, np.float32(words.UNKNOWN), rows)


def build(stems: int, rng: Generator) -> Network:
    """The mean of the words' vectors, then one hidden layer."""
    width = 24
    return Network(
        [
            MeanEmbedding(rng, words.RESERVED + stems, width),
            Dropout(rng, 0.2),
            Dense(rng, width, 32, relu=True),
            Dense(rng, 32, len(TOPICS), relu=False),
        ]
    )


def export(network: Network) -> onnx.ModelProto:
    """The trained network as an ONNX model: `token_ids` [batch, 32] to `probabilities` [batch, 8]."""
    takes = ("token_ids", TensorProto.INT64, (words.LENGTH,))
    return to_onnx(network, "harbour_topics", takes, "probabilities", len(TOPICS))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the example's text classifier.")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--vocabulary", type=Path, required=True, help="the vocabulary file to write")
    parser.add_argument("--each", type=int, default=1500, help="messages on each topic to train on")
    parser.add_argument("--held-out", type=int, default=250, help="messages on each topic to measure on")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    """Writes messages, trains, exports, measures."""
    args = _arguments()
    started = time.monotonic()
    rng = np.random.default_rng(args.seed)
    texts, labels = write(args.each, rng, typing_errors=0.15)
    stems = vocabulary(texts)
    network = build(len(stems), rng)
    train(network, hide(ids(texts, stems), rng), labels, rng, epochs=args.epochs, rate=4e-3)
    model = export(network)
    save(model, args.out)
    args.vocabulary.write_text("".join(f"{stem}\n" for stem in stems), encoding="utf-8")
    _report(network, model, stems, args)
    print(f"wrote {args.out}: {args.out.stat().st_size} bytes, {time.monotonic() - started:.1f} s in all")


def _report(network: Network, model: onnx.ModelProto, stems: list[str], args: argparse.Namespace) -> None:
    for name, held_out in (("held-out accuracy", False), ("accuracy on wordings kept back", True)):
        texts, truth = write(args.held_out, np.random.default_rng(args.seed + 1000), held_out=held_out)
        rows = ids(texts, stems)
        print(f"{name} {network.accuracy(rows, truth):.4f} on {len(truth)} messages")
    difference = largest_difference(model, rows[:32].astype(np.int64), network.probabilities(rows[:32]))
    print(f"largest difference between network and file {difference:.2e}; {len(stems)} words")


if __name__ == "__main__":
    main()
