"""`NamedTuple` of the standard library, made in a fraction of the time.

Python's own compiles a function for each class and loads `typing`, which took a tenth of the check of one model on the
command line. Here `__new__` is compiled when several values were made. To type checkers the two are the same.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]  # by which `namedtuple` reads its own fields
from collections.abc import Callable, Iterable, Mapping

from studio import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

FEW = 4
"""As many values of a class are made without code of its own: to compile that takes as long as to make a hundred."""
_new = tuple.__new__


def bound(names: Iterable[str], given: tuple[object, ...], named: Mapping[str, object]) -> dict[str, object] | None:
    """The arguments of a call by name; None where there are too many, or one is given twice."""
    placed = dict(zip(names, given, strict=False))
    if len(placed) < len(given) or not placed.keys().isdisjoint(named):
        return None
    return {**placed, **named}


class _Kind(type):
    """The type of such classes: each annotation is a field, and each value of it a default."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Kind:
        body["__slots__"] = ()
        if not any(isinstance(each, _Kind) for each in bases):
            return super().__new__(cls, name, bases, body)
        fields = tuple(body.get("__annotations__", ()))
        defaults = {each: body[each] for each in fields if each in body}
        body |= {each: _tuplegetter(place, "") for place, each in enumerate(fields)}
        body |= {"__match_args__": fields, "_fields": fields}
        made = super().__new__(cls, name, bases, body)
        type.__setattr__(made, "__new__", _first_new(made, fields, defaults))
        return made


class _NamedTuple(tuple, metaclass=_Kind):  # type: ignore[type-arg]  # as the standard library's own
    """What the classes have in common."""

    _fields: tuple[str, ...]

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({said})"

    def __getnewargs__(self) -> tuple[object, ...]:
        return tuple(self)

    def _asdict(self) -> dict[str, object]:
        return dict(zip(self._fields, self, strict=True))

    def _replace(self, **changes: object) -> _NamedTuple:
        return type(self)(**{**self._asdict(), **changes})


def _first_new(kind: type, fields: tuple[str, ...], defaults: Mapping[str, object]) -> Callable[..., object]:
    """What makes the first few values, then compiles the real `__new__` and puts it in its own place."""
    names, left = frozenset(fields), FEW

    def __new__(cls: Any, *given: object, **named: object) -> object:  # noqa: N807 (it stands for that)
        nonlocal left
        left -= 1
        values = bound(fields, given, named) if left >= 0 else None
        if values is not None:
            values = {**defaults, **values}
            if values.keys() == names:
                return _new(cls, [values[each] for each in fields])
        made = _compiled(kind, fields, defaults)
        type.__setattr__(kind, "__new__", made)
        return made(cls, *given, **named)

    return __new__


def _compiled(kind: type, fields: tuple[str, ...], defaults: Mapping[str, object]) -> Callable[..., object]:
    parameters = [f"{name}=_{name}_default" if name in defaults else name for name in fields]
    known: dict[str, Any] = {"_new": _new, **{f"_{name}_default": value for name, value in defaults.items()}}
    values = "".join(f"{name}, " for name in fields)
    source = f"def __new__({', '.join(('_cls', *parameters))}):\n return _new(_cls, ({values}))"
    exec(source, known)  # noqa: S102 (the names of fields that a class of this program annotates)
    made: Callable[..., object] = known["__new__"]
    made.__qualname__ = f"{kind.__qualname__}.__new__"
    return made


if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    NamedTuple = _NamedTuple
