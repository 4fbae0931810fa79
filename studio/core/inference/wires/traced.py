"""The tensors of an ensemble in one request, as a trace at level TENSORS recorded them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from studio.core.config.datatypes import data_type, numpy_type
from studio.core.inference.asking.probing import ProbeStep
from studio.core.inference.requests import Array, Tensor
from studio.core.tracing.values import Span, TracedTensor


def traced_tensors(root: Span, steps: Sequence[ProbeStep]) -> tuple[Tensor, ...]:
    """What was recorded of the wires of an ensemble, each tensor once, by the ensemble's names.

    A model that several steps run is left out: a trace does not say which of them a span is. So is what was cut.
    """
    several = Counter(step.model for step in steps)
    found = _named(root, {})
    for span in root.steps:
        step = next((each for each in steps if each.model == span.model and several[each.model] == 1), None)
        if step is not None:
            found |= {**_named(span, {**step.inputs, **step.outputs}), **found}
    return tuple(found.values())


def _named(span: Span, names: Mapping[str, str]) -> dict[str, Tensor]:
    """The tensors of a span by the ensemble's names; those of the ensemble itself have no others."""
    found: dict[str, Tensor] = {}
    for each in span.tensors:
        name = names.get(each.name, "") if names else each.name
        array = _array(each)
        kind = data_type(each.datatype)
        if name and array is not None and kind is not None:
            found[name] = Tensor(name, kind, array)
    return found


def _array(traced: TracedTensor) -> Array | None:
    """The values; None where they are not whole, or cannot be told apart."""
    kind, count = data_type(traced.datatype), prod(traced.shape)
    if kind is None or traced.is_cut:
        return None
    if kind.wire == "BYTES":
        if count != 1:
            # A string may hold the comma that parts it from the next one.
            return None
        array = np.empty(1, np.object_)
        array[0] = traced.text.encode("utf-8", "replace")
        return array.reshape(traced.shape)
    words = traced.text.split(",")
    if len(words) != count:
        return None
    numbers = _numbers(words, np.dtype(numpy_type(kind)))
    return numbers.reshape(traced.shape) if numbers is not None else None


def _numbers(words: Sequence[str], kind: np.dtype[Any]) -> Array | None:
    """Numbers of a type; None where one is none, or does not fit."""
    try:
        if kind.kind in "iu":
            # Not by way of floats: those know whole numbers up to 2^53 alone.
            return np.array([int(word) for word in words], kind)
        numbers = np.array([float(word) for word in words], np.float64)
    except (ValueError, OverflowError):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        return numbers.astype(kind)
