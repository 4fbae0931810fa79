"""What a picture or a sound says of the tensor that it was saved from, so that it opens as the same one."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from studio.core.config.datatypes import DataType, numpy_type
from studio.core.inference.requests import Array, Tensor

KEY = "tensor"
"""Of the text in a PNG that holds the mark."""


def mark(tensor: Tensor, axes: Sequence[int]) -> str:
    """Data type and shape of a tensor, and in which order its axes were laid down."""
    shape = list(tensor.array.shape)
    return json.dumps({"datatype": tensor.data_type.wire, "shape": shape, "axes": list(axes)})


def marked(text: str, kind: DataType, data: bytes) -> Array | None:
    """The tensor of a mark from the elements as they were laid down; None where it is of another type or damaged."""
    try:
        told = json.loads(text)
        shape, axes = [int(each) for each in told["shape"]], [int(each) for each in told["axes"]]
        if told["datatype"] != kind.wire or sorted(axes) != list(range(len(shape))):
            return None
        laid = np.frombuffer(data, numpy_type(kind)).reshape([shape[axis] for axis in axes])
    except (ValueError, KeyError, TypeError):
        return None
    return np.ascontiguousarray(laid.transpose(np.argsort(axes))).reshape(shape)
