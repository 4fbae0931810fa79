"""`dataclass`, `field` and `replace` of the standard library, made in a fraction of the time.

Python's own compiles six functions for a frozen class and loads `inspect` for it: half of what it took to check one
model on the command line. Here `__init__` is compiled when several values were made, and the rest is shared. What the
decorator makes is a dataclass to type checkers and to `dataclasses.fields`, `asdict` and `replace` alike. The fields
are those that the class itself annotates: a base with fields of its own is for the standard library's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from reprlib import recursive_repr

from studio import TYPE_CHECKING
from studio.named_tuple import FEW, NamedTuple, bound

if TYPE_CHECKING:
    from typing import Any, NoReturn

_MISSING = object()
_set = object.__setattr__


class _Field(NamedTuple):
    """How a field differs from what its annotation says."""

    default: Any = _MISSING
    default_factory: Any = _MISSING
    init: bool = True
    repr: bool = True
    compare: bool = True
    kw_only: bool = False


class _Description:
    """The fields of a class in the standard library's own words, worked out when something asks for them."""

    def __init__(self, fields: Mapping[str, _Field]) -> None:
        self._fields = fields
        self._twin: Any = None

    def __get__(self, _value: object, owner: type) -> object:
        if self._twin is None:
            import dataclasses

            given = {name: field._asdict() for name, field in self._fields.items()}
            own = {
                name: dataclasses.field(**{key: word for key, word in words.items() if word is not _MISSING})
                for name, words in given.items()
            }
            names = {"__annotations__": owner.__annotations__, "__module__": owner.__module__}
            self._twin = dataclasses.dataclass(type(owner.__name__, (), {**names, **own}))
        return self._twin.__dataclass_fields__


def _dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True) -> Callable[[type], type]:
    def made(cls: type) -> type:
        fields = dict(_fields(cls))
        left = {*fields, "__dict__", "__weakref__"}
        names = {name: value for name, value in vars(cls).items() if name not in left}
        names["__qualname__"] = cls.__qualname__
        if slots:
            names["__slots__"] = tuple(fields)
        else:
            names |= {name: each.default for name, each in fields.items() if each.default is not _MISSING}
        names["__dataclass_fields__"] = _Description(fields)
        names["__init_names__"] = tuple(name for name, each in fields.items() if each.init)
        names["__match_args__"] = tuple(name for name, each in fields.items() if each.init and not each.kw_only)
        _add_methods(names, fields, frozen=frozen, eq=eq)
        if frozen and slots:
            _add_state(names, tuple(fields))
        value_class = type(cls)(cls.__name__, cls.__bases__, names)
        type.__setattr__(value_class, "__init__", _first_init(value_class, fields, frozen=frozen))
        return value_class

    return made


def _fields(cls: type) -> Iterator[tuple[str, _Field]]:
    for name in vars(cls).get("__annotations__", ()):
        given = vars(cls).get(name, _MISSING)
        yield name, given if isinstance(given, _Field) else _Field(given)


def _first_init(cls: type, fields: Mapping[str, _Field], *, frozen: bool) -> Callable[..., None]:
    """What fills the first few values, then compiles the real `__init__` and puts it in its own place."""
    order = [name for name, each in fields.items() if each.init and not each.kw_only]
    left = FEW

    def __init__(self: object, *given: object, **named: object) -> None:  # noqa: N807 (it stands for that)
        nonlocal left
        left -= 1
        if left >= 0 and _is_filled(self, fields, bound(order, given, named)):
            return
        made = _init(cls, fields, frozen=frozen)
        type.__setattr__(cls, "__init__", made)
        made(self, *given, **named)

    return __init__


def _is_filled(value: Any, fields: Mapping[str, _Field], given: dict[str, object] | None) -> bool:
    """Sets the fields of a new value; False where the arguments are wrong, which the real `__init__` says in words."""
    if given is None:
        return False
    for name, each in fields.items():
        if each.init and name in given:
            _set(value, name, given.pop(name))
        elif each.default_factory is not _MISSING:
            _set(value, name, each.default_factory())
        elif each.default is not _MISSING:
            _set(value, name, each.default)
        else:
            return False
    if given:
        return False
    if hasattr(value, "__post_init__"):
        value.__post_init__()
    return True


def _init(cls: type, fields: Mapping[str, _Field], *, frozen: bool) -> Callable[..., None]:
    named = [name for name, each in fields.items() if each.init and each.kw_only]
    order = [name for name, each in fields.items() if each.init and not each.kw_only]
    parameters = ["self", *(_parameter(name, fields[name]) for name in order)]
    if named:
        parameters += ["*", *(_parameter(name, fields[name]) for name in named)]
    body = [_assignment(name, each, frozen=frozen) for name, each in fields.items()]
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    source = f"def __init__({', '.join(parameters)}):\n " + "\n ".join(body or ["pass"])
    known: dict[str, Any] = {"_set": _set, "_missing": _MISSING}
    known |= {f"_{name}_default": each.default for name, each in fields.items()}
    known |= {f"_{name}_factory": each.default_factory for name, each in fields.items()}
    exec(source, known)  # noqa: S102 (the names of fields that a class of this program annotates)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _parameter(name: str, field: _Field) -> str:
    if field.default_factory is not _MISSING:
        return f"{name}=_missing"
    return name if field.default is _MISSING else f"{name}=_{name}_default"


def _assignment(name: str, field: _Field, *, frozen: bool) -> str:
    value = name if field.init else f"_{name}_default"
    if field.default_factory is not _MISSING:
        value = f"_{name}_factory() if {name} is _missing else {name}" if field.init else f"_{name}_factory()"
    return f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}"


def _add_methods(names: dict[str, Any], fields: Mapping[str, _Field], *, frozen: bool, eq: bool) -> None:
    """Adds what a dataclass has and the class does not say itself."""
    shown = tuple(name for name, field in fields.items() if field.repr)

    def __repr__(self: object) -> str:  # noqa: N807
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{type(self).__qualname__}({said})"

    names.setdefault("__repr__", recursive_repr()(__repr__))
    if frozen:
        names["__setattr__"], names["__delattr__"] = _refuse_to_set, _refuse_to_delete
    if eq:
        key = _key(tuple(name for name, field in fields.items() if field.compare))
        # Python itself takes the hash from a class that says when its values are equal.
        if frozen and names.get("__hash__") is None:
            names["__hash__"] = lambda self: hash(key(self))
        names.setdefault("__eq__", _equality(key))


def _key(compared: tuple[str, ...]) -> Callable[[Any], tuple[object, ...]]:
    if len(compared) > 1:
        return attrgetter(*compared)
    return lambda value: tuple(getattr(value, name) for name in compared)


def _equality(key: Callable[[Any], object]) -> Callable[[object, object], bool]:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        return key(self) == key(other) if type(other) is type(self) else NotImplemented

    return __eq__


def _add_state(names: dict[str, Any], stored: tuple[str, ...]) -> None:
    """Lets values be copied and pickled, which would otherwise set what is frozen."""

    def __getstate__(self: object) -> list[object]:  # noqa: N807
        return [getattr(self, name) for name in stored]

    def __setstate__(self: object, state: list[object]) -> None:  # noqa: N807
        for name, value in zip(stored, state, strict=True):
            _set(self, name, value)

    names.setdefault("__getstate__", __getstate__)
    names.setdefault("__setstate__", __setstate__)


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _replace(value: Any, /, **changes: Any) -> Any:
    for name in value.__init_names__:
        if name not in changes:
            changes[name] = getattr(value, name)
    return type(value)(**changes)


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:
    dataclass, field, replace = _dataclass, _Field, _replace
