"""The bytes of tensors on the wire."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.config.datatypes import data_type
from studio.core.inference.request_size import tensor_bytes
from studio.core.inference.requests import Tensor


@pytest.mark.parametrize(
    ("elements", "size"),
    [([b"", b"ab"], 4 + 6), (["ä", b"ab"], 6 + 6), (["\udcff"], 5), ([], 0), ([b"a" * 70_000] * 3, 3 * 70_004)],
)
def test_strings_count_with_their_lengths(elements: list[object], size: int) -> None:
    kind = data_type("BYTES")
    assert kind is not None
    array = np.empty(len(elements), np.object_)
    array[:] = elements
    assert tensor_bytes(Tensor("x", kind, array)) == size
