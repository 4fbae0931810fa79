"""The studio's own `NamedTuple` beside the standard library's: what the one does, the other does."""

from __future__ import annotations

import copy
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pytest

from studio import named_tuple
from studio.named_tuple import FEW


class Own(named_tuple.NamedTuple):
    """A value with a default, a property and a method."""

    name: str
    size: int = 3

    @property
    def double(self) -> int:
        """Twice the size."""
        return 2 * self.size


class Theirs(typing.NamedTuple):
    """The same, by the standard library."""

    name: str
    size: int = 3

    @property
    def double(self) -> int:
        """Twice the size."""
        return 2 * self.size


BOTH = pytest.mark.parametrize("kind", [Own, Theirs])
REFUSED: list[Callable[[Any], object]] = [
    lambda made: made(),
    lambda made: made("a", 1, 2),
    lambda made: made("a", colour="red"),
    lambda made: made("a", 1, size=2),
    lambda made: made("a", name="b"),
]


@BOTH
def test_a_value_is_a_tuple_with_names(kind: type[Any]) -> None:
    value = kind("a")
    assert value == ("a", 3)
    assert (value.name, value.size, value.double) == ("a", 3, 6)
    assert hash(value) == hash(("a", 3))
    assert repr(value) == f"{kind.__name__}(name='a', size=3)"
    assert kind.__match_args__ == ("name", "size")
    assert not hasattr(value, "__dict__")
    with pytest.raises(AttributeError):
        value.size = 4


@BOTH
def test_the_first_values_are_as_those_after_them(kind: type[Any]) -> None:
    values = [kind("a", size=place) for place in range(2 * FEW)]
    assert values == [("a", place) for place in range(2 * FEW)]
    assert {type(each) for each in values} == {kind}


@BOTH
@pytest.mark.parametrize("call", REFUSED)
def test_wrong_arguments_are_refused(kind: type[Any], call: Callable[[Any], object]) -> None:
    for _ in range(2 * FEW):
        with pytest.raises(TypeError):
            call(kind)


@BOTH
def test_a_value_can_be_copied_and_kept(kind: type[Any]) -> None:
    value = kind("a", 5)
    assert copy.deepcopy(value) == value
    kept = pickle.loads(pickle.dumps(value))  # noqa: S301 (our own)
    assert (kept, type(kept)) == (value, kind)


@BOTH
def test_a_value_is_taken_apart(kind: type[Any]) -> None:
    name, size = kind("a", 5)
    assert (name, size) == ("a", 5)
    match kind("a", 5):
        case Own(found, 5) | Theirs(found, 5):
            assert found == "a"
        case _:
            pytest.fail("no class of a value matches it")
