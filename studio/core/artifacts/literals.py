"""What expressions of a syntax tree stand for, as far as that can be told without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

_DEEP = 6
_MANY = 256
_STEPS = 50_000


class Names:
    """The values that names are given in some statements: `x = "a"`, `self.x = "a"`, `for x in ["a", "b"]`."""

    def __init__(self, body: Iterable[ast.AST], outer: Names | None = None) -> None:
        self._outer = outer
        self._given: dict[str, list[tuple[ast.expr, bool]]] = {}
        self._steps = _STEPS
        for node in body:
            self._take(node)

    def values(self, node: ast.expr | None, depth: int = _DEEP) -> list[Any] | None:
        """All values that an expression may have; None where they cannot be told."""
        self._steps -= 1
        if node is None or depth < 0 or self._steps < 0:
            return None
        if isinstance(node, ast.Dict):
            return self._dict(node, depth)
        if isinstance(node, ast.List | ast.Tuple):
            return self._list(node.elts, depth)
        name = _name(node)
        if name:
            return self._named(name, depth)
        return _literal(node)

    def text(self, node: ast.expr | None, depth: int = _DEEP) -> list[str]:
        """All texts that an expression may be; none where they cannot be told."""
        return [value for value in self.values(node, depth) or [] if isinstance(value, str)]

    def _take(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._give(target, node.value, each=False)
        elif isinstance(node, ast.AnnAssign) and node.value:
            self._give(node.target, node.value, each=False)
        elif isinstance(node, ast.For | ast.comprehension):
            self._give(node.target, node.iter, each=True)

    def _give(self, target: ast.expr, value: ast.expr, each: bool) -> None:
        name = _name(target)
        if name:
            self._given.setdefault(name, []).append((value, each))

    def _named(self, name: str, depth: int) -> list[Any] | None:
        if name not in self._given and self._outer:
            return self._outer._named(name, depth)
        # A class's own names are reached through an object or the class: `self.x`.
        name = name if name in self._given else name.split(".")[-1]
        if name not in self._given:
            return None
        found: list[Any] = []
        for expression, each in self._given[name]:
            values = self.values(expression, depth - 1)
            flat = list(_each(values)) if each and values else values
            if flat is None or len(found) + len(flat) > _MANY:
                return None
            found += flat
        return found

    def _list(self, elements: list[ast.expr], depth: int) -> list[Any] | None:
        found = [self.values(element, depth - 1) for element in elements[:_MANY]]
        return [[value[0] for value in found if value]] if all(value and len(value) == 1 for value in found) else None

    def _dict(self, node: ast.Dict, depth: int) -> list[Any] | None:
        """A dictionary of texts; what cannot be told in it is None."""
        known: dict[str, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            names = self.text(key, depth - 1)
            told = self.values(value, depth - 1)
            if len(names) == 1:
                known[names[0]] = told[0] if told and len(told) == 1 else None
        return [known]


def _each(values: list[Any]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else ()


def _literal(node: ast.expr) -> list[Any] | None:
    try:
        return [ast.literal_eval(node)]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _name(node: ast.expr) -> str:
    """`x`, or `self.x` and the like; empty for all else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""
