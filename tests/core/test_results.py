"""What the tester shows of a tensor is what numpy says of it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.config.datatypes import data_type
from studio.core.failure import CoreError
from studio.core.inference import images, results


def test_the_best_come_first_with_their_labels_and_nan_comes_last() -> None:
    best = results.top_k(np.array([[0.1, np.nan, 0.7, 0.7]]), 4, ("a", "b", "c"))
    assert [(r.index, r.label) for r in best] == [(2, "c"), (3, ""), (0, "a"), (1, "b")]


def test_softmax_sums_to_one_even_for_large_scores() -> None:
    assert results.softmax(np.array([1e4, 1e4])) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("shape", "layout"),
    [((1, 3, 64, 64), "NCHW"), ((64, 48, 3), "HWC"), ((28, 28), "HW"), ((10,), ""), ((1, 10), ""), ((5, 7, 9), "")],
)
def test_a_picture_is_recognised_by_its_shape(shape: tuple[int, ...], layout: str) -> None:
    assert results.image_layout(shape) == layout


def test_labels_are_read_line_by_line_and_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("anchor\nlighthouse\n")
    assert results.read_labels(tmp_path / "labels.txt") == ("anchor", "lighthouse")
    with pytest.raises(CoreError, match=r"none\.txt"):
        results.read_labels(tmp_path / "none.txt")


def picture(path: Path, width: int = 40, height: int = 20) -> Path:
    """A red image with a blue right half."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] = 255
    pixels[:, width // 2 :, 2] = 255
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("how", ["stretch", "crop", "pad"])
def test_an_image_takes_the_size_that_the_shape_asks_for(tmp_path: Path, how: images.Resize) -> None:
    pixels = images.decode(picture(tmp_path / "a.png"))
    kind = data_type("FP32")
    assert kind
    tensor = images.to_tensor(pixels, kind, (-1, 3, 10, 10), images.ImageSettings(resize=how))
    assert tensor.shape == (1, 3, 10, 10)
    assert (tensor.min(), tensor.max()) == (0, 1)
    corner = tensor[0, :, 0, 0]
    assert corner.tolist() == ([0, 0, 0] if how == "pad" else [1, 0, 0])


def test_layout_colour_and_normalisation_are_applied(tmp_path: Path) -> None:
    pixels = images.decode(picture(tmp_path / "a.png"))
    kind, whole = data_type("FP32"), data_type("UINT8")
    assert kind
    assert whole
    settings = images.ImageSettings(layout="NHWC", colour="BGR", normalisation="ImageNet")
    tensor = images.to_tensor(pixels, kind, (-1, 20, 40, 3), settings)
    assert tensor[0, 0, 0].tolist() == pytest.approx([(0 - 0.485) / 0.229, -0.456 / 0.224, (1 - 0.406) / 0.225])
    plain = images.to_tensor(pixels, whole, (20, 40, 1), images.ImageSettings(layout="NHWC", colour="GRAY"))
    assert plain.shape == (20, 40, 1)
    assert plain[0, 0, 0] == 76


def test_what_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not an image")
    with pytest.raises(CoreError, match=r"a\.png: it is not an image"):
        images.decode(tmp_path / "a.png")
    with pytest.raises(CoreError, match=r"b\.png"):
        images.decode(tmp_path / "b.png")
    whole = picture(tmp_path / "c.png").read_bytes()
    (tmp_path / "c.png").write_bytes(whole[: len(whole) - 30])
    with pytest.raises(CoreError, match=r"c\.png"):
        images.decode(tmp_path / "c.png")
