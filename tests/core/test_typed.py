"""What is typed becomes a value of the field, or says why it cannot."""

from __future__ import annotations

import math

import pytest

from studio.core.config.fields import known_field
from studio.core.config.schema import FieldSchema
from studio.core.config.typed import shown, typed


def _schema(path: str) -> FieldSchema:
    field = known_field(tuple(path.split(".")))
    assert field is not None
    return field.schema


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("max_batch_size", "12", 12),
        ("max_batch_size", " 0x10 ", 16),
        ("dynamic_batching.priority_levels", "18446744073709551615", 2**64 - 1),
        ("sequence_batching.direct.minimum_slot_utilization", "0.25", 0.25),
        ("model_metrics.metric_control.histogram_options.buckets", "1e3", 1000.0),
        ("response_cache.enable", "Yes", True),
        ("response_cache.enable", "0", False),
        ("instance_group.kind", "kind_gpu", "KIND_GPU"),
        ("name", " as it is ", " as it is "),
    ],
)
def test_a_value_is_read(path: str, text: str, value: object) -> None:
    assert typed(_schema(path), text) == value


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("max_batch_size", "2147483648", "from -2147483648 to 2147483647"),
        ("max_batch_size", "a few", "a few is not a whole number"),
        ("max_batch_size", "", "nothing is not a whole number"),
        ("dynamic_batching.priority_levels", "-1", "from 0 to 18446744073709551615"),
        ("sequence_batching.direct.minimum_slot_utilization", "half", "half is not a number"),
        ("sequence_batching.direct.minimum_slot_utilization", "1e300", "too large"),
        ("response_cache.enable", "maybe", "true or false"),
        ("instance_group.kind", "KIND_TPU", "KIND_TPU is none of KIND_AUTO"),
    ],
)
def test_what_is_no_value_is_told(path: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        typed(_schema(path), text)


def test_a_value_is_shown_as_it_is_typed() -> None:
    assert [shown(value) for value in (True, False, 3, 0.1, 2.0, math.inf, None, "x")] == [
        "true",
        "false",
        "3",
        "0.1",
        "2",
        "inf",
        "",
        "x",
    ]
