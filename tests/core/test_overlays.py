"""Which tensors lie over which pictures, and which plane of them."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.config.datatypes import data_type
from studio.core.inference.requests import Tensor
from studio.core.inference.viewing.overlays import is_heat, is_picture, plane_over, planes_of


def _tensor(*shape: int) -> Tensor:
    kind = data_type("FP32")
    assert kind is not None
    return Tensor("y", kind, np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("shape", "picture", "heat"),
    [
        ((1, 3, 96, 128), True, False),
        ((96, 128, 3), True, False),
        ((1, 4, 32, 32), False, True),
        ((1, 8, 32, 32), False, True),
        ((1, 1, 32, 32), False, True),
        ((14, 14), False, True),
        ((1, 1000), False, False),
        ((1, 20, 6), False, False),
        ((0, 8, 8), False, False),
    ],
)
def test_a_tensor_is_a_picture_or_a_heat_map_by_its_shape(shape: tuple[int, ...], picture: bool, heat: bool) -> None:
    assert (is_picture(_tensor(*shape)), is_heat(_tensor(*shape))) == (picture, heat)


def test_each_picture_of_a_batch_has_planes_of_its_own() -> None:
    maps = np.arange(2 * 3 * 4 * 4).reshape(2, 3, 4, 4)
    assert planes_of(maps, 2) == 3
    assert (plane_over(maps, 2, 1, 2) == maps[1, 2]).all()
    assert (plane_over(maps, 2, 0, 7) == maps[0, 2]).all()
    # Five pictures do not share six maps evenly: all are offered over each.
    assert planes_of(maps, 5) == 6
    assert (plane_over(maps, 5, 4, 3) == maps[1, 0]).all()
