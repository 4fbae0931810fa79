"""Tensors of each kind that a viewer is for, made up but alike real ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

import numpy as np
from PySide6.QtWidgets import QTabBar

from studio.core.config.datatypes import data_type
from studio.core.inference.requests import Array, Tensor
from studio.ui.tensors.view import TensorView


class Show(Protocol):
    """Shows a tensor in a card of its own."""

    def __call__(self, tensor: Tensor, labels: tuple[str, ...] = ()) -> TensorView: ...


def titles(view: TensorView) -> list[str]:
    """The titles of the viewers of a card, in their order."""
    bar = view.findChild(QTabBar)
    assert isinstance(bar, QTabBar)
    return [bar.tabText(place) for place in range(bar.count())]


LABELS = tuple(f"class {number}" for number in range(1000))


def tensor(array: Array, kind: str = "FP32", name: str = "y") -> Tensor:
    """A tensor of a type by its name."""
    found = data_type(kind)
    assert found is not None
    return Tensor(name, found, array)


def strings(*values: bytes, name: str = "y") -> Tensor:
    """A string tensor of one axis."""
    array = np.empty(len(values), dtype=np.object_)
    array[:] = values
    return tensor(array, "BYTES", name)


def probabilities() -> Tensor:
    """Scores of a thousand classes that add up to one."""
    scores = np.exp(np.random.default_rng(3).standard_normal(1000) * 2)
    return tensor((scores / scores.sum())[None].astype(np.float32), name="probs")


def heat(peak: float = 1.0) -> Tensor:
    """Four channels of a warm spot, one with NaN and Inf."""
    down, across = np.mgrid[0:32, 0:32]
    spot = np.exp(-((down - 13) ** 2 + (across - 18) ** 2) / 60) * peak
    noise = np.random.default_rng(0).random((1, 4, 32, 32)) * 0.05
    array = (noise + spot[None, None]).astype(np.float32)
    array[0, 3, 4, 5:8] = np.nan
    array[0, 3, 20, 20] = np.inf
    return tensor(array, name="heat")


def picture() -> Tensor:
    """An image as a model of ImageNet takes it."""
    down, across = np.mgrid[0:96, 0:128].astype(np.float32)
    sky = np.stack([across / 127, down / 95, 0.6 - down / 200], 0)
    sky[:, 40:70, 50:80] = np.array([0.9, 0.2, 0.1], np.float32)[:, None, None]
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    array = (sky.clip(0, 1) - mean[:, None, None]) / deviation[:, None, None]
    return tensor(array[None].astype(np.float32), name="image")


def boxes() -> Tensor:
    """Three boxes with score and class on the picture."""
    rows = [[50, 40, 80, 70, 0.97, 1], [10, 8, 40, 30, 0.71, 2], [90, 60, 120, 90, 0.4, 0]]
    return tensor(np.array([rows], np.float32), name="boxes")


def wave() -> Tensor:
    """Half a second of two tones that fade."""
    at = np.arange(8000) / 16_000
    sound = np.sin(2 * np.pi * 220 * at) * np.exp(-4 * at) + 0.3 * np.sin(2 * np.pi * 660 * at) * np.exp(-8 * at)
    return tensor((0.7 * sound)[None].astype(np.float32), name="audio")


def document() -> Tensor:
    """A JSON text."""
    told = {"model": "detector", "boxes": [{"label": "buoy", "score": 0.71, "at": [14, 30]}] * 2, "ok": True}
    return strings(json.dumps(told).encode(), name="reply")


def features() -> Tensor:
    """A vector that is no probabilities."""
    return tensor(np.cumsum(np.random.default_rng(2).standard_normal(512)).astype(np.float32)[None], name="embedding")


def binary() -> Tensor:
    """Bytes that are no text."""
    return strings(bytes(range(256)) * 3 + b"Trireme", name="blob")


SAMPLES: dict[str, Callable[[], Tensor]] = {
    "Labels": probabilities,
    "Table": lambda: tensor(np.arange(24, dtype=np.int64).reshape(4, 6) ** 3, "INT64", "counts"),
    "Heat map": heat,
    "Image": picture,
    "Line": features,
    "Histogram": features,
    "Text": lambda: strings(*(f"a sentence of a text, number {n}".encode() for n in range(7)), name="text"),
    "JSON": document,
    "Hex": binary,
    "Wave": wave,
    "Boxes": boxes,
}
"""By the title of the viewer that each is shown in."""
