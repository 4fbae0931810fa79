"""A `model.py` as its syntax tree tells, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.core.files import open_plain

_LARGEST = 4 << 20
_CLASS = "TritonPythonModel"


@dataclass(frozen=True, slots=True)
class Source:
    """What the tree says. `error` is the one that an import would raise, with its line; "" where it parses.

    `has_class`: None where the name may come from elsewhere (an import of everything, an assignment at run time).
    `raises`: the exception that `initialize` raises whatever happens, and its line. `returns_nothing`:
    `auto_complete_config` ends without giving its configuration back. `may_complete`: whether there is such a method.
    """

    error: str = ""
    line: int = 0
    has_class: bool | None = True
    has_execute: bool = True
    raises: str = ""
    returns_nothing: bool = False
    may_complete: bool = True


_UNKNOWN = Source(has_class=None)


def read_source(path: Path) -> Source:
    """Reads a Python model. What cannot be read says nothing."""
    try:
        with open_plain(path) as file:
            data = file.read(_LARGEST + 1)
    except OSError:
        return _UNKNOWN
    if len(data) > _LARGEST:
        return _UNKNOWN
    return _source(data, path.name)


def _source(data: bytes, name: str) -> Source:
    try:
        with warnings.catch_warnings():
            # Doubtful escapes are the author's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except SyntaxError as error:
        if "null bytes" in str(error.msg):
            return Source(error="ValueError: source code string cannot contain null bytes", line=1)
        line = error.lineno or 0
        kind = type(error).__name__
        return Source(error=f"{kind}: {error.msg} ({name}, line {line})", line=line)
    except (ValueError, RecursionError, MemoryError):
        # NUL bytes, or nesting that this Python does not take and another may.
        return _UNKNOWN
    return _of_tree(tree)


def _of_tree(tree: ast.Module) -> Source:
    stop = next((node for node in tree.body if isinstance(node, ast.Raise)), None)
    if stop is not None:
        return Source(error=f"{_exception(stop)[0] or 'the module raises an exception'}", line=stop.lineno)
    found = next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == _CLASS), None)
    if found is None:
        return Source(has_class=None if _may_define(tree) else False)
    methods = {node.name: node for node in found.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    start = methods.get("initialize")
    complete = methods.get("auto_complete_config")
    raised = _always_raises(start) if start else None
    return Source(
        has_execute="execute" in methods or bool(found.bases) or _assigns(found, "execute"),
        raises=raised[0] if raised else "",
        line=raised[1] if raised else 0,
        returns_nothing=complete is not None and not _gives_back(complete),
        may_complete=complete is not None or bool(found.bases) or _assigns(found, "auto_complete_config"),
    )


def _may_define(tree: ast.Module) -> bool:
    """Whether anything but a plain class statement may bring the class."""
    return any(_names_class(node) for node in ast.walk(tree))


def _names_class(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return any(alias.name == "*" or _CLASS in (alias.name, alias.asname) for alias in node.names)
    if isinstance(node, ast.Name | ast.ClassDef):
        return (node.id if isinstance(node, ast.Name) else node.name) == _CLASS
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value == _CLASS
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "globals")


def _assigns(owner: ast.ClassDef, name: str) -> bool:
    return any(
        isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
        for node in owner.body
    )


def _always_raises(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, int] | None:
    """The text and line of an exception with a fixed message that is the first thing the function does."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    first = body[0] if body else None
    found = _exception(first) if isinstance(first, ast.Raise) else ("", 0)
    return found if found[0] else None


def _exception(raised: ast.Raise) -> tuple[str, int]:
    """The text of an exception with a fixed message, "" for any other, and its line."""
    call = raised.exc
    plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and len(call.args) == 1
    if not plain or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        return "", raised.lineno
    argument = call.args[0]
    text = f"{call.func.id}: {argument.value!s}" if isinstance(argument, ast.Constant) else ""
    return text, raised.lineno


def _gives_back(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether there is a way out of the function that gives something back, or none that can be seen."""
    inner = list(_own(function))
    returns = [node for node in inner if isinstance(node, ast.Return)]
    if any(node.value is not None for node in returns):
        return True
    return any(isinstance(node, ast.Raise | ast.Yield | ast.YieldFrom) for node in inner)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions in it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        yield node
        yield from _own(node)
