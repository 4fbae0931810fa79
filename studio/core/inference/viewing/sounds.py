"""A tensor as a sound that any player takes."""

from __future__ import annotations

import io

import numpy as np

from studio.core.config.datatypes import data_type
from studio.core.inference.formats import wav
from studio.core.inference.requests import Array, Tensor

RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
MOST_SECONDS = 600


def seconds(array: Array, rate: int) -> float:
    """How long it sounds."""
    return float(wav.samples(array).shape[0] / rate)


def playable(tensor: Tensor, rate: int) -> bytes:
    """A WAV of 16 bits of its first ten minutes: floats from -1 to 1 as they are, louder ones made softer."""
    samples = wav.samples(tensor.array)[: MOST_SECONDS * rate, :2]
    if tensor.data_type.wire == "INT16":
        short = np.asarray(samples)
    else:
        numbers = np.nan_to_num(samples.astype(np.float64), posinf=0, neginf=0)
        if tensor.data_type.wire == "UINT8":
            numbers = (numbers - 128) / 128
        elif tensor.data_type.wire == "INT32":
            numbers = numbers / 2.0**31
        loudest = max(float(np.abs(numbers).max(initial=0)), 1.0)
        short = np.rint(numbers / loudest * 32767).astype(np.int16)
    kind = data_type("INT16")
    file = io.BytesIO()
    if kind is not None:
        wav.write(Tensor(tensor.name, kind, np.ascontiguousarray(short)), file, rate)
    return file.getvalue()
