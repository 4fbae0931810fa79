"""How tensors are compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.inference.compare import Tolerance, compare
from studio.core.inference.requests import Array


def _f(*values: float) -> Array:
    return np.array(values, np.float32)


def test_a_tensor_is_as_itself_with_nan_and_infinities() -> None:
    array = _f(1, np.nan, np.inf, -np.inf, 0)
    found = compare(array, array.copy())
    assert found.is_within
    assert (found.size, found.count, found.absolute, found.where) == (5, 0, 0, ())
    assert found.text == "as expected"


def test_the_largest_error_and_its_place_are_told() -> None:
    got = np.array([[1, 2, 3], [4, 5.5, 6]], np.float64)
    wanted = np.array([[1, 2.1, 3], [4, 5, 6]], np.float64)
    found = compare(got, wanted)
    assert (found.count, found.where) == (2, (1, 1))
    assert found.absolute == pytest.approx(0.5)
    assert found.relative == pytest.approx(0.1)
    assert "2 of 6 differ" in found.text
    assert "[1, 1]" in found.text


def test_a_tolerance_is_absolute_and_relative_together() -> None:
    got, wanted = _f(100.9, 0.05), _f(100, 0)
    assert compare(got, wanted, Tolerance(0.1, 0.01)).is_within
    assert compare(got, wanted, Tolerance(0.1, 0)).count == 1
    assert compare(got, wanted, Tolerance(0, 0.01)).count == 1


def test_what_is_nan_or_infinite_on_one_side_only_is_counted_and_furthest_off() -> None:
    found = compare(_f(np.nan, 1, np.inf, 5), _f(0, np.nan, -np.inf, 6), Tolerance(1e9, 1e9))
    assert (found.count, found.not_numbers, found.infinite) == (3, 2, 1)
    assert found.where == (0,)
    assert found.absolute == 1


@pytest.mark.parametrize(
    ("got", "wanted", "words"),
    [
        (np.zeros((1, 3)), np.zeros((2, 4)), "its shape is [1, 3]: axis 0 is 1 and not 2, axis 1 is 3 and not 4"),
        (np.zeros(3), np.zeros((1, 3)), "its shape is [3], and [1, 3] is expected"),
        (np.array([b"a"], object), np.zeros(1), "it is BYTES, and FP64 is expected"),
    ],
)
def test_what_cannot_be_compared_says_why(got: Array, wanted: Array, words: str) -> None:
    found = compare(got, wanted)
    assert not found.is_within
    assert found.text == words


def test_strings_differ_by_place() -> None:
    got = np.array([[b"a", b"b\0"], ["ü", b"d"]], object)
    assert compare(got, np.array([["a", b"b\0"], ["ü".encode(), "d"]], object)).is_within
    found = compare(got, np.array([[b"a", b"b"], [b"c", b"d"]], object))
    assert (found.count, found.where) == (2, (0, 1))


def test_large_integers_that_are_one_float_differ() -> None:
    found = compare(np.array([2**63 - 1, -(2**63)]), np.array([2**63 - 2, -(2**63) + 3]))
    assert (found.count, found.absolute) == (2, 3)
    unsigned = compare(np.array([2**64 - 1], np.uint64), np.array([2**64 - 2], np.uint64))
    assert (unsigned.count, unsigned.absolute) == (1, 1)


def test_bool_and_no_elements_and_no_dimensions() -> None:
    assert compare(np.array([True, False]), np.array([True, True])).count == 1
    assert compare(np.zeros((0, 3)), np.zeros((0, 3))).is_within
    scalar = compare(np.array(2.0), np.array(1.0))
    assert (scalar.count, scalar.where) == (1, ())


def test_what_lies_beyond_the_first_piece_is_found() -> None:
    got = np.zeros((3, 1 << 20), np.float32)
    wanted = got.copy()
    wanted[2, 7] = 1
    wanted[0, 9] = 0.5
    found = compare(got, wanted)
    assert (found.count, found.where, found.absolute) == (2, (2, 7), 1)


@given(st.lists(st.tuples(st.floats(width=32), st.floats(width=32)), min_size=1, max_size=20))
def test_numpy_agrees_on_what_is_close(pairs: list[tuple[float, float]]) -> None:
    got, wanted = (np.array([pair[side] for pair in pairs], np.float64) for side in (0, 1))
    found = compare(got, wanted, Tolerance(1e-3, 1e-3))
    close = np.isclose(got, wanted, rtol=1e-3, atol=1e-3, equal_nan=True)
    assert found.count == int((~close).sum())
