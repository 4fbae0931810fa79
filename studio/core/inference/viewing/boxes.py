"""Boxes that a model found: rows of a tensor as corners in pixels, with score and class where it has them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from studio.core.inference.requests import Array, Tensor
from studio.value_class import dataclass

Order = Literal["x1 y1 x2 y2", "y1 x1 y2 x2", "x y w h", "cx cy w h"]
ORDERS: tuple[Order, ...] = ("x1 y1 x2 y2", "y1 x1 y2 x2", "x y w h", "cx cy w h")
MOST = 500
"""Boxes that are shown, the best first."""


@dataclass(frozen=True, slots=True)
class Box:
    """Corners in pixels; the score is NaN and the class -1 where nobody says."""

    number: int
    left: float
    top: float
    right: float
    bottom: float
    score: float
    label: int


def boxes(
    array: Array,
    size: tuple[int, int],
    order: Order = ORDERS[0],
    *,
    relative: bool = False,
    number: int = 0,
    least: float = 0.0,
    scores: Array | None = None,
) -> tuple[Box, ...]:
    """The boxes of one of the batch on a picture of this height and width, the best first.

    `scores` are one for each box where another tensor has them; else the fifth number of a row is its score and the
    sixth its class. A row that is not finite is left out.
    """
    rows = _of_batch(array, number).astype(np.float64)
    corners = _corners(rows[:, :4], order)
    if relative:
        corners = corners * np.array([size[1], size[0], size[1], size[0]], np.float64)
    found_scores = rows[:, 4] if rows.shape[1] > 4 else np.full(len(rows), np.nan)
    if scores is not None and scores.size:
        given = scores.reshape(scores.shape[0], -1)[min(number, scores.shape[0] - 1)] if scores.ndim > 1 else scores
        found_scores = np.resize(given.astype(np.float64), len(rows))
    labels = rows[:, 5] if rows.shape[1] > 5 else np.full(len(rows), -1.0)
    kept = np.isfinite(corners).all(axis=1) & ~(found_scores < least)
    best = np.argsort(-np.nan_to_num(found_scores[kept], nan=0), kind="stable")[:MOST]
    places = np.flatnonzero(kept)[best]
    return tuple(
        _box(int(at), corners[at].tolist(), float(found_scores[at]), float(labels[at])) for at in places.tolist()
    )


def _box(number: int, corners: list[float], score: float, label: float) -> Box:
    left, top, right, bottom = corners
    return Box(number, left, top, right, bottom, score, int(label) if np.isfinite(label) else -1)


def is_relative(array: Array) -> bool:
    """Whether corners are shares of the picture, by their values."""
    corners = array.reshape(-1, array.shape[-1])[:1000, :4].astype(np.float64)
    finite = corners[np.isfinite(corners)]
    return bool(finite.size and finite.max() <= 1.5)


def are_scores(tensor: Tensor, boxes_: Tensor) -> bool:
    """Whether a tensor has one number for each box."""
    shape, many = tensor.array.shape, boxes_.array.shape[:-1]
    return tensor.data_type.family == "F" and (shape in (many, (*many, 1)) or shape == many[-1:])


def _of_batch(array: Array, number: int) -> Array:
    return array.reshape(-1, *array.shape[-2:])[min(number, array.shape[0] - 1)] if array.ndim > 2 else array


def _corners(rows: Array, order: Order) -> Array:
    a, b, c, d = (rows[:, place] for place in range(4))
    if order == "y1 x1 y2 x2":
        return np.stack([b, a, d, c], axis=1)
    if order == "x y w h":
        return np.stack([a, b, np.add(a, c), np.add(b, d)], axis=1)
    if order == "cx cy w h":
        half_w, half_h = np.multiply(c, 0.5), np.multiply(d, 0.5)
        return np.stack([np.subtract(a, half_w), np.subtract(b, half_h), np.add(a, half_w), np.add(b, half_h)], axis=1)
    return rows
