"""What a function of a `model.py` surely does, statement by statement. Nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from studio.core.artifacts.literals import Names
from studio.value_class import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
_KEPT_APART = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_PLAIN_VALUES = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.JoinedStr, ast.DictComp, ast.ListComp)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method of the configuration. `value` is its argument, None where it cannot be told.

    `is_whole`: for a dictionary, whether all its keys are known.
    """

    method: str
    value: object
    line: int
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class RaisedError:
    """An exception: its type and text as a traceback ends."""

    text: str
    line: int


def own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, _KEPT_APART):
            yield node
            yield from own(node)


def events(function: Function, outer: Names | None = None) -> tuple[Call | RaisedError, ...]:
    """What happens on every way through the function, in order, up to the first statement that may end it early."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    name = parameters[-1].arg if parameters else ""
    walk = _Walk(name, Names(own(function), outer), _changed(function))
    return tuple(walk.through(function.body))


def gives_back(function: Function) -> bool:
    """Whether there is a way out of the function that may give the configuration back, or none that can be seen."""
    if isinstance(function, ast.AsyncFunctionDef):
        return False
    inner = list(own(function))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inner):
        return False
    returns = [node.value for node in inner if isinstance(node, ast.Return)]
    if any(value is not None and not _is_plain(value) for value in returns):
        return True
    return not returns and any(isinstance(node, ast.Raise) for node in inner)


def raised(node: ast.Raise | ast.Assert) -> RaisedError:
    """The exception of a statement that raises one."""
    if isinstance(node, ast.Assert):
        return RaisedError(f"AssertionError: {_message([node.msg] if node.msg else [])}", node.lineno)
    cause = node.exc
    if cause is None:
        return RaisedError("RuntimeError: No active exception to reraise", node.lineno)
    kind = _last_name(cause.func if isinstance(cause, ast.Call) else cause)
    given = cause.args if isinstance(cause, ast.Call) else []
    text = _message(given)
    if kind == "KeyError" and len(given) == 1:
        text = repr(text)
    return RaisedError(f"{kind or 'Exception'}: {text}", node.lineno)


def _message(given: list[ast.expr]) -> str:
    """The text of an exception as the server prints it; an ellipsis where it is put together at run time."""
    if not given:
        return "<EMPTY MESSAGE>"
    known = [_constant(each) for each in given]
    if any(each is None for each in known):
        return "…"
    text = str(known[0]) if len(known) == 1 else str(tuple(known))
    return text.replace("\n", "\\n")


def _constant(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_plain(value: ast.expr) -> bool:
    """Whether an expression is surely no configuration."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr == "as_dict"
    return isinstance(value, _PLAIN_VALUES)


def _changed(function: Function) -> frozenset[str]:
    """Names of dictionaries that are not only written once: what they hold in the end is not known."""
    stores = [node for node in own(function) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)]
    names = [node.value.id for node in stores if isinstance(node.value, ast.Name)]
    given = [node.targets[0] for node in own(function) if isinstance(node, ast.Assign) and len(node.targets) == 1]
    known = [node.id for node in given if isinstance(node, ast.Name)]
    return frozenset([*names, *(name for name in known if known.count(name) > 1)])


class _Walk:
    """Goes through statements. `config` is the name of the configuration's parameter."""

    def __init__(self, config: str, names: Names, changed: frozenset[str]) -> None:
        self._config = config
        self._names = names
        self._changed = changed
        self._ended = False

    def through(self, body: Iterable[ast.stmt]) -> Iterator[Call | RaisedError]:
        """The events of statements in order."""
        for node in body:
            if self._ended:
                return
            yield from self._statement(node)

    def _statement(self, node: ast.stmt) -> Iterator[Call | RaisedError]:
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Assert) and _constant(node.test) is False):
            self._ended = True
            yield raised(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from self._call(node.value)
        elif isinstance(node, ast.With) or (isinstance(node, ast.For) and self._is_simple(node)):
            yield from self.through(node.body)
        else:
            self._ended = isinstance(node, ast.Return) or self._may_end(node)

    def _is_simple(self, node: ast.For) -> bool:
        """Whether the body runs for each of the values that are known, and does nothing but calls."""
        known = self._names.values(node.target) if isinstance(node.target, ast.Name) else None
        return bool(known) and all(isinstance(each, ast.Expr) for each in node.body)

    def _may_end(self, node: ast.stmt) -> bool:
        rebinds = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
        leaves = any(isinstance(each, ast.Return) for each in own(node))
        return leaves or any(each.id == self._config for each in rebinds)

    def _call(self, call: ast.Call) -> Iterator[Call]:
        func = call.func
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
            return
        if func.value.id != self._config:
            return
        argument = call.args[0] if call.args else next((each.value for each in call.keywords), None)
        for value, is_whole in self._arguments(argument):
            yield Call(func.attr, value, call.lineno, is_whole)

    def _arguments(self, node: ast.expr | None) -> list[tuple[object, bool]]:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
            if node.args or any(each.arg is None for each in node.keywords):
                return [(None, False)]
            made = ast.Dict([ast.Constant(str(each.arg)) for each in node.keywords], [e.value for e in node.keywords])
            node = ast.copy_location(made, node)
        values = self._names.values(node)
        if not values:
            return [(None, False)]
        is_whole = not (isinstance(node, ast.Name) and node.id in self._changed)
        return [(value, is_whole and self._is_whole(node)) for value in values]

    def _is_whole(self, node: ast.expr | None) -> bool:
        return not isinstance(node, ast.Dict) or all(isinstance(key, ast.Constant) for key in node.keys)


def refused_arguments(function: Function, given: int, bound: int) -> str:
    """Why a method cannot be called with that many arguments, `bound` of which it gets of itself; "" where it can."""
    known = function.args
    names = [each.arg for each in (*known.posonlyargs, *known.args)]
    required = len(names) - len(known.defaults)
    start = f"TypeError: TritonPythonModel.{function.name}()"
    count = given + bound
    if count < required:
        missing = [f"'{name}'" for name in names[count:required]]
        words = " and ".join([", ".join(missing[:-1]), missing[-1]] if len(missing) > 1 else missing)
        return f"{start} missing {len(missing)} required positional argument{_s(len(missing))}: {words}"
    if known.vararg is None and count > len(names):
        takes = f"takes {len(names)} positional argument{_s(len(names))}"
        if known.defaults:
            takes = f"takes from {required} to {len(names)} positional arguments"
        return f"{start} {takes} but {count} {'was' if count == 1 else 'were'} given"
    return ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"
