"""The studio's own `dataclass` beside the standard library's: what the one does, the other does."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import pickle
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from studio import value_class
from studio.named_tuple import FEW


@value_class.dataclass(frozen=True, slots=True)
class Own:
    """A value with every kind of field."""

    name: str
    size: int = 3
    tags: list[str] = value_class.field(default_factory=list)
    note: str = value_class.field(default="", compare=False, repr=False)
    total: int = value_class.field(default=7, init=False)
    last: bool = value_class.field(default=False, kw_only=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """The same, by the standard library."""

    name: str
    size: int = 3
    tags: list[str] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", compare=False, repr=False)
    total: int = dataclasses.field(default=7, init=False)
    last: bool = dataclasses.field(default=False, kw_only=True)


@value_class.dataclass(frozen=True, slots=True)
class Single:
    """A value with one field."""

    number: float


@value_class.dataclass(slots=True)
class Open:
    """A value that changes."""

    count: int = 0


@value_class.dataclass(frozen=True)
class Remembering:
    """A value that keeps what it has worked out."""

    number: int = 2

    @cached_property
    def double(self) -> int:
        """Twice the number."""
        return 2 * self.number


@value_class.dataclass(frozen=True, slots=True, eq=False)
class Unlike:
    """A value that is only itself."""

    names: dict[str, int]

    def __post_init__(self) -> None:
        self.names["made"] = 1


class Around:
    """What holds a value class."""

    @value_class.dataclass(frozen=True, slots=True)
    class Inner:
        """A value whose class stands in another one, and which says itself when it is equal."""

        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Around.Inner) and other.name.lower() == self.name.lower()


BOTH = pytest.mark.parametrize("kind", [Own, Theirs])
REFUSED: list[Callable[[Any], object]] = [
    lambda made: made(),
    lambda made: made("a", 1, [], "", 7),
    lambda made: made("a", colour="red"),
    lambda made: made("a", 1, size=2),
]


@BOTH
def test_a_value_says_all_that_it_holds(kind: type[Any]) -> None:
    shown = repr(kind("a", tags=["x"], note="no", last=True))
    assert shown == f"{kind.__name__}(name='a', size=3, tags=['x'], total=7, last=True)"


@BOTH
def test_values_are_equal_where_what_is_compared_is(kind: type[Any]) -> None:
    assert kind("a", 3, note="one") == kind("a", note="two")
    assert kind("a") != kind("a", 4)
    assert kind("a") != ("a", 3, [], "", 7, False)
    other: object = Theirs("a")
    assert Own("a") != other


@BOTH
def test_each_value_gets_a_default_of_its_own(kind: type[Any]) -> None:
    kind("a").tags.append("x")
    assert kind("a").tags == []


@BOTH
def test_a_frozen_value_cannot_be_changed(kind: type[Any]) -> None:
    value = kind("a")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'size'"):
        value.size = 4
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'size'"):
        del value.size
    assert not hasattr(value, "__dict__")


@BOTH
def test_a_value_can_be_copied_and_kept(kind: type[Any]) -> None:
    value = kind("a", 5, ["x"], last=True)
    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 (our own)


@BOTH
@pytest.mark.parametrize("replace", [value_class.replace, dataclasses.replace])
def test_a_value_is_made_after_another(kind: type[Any], replace: Callable[..., Any]) -> None:
    if kind is Own or replace is dataclasses.replace:
        assert replace(kind("a", 5, last=True), name="b") == kind("b", 5, last=True)


@BOTH
@pytest.mark.parametrize("call", REFUSED)
def test_wrong_arguments_are_refused(kind: type[Any], call: Callable[[Any], object]) -> None:
    for _ in range(2 * FEW):
        with pytest.raises(TypeError):
            call(kind)


@BOTH
def test_the_first_values_are_as_those_after_them(kind: type[Any]) -> None:
    values = [kind("a", place, last=True) for place in range(2 * FEW)]
    assert len(set(map(repr, values))) == len(values)
    assert [(each.size, each.tags, each.total, each.last) for each in values] == [
        (place, [], 7, True) for place in range(2 * FEW)
    ]


def test_the_standard_library_reads_the_fields() -> None:
    def told(kind: type[Any]) -> list[tuple[object, ...]]:
        return [(f.name, f.type, f.default, f.init, f.repr, f.compare, f.kw_only) for f in dataclasses.fields(kind)]

    assert told(Own) == told(Theirs)
    assert dataclasses.is_dataclass(Own)
    assert dataclasses.asdict(Own("a")) == dataclasses.asdict(Theirs("a"))
    assert Own.__match_args__ == Theirs.__match_args__


def test_a_value_is_hashed_as_its_fields_are() -> None:
    assert hash(Single(2.5)) == hash((2.5,))
    not_a_number = float("nan")
    assert Single(not_a_number) == Single(not_a_number)
    assert {Single(1.0), Single(1)} == {Single(1)}
    with pytest.raises(TypeError, match="unhashable"):
        hash(Own("a"))
    with pytest.raises(TypeError, match="unhashable"):
        hash(Open())


def test_an_open_value_takes_changes_and_a_remembering_one_remembers() -> None:
    value = Open()
    value.count += 2
    assert value == Open(2)
    remembering = Remembering(4)
    assert remembering.double == 8
    assert remembering == Remembering(4)
    assert vars(remembering)["double"] == 8


def test_a_class_in_a_class_is_found_again_and_may_say_itself_what_is_equal() -> None:
    value = Around.Inner("a")
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 (our own)
    assert repr(value) == "Around.Inner(name='a')"
    assert value == Around.Inner("A")
    assert hash(value) == hash(("a",))


def test_every_value_class_of_the_studio_is_one_to_the_standard_library() -> None:
    """Which refuses defaults that values would share, and fields without a default after one with."""
    root = Path(value_class.__file__).parent
    files = [each for each in root.rglob("*.py") if "from studio.value_class import" in each.read_text("utf-8")]
    names = [".".join(each.relative_to(root.parent).with_suffix("").parts) for each in files]
    modules = [importlib.import_module(name) for name in names]
    found = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    ours = [each for each in found if dataclasses.is_dataclass(each) and not hasattr(each, "__dataclass_params__")]
    assert len(ours) > 100
    for each in ours:
        assert [field.name for field in dataclasses.fields(each)] == list(each.__annotations__)
        assert not any(dataclasses.is_dataclass(base) for base in each.__mro__[1:]), "fields of a base are not taken"


def test_what_follows_the_making_is_run_and_identity_stays() -> None:
    names: dict[str, int] = {}
    one = Unlike(names)
    assert names == {"made": 1}
    assert one != Unlike(names)
    assert len({one, one}) == 1
