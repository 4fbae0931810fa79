"""Figures of tensors are what numpy says of them, piece by piece and of samples."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.config.datatypes import DATA_TYPES, numpy_type
from studio.core.inference.figures import PIECE, SAMPLE, histogram, pieces, sample, statistics


def test_statistics_count_what_is_not_finite_and_leave_it_out() -> None:
    found = statistics(np.array([1, 3, 0, np.nan, np.inf, -np.inf], dtype=np.float32))
    assert found
    assert (found.count, found.nan, found.inf, found.zeros) == (6, 1, 2, 1)
    assert (found.minimum, found.maximum) == (0, 3)
    assert found.mean == pytest.approx(4 / 3)


def test_there_are_no_statistics_of_text_or_of_nothing() -> None:
    assert statistics(np.array([b"a"], dtype=object)) is None
    assert statistics(np.zeros((0, 3))) is None
    nothing = statistics(np.array([np.nan]))
    assert nothing
    assert np.isnan([nothing.minimum, nothing.mean, nothing.deviation]).all()


@pytest.mark.parametrize("kind", [each for each in DATA_TYPES if each.size], ids=lambda kind: kind.short)
def test_pieces_add_up_to_what_numpy_says(kind: object) -> None:
    source = np.random.default_rng(1).integers(0, 100, 3 * PIECE + 17)
    array = source.astype(numpy_type(kind))  # type: ignore[arg-type]
    wide = array.astype(np.float64)
    found = statistics(array)
    assert found
    assert (found.count, found.minimum, found.maximum) == (wide.size, wide.min(), wide.max())
    assert found.zeros == wide.size - np.count_nonzero(wide)
    assert found.mean == pytest.approx(wide.mean(), rel=1e-6)
    assert found.deviation == pytest.approx(wide.std(), rel=1e-5)
    bins = histogram(array, found.minimum, found.maximum, 10)
    assert bins.counts.tolist() == np.histogram(wide, 10)[0].tolist()


@given(st.lists(st.floats(width=32), min_size=1, max_size=60), st.integers(0, 4))
def test_statistics_of_any_floats(values: list[float], shift: int) -> None:
    array = np.array(values, np.float32)
    found = statistics(np.tile(array, shift + 1))
    assert found
    wide = array.astype(np.float64)
    finite = wide[np.isfinite(wide)]
    assert found.nan == (shift + 1) * int(np.isnan(wide).sum())
    assert found.inf == (shift + 1) * int(np.isinf(wide).sum())
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        assert found.mean == pytest.approx(finite.mean(), rel=1e-5, abs=1e-5 * np.abs(finite).max())
        assert found.deviation == pytest.approx(finite.std(), rel=1e-3, abs=1e-5 * np.abs(finite).max())


def test_tiny_and_huge_numbers_have_a_deviation() -> None:
    for size in (1e-26, 1e30):
        array = np.array([0, size], np.float32)
        found = statistics(array)
        assert found
        assert found.deviation == pytest.approx(float(array[1]) / 2)


def test_a_small_spread_far_from_zero_is_not_lost() -> None:
    array = (1e6 + np.random.default_rng(0).standard_normal(5 * PIECE)).astype(np.float64)
    found = statistics(array)
    assert found
    assert found.deviation == pytest.approx(array.std(), rel=1e-9)


def test_an_array_that_is_turned_round_is_not_copied_whole() -> None:
    turned = np.arange(6 * PIECE, dtype=np.int64).reshape(2, 3, PIECE).transpose(2, 0, 1)
    assert np.array_equal(np.concatenate(list(pieces(turned))), turned.ravel())
    assert statistics(turned) == statistics(turned.copy())


def test_a_pass_over_a_large_tensor_makes_little_and_can_be_left() -> None:
    array = np.ones(64 * PIECE, np.float32)
    array[::7] = np.nan
    tracemalloc.start()
    statistics(array)
    histogram(array, 0, 2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Bounded by the pieces, whatever the tensor's size: this one has 8 MB.
    assert most < 64 * PIECE

    def leave() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        statistics(array, leave)
    with pytest.raises(InterruptedError):
        histogram(array, 0, 1, check=leave)


def test_a_sample_comes_from_all_over_and_is_the_same_each_time() -> None:
    few = np.arange(SAMPLE)
    assert np.array_equal(sample(few), few)
    many = np.arange(8 * SAMPLE).reshape(8, -1)
    found = sample(many)
    assert found.size == SAMPLE
    assert np.array_equal(found, sample(many.copy()))
    assert len(set((found // (many.size // 16)).tolist())) == 16
    assert np.array_equal(sample(many.T.copy().T), found)


def test_what_is_outside_of_a_histogram_is_left_out() -> None:
    array = np.array([0, 0.5, 1, 2, np.nan, np.inf])
    assert histogram(array, 0, 1, 2).counts.tolist() == [1, 2]
    assert histogram(array, 1, 1, 2).counts.tolist() == [1, 0]
    assert histogram(array, np.nan, 1, 2).counts.tolist() == [0, 0]
    assert histogram(np.array([b"a"], object), 0, 1).counts.sum() == 0


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (0.0, 5e-324), (1e-310, 3e-308), (-5e-324, 0.0)])
def test_numbers_too_far_apart_or_too_near_for_their_distance_are_counted(ends: tuple[float, float]) -> None:
    found = histogram(np.array([*ends, *ends, ends[1]]), *ends, bins=4)
    assert found.counts.tolist() == [2, 0, 0, 3]
