"""Where and how far two tensors are apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.inference.compare import Tolerance, compare
from studio.core.inference.viewing.differences import by_index, decades, masked, over, signed, worst

_FLOATS = st.lists(st.floats(width=32), min_size=1, max_size=40)


def test_differences_have_a_sign_and_nan_where_one_side_alone_is_not_finite() -> None:
    got = np.array([1, 2, np.nan, np.inf, np.nan, -np.inf, 3])
    wanted = np.array([0.5, 2, np.nan, np.inf, 1, np.inf, 4])
    off = signed(got, wanted)
    assert off[:4].tolist() == [0.5, 0, 0, 0]
    assert np.isnan(off[4:6]).all()
    assert off[6] == -1
    beyond = over(off, wanted, Tolerance(0.6))
    assert beyond.tolist() == [False, False, False, False, True, True, True]
    assert masked(off, beyond, "over").sum() == 3
    assert masked(off, beyond, "odd").sum() == 2
    assert masked(off, beyond, "off").all()


@given(_FLOATS, _FLOATS, st.sampled_from([0.0, 0.5, 1e30]))
def test_as_many_are_beyond_as_the_comparison_says(one: list[float], other: list[float], allowed: float) -> None:
    size = min(len(one), len(other))
    got, wanted = np.array(one[:size], np.float32), np.array(other[:size], np.float32)
    tolerance = Tolerance(allowed, 0.01)
    found = compare(got, wanted, tolerance)
    places = worst(got, wanted, tolerance, count=size)
    assert len(places) == found.count
    spread = decades(got, wanted, tolerance)
    unlike = int(np.isnan(signed(got, wanted)).sum())
    assert sum(spread.counts) + spread.equal + unlike == size
    assert sum(spread.over) + unlike == found.count


def test_the_worst_places_come_first() -> None:
    wanted = np.zeros((2, 3, 4), np.float32)
    got = wanted.copy()
    got[1, 2, 3], got[0, 1, 2], got[1, 0, 0], got[0, 0, 0] = 5, -9, 0.1, np.nan
    assert worst(got, wanted, Tolerance(0.5)) == ((0, 0, 0), (0, 1, 2), (1, 2, 3))
    assert worst(got, wanted, count=2) == ((0, 0, 0), (0, 1, 2))
    assert worst(np.full((), 3, np.float32), np.zeros((), np.float32)) == ((),)


def test_differences_are_counted_by_decade() -> None:
    wanted = np.zeros(6)
    found = decades(np.array([0, 0.02, 0.5, 0.3, 7, 7]), wanted, Tolerance(1))
    assert (found.first, found.counts, found.over, found.equal) == (-2, (1, 2, 2), (0, 0, 2), 1)
    assert found.mean == pytest.approx((0.02 + 0.5 + 0.3 + 14) / 6)


def test_differences_are_counted_along_an_axis() -> None:
    wanted = np.zeros((2, 3, 4), np.float32)
    got = wanted.copy()
    got[1, 2, 3], got[0, 2, 0], got[0, 1, 1] = 5, -9, 0.25
    assert by_index(got, wanted, 1, Tolerance(0.5)) == ((0, 0.0), (0, 0.25), (2, 9.0))
    assert by_index(got, wanted, 0) == ((2, 9.0), (1, 5.0))


def test_both_largest_errors_have_their_place() -> None:
    found = compare(np.array([[100.0, 0.2], [1, 1]]), np.array([[90.0, 0.1], [1, 1]]))
    assert (found.where, found.where_relative) == ((0, 0), (0, 1))
    assert found.relative == pytest.approx(1)


def test_a_comparison_can_be_left() -> None:
    array = np.zeros(1 << 21, np.float32)

    def leave() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        compare(array, array, check=leave)
    with pytest.raises(InterruptedError):
        decades(array, array, check=leave)
    with pytest.raises(InterruptedError):
        worst(array, array, check=leave)


@pytest.mark.parametrize("kind", ["int64", "uint64"])
def test_large_integers_that_are_one_float_differ_as_the_verdict_says(kind: str) -> None:
    got, wanted = np.array([2**60, 2**60, 7], kind), np.array([2**60 + 1, 2**60, 7], kind)
    assert compare(got, wanted).count == 1
    assert signed(got, wanted).tolist() == [-1, 0, 0]
    assert signed(wanted, got).tolist() == [1, 0, 0]
    assert worst(got, wanted) == ((0,),)
    spread = decades(got, wanted)
    assert (spread.counts, spread.over, spread.equal) == ((1,), (1,), 2)
