"""Tensors as pixels, and boxes on them."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.config.datatypes import data_type
from studio.core.inference.images import NORMALISATIONS
from studio.core.inference.requests import Array, Tensor
from studio.core.inference.viewing.boxes import are_scores, boxes, is_relative
from studio.core.inference.viewing.kinds import kind_of
from studio.core.inference.viewing.pictures import MOST_PIXELS, PictureSettings, channels, count, guess, pixels


def shown(array: Array, settings: PictureSettings) -> Array:
    """The pixels of a picture that there is."""
    found = pixels(array, settings)
    assert found is not None
    return found.shown


def tensor(array: Array, kind: str = "FP32", name: str = "y") -> Tensor:
    """A tensor of a type by its name."""
    found = data_type(kind)
    assert found is not None
    return Tensor(name, found, array)


def test_bytes_are_kept_in_every_layout() -> None:
    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    whole = PictureSettings("HWC", scale="0 … 255")
    assert (shown(image, whole) == image).all()
    batch = np.stack([np.zeros_like(image), image])
    assert (shown(np.moveaxis(batch, -1, 1), PictureSettings("NCHW", scale="0 … 255", number=1)) == image).all()
    assert (shown(image, PictureSettings("HWC", "BGR", "0 … 255")) == image[..., ::-1]).all()
    assert (shown(image, PictureSettings("HWC", scale="0 … 255", channel=1)) == image[..., 1]).all()
    assert pixels(image, PictureSettings("HW")) is None


@pytest.mark.parametrize("scale", sorted(NORMALISATIONS))
def test_what_an_input_was_scaled_by_is_undone(scale: str) -> None:
    image = np.arange(192, dtype=np.uint8).reshape(8, 8, 3)
    mean, deviation, by = NORMALISATIONS[scale]
    array = ((image / by - np.array(mean)) / np.array(deviation)).astype(np.float32)
    assert (shown(array, PictureSettings("HWC", scale=scale)) == image).all()
    assert (shown(array, PictureSettings("HWC", scale=scale, channel=2)) == image[..., 2]).all()


def test_the_scale_is_guessed_by_the_values() -> None:
    source = np.random.default_rng(0).random((1, 3, 32, 32)).astype(np.float32)
    assert guess(source).scale == "0 … 1"
    assert guess(source * 255).scale == "0 … 255"
    assert guess(source * 2 - 1).scale == "-1 … 1"
    assert guess(source * 4 - 2).scale == "ImageNet"
    assert guess(source * 900 - 400).scale == "Stretch"
    assert guess((source * 255).astype(np.uint8)) == PictureSettings("NCHW", "RGB", "0 … 255")
    assert guess(np.full((8, 8), np.nan, np.float32)).scale == "Stretch"


def test_a_stretched_picture_leaves_out_what_is_not_finite() -> None:
    assert shown(np.array([[0.0, 0.5], [1.0, np.nan]]), PictureSettings("HW")).tolist() == [[0, 128], [255, 0]]


def test_a_large_picture_is_made_of_some_of_its_pixels() -> None:
    found = pixels(np.zeros((2, 4096, 1024, 3), np.uint8), PictureSettings("NHWC", scale="0 … 255", number=1))
    assert found is not None
    assert (found.size, found.step) == ((4096, 1024), 2)
    assert found.shown.shape[0] * found.shown.shape[1] <= MOST_PIXELS
    assert (channels((2, 3, 8, 9), "NCHW"), count((2, 5, 3, 8, 9), "NCHW")) == (3, 10)


def test_boxes_are_read_in_each_order_and_unit() -> None:
    wanted = (10.0, 20.0, 30.0, 60.0)
    for order, row in (
        ("x1 y1 x2 y2", (10, 20, 30, 60)),
        ("y1 x1 y2 x2", (20, 10, 60, 30)),
        ("x y w h", (10, 20, 20, 40)),
        ("cx cy w h", (20, 40, 20, 40)),
    ):
        (found,) = boxes(np.array([row], np.float32), (100, 200), order)  # type: ignore[arg-type]
        assert (found.left, found.top, found.right, found.bottom) == wanted
    (found,) = boxes(np.array([[0.05, 0.2, 0.15, 0.6]], np.float64), (100, 200), relative=True)
    assert (found.left, found.top, found.right, found.bottom) == pytest.approx(wanted)


def test_the_best_boxes_come_first_and_weak_or_broken_ones_not_at_all() -> None:
    array = np.array([[[0, 0, 9, 9, 0.2, 1], [0, 0, 5, 5, 0.9, 2], [np.nan, 0, 5, 5, 1, 3], [1, 1, 2, 2, 0.01, 0]]])
    found = boxes(array, (10, 10), least=0.1)
    assert [(each.number, each.label) for each in found] == [(1, 2), (0, 1)]
    plain = np.array([[0, 0, 9, 9], [0, 0, 5, 5]], np.float32)
    found = boxes(plain, (10, 10), scores=np.array([[0.1, 0.8]]))
    assert [(each.number, round(each.score, 1), each.label) for each in found] == [(1, 0.8, -1), (0, 0.1, -1)]
    assert are_scores(tensor(np.zeros(2, np.float32)), tensor(plain))
    assert is_relative(plain / 10)
    assert not is_relative(plain)


@pytest.mark.parametrize(
    ("array", "kind", "labels", "wanted"),
    [
        (np.full((2, 4), 0.25, np.float32), "FP32", (), "labels"),
        (np.arange(4, dtype=np.float32)[None], "FP32", ("a", "b", "c", "d"), "labels"),
        (np.arange(4, dtype=np.float32)[None], "FP32", (), "matrix"),
        (np.arange(400, dtype=np.float32)[None], "FP32", (), "vector"),
        (np.sin(np.arange(8000) / 7).astype(np.float32), "FP32", (), "wave"),
        (np.zeros((2, 8000), np.int16), "INT16", (), "matrix"),
        (np.zeros((1, 3, 32, 32), np.float32), "FP32", (), "image"),
        (np.full((32, 32), 7, np.uint8), "UINT8", (), "image"),
        (np.zeros((32, 32), np.float32), "FP32", (), "matrix"),
        (np.full((1, 12, 6), 4, np.float32), "FP32", (), "boxes"),
        (np.array([b'{"a": 1}'], object), "BYTES", (), "json"),
        (np.array([bytes(range(40))], object), "BYTES", (), "bytes"),
        (np.array([b"one", b"two"], object), "BYTES", (), "text"),
        (np.array([7], np.int32), "INT32", (), "number"),
        (np.zeros((0, 3), np.float32), "FP32", (), "empty"),
        (np.zeros((1 << 12, 1 << 12), np.float32), "FP32", (), "matrix"),
    ],
)
def test_what_a_tensor_is_most_likely_to_be(array: Array, kind: str, labels: tuple[str, ...], wanted: str) -> None:
    assert kind_of(tensor(array, kind), labels) == wanted
