"""A `model.py` as its syntax tree tells, never run."""

from __future__ import annotations

import ast
from pathlib import Path

from studio.core.artifacts.literals import Names
from studio.core.files.bounds import EVERYWHERE, Bounds
from studio.core.files.untrusted import open_plain
from studio.core.python.flow import Call, Function, RaisedError, events, gives_back, own, raised, refused_arguments
from studio.core.python.syntax import LARGEST, compiles, syntax_tree
from studio.value_class import dataclass

_CLASS = "TritonPythonModel"


@dataclass(frozen=True, slots=True)
class Source:
    """What the tree says. `error` is the one that an import would raise, with its line; "" where it parses.

    `has_class`: None where the name may come from elsewhere (an import of everything, an assignment at run time).
    `stops`: the module itself raises an exception (`error`) once it is read. `raises`: the exception that `initialize`
    raises whatever happens, and its line, 0 where it is never entered. `completes`: what `auto_complete_config` surely
    does, in order; `returns_nothing`: it ends without giving its configuration back; `refuses`: why it cannot be
    called. `may_complete`: whether there is such a method. `is_unread`: the file is too large to be read.
    """

    error: str = ""
    line: int = 0
    has_class: bool | None = True
    has_execute: bool = True
    stops: bool = False
    raises: str = ""
    completes: tuple[Call | RaisedError, ...] = ()
    returns_nothing: bool = False
    refuses: str = ""
    may_complete: bool = True
    is_unread: bool = False


_UNKNOWN = Source(has_class=None)
_NUL = "source code string cannot contain null bytes"


def read_source(path: Path, bounds: Bounds = EVERYWHERE) -> Source:
    """Reads a Python model. What cannot be read says nothing."""
    try:
        with open_plain(path, bounds) as file:
            data = file.read(LARGEST + 1)
    except OSError:
        return _UNKNOWN
    if len(data) > LARGEST:
        return Source(has_class=None, is_unread=True)
    return _source(data, path.name)


def _source(data: bytes, name: str) -> Source:
    try:
        tree = syntax_tree(data)
        compiles(tree, name)
    except SyntaxError as error:
        if _NUL in str(error.msg):
            return Source(error=f"ValueError: {_NUL}", line=1)
        line = error.lineno or 0
        kind = type(error).__name__
        return Source(error=f"{kind}: {error.msg} ({name}, line {line})", line=line)
    except (ValueError, RecursionError, MemoryError) as error:
        # Python before 3.11.4 refuses NUL bytes so; all else is nesting that this Python does not take and another may.
        return Source(error=f"ValueError: {_NUL}", line=1) if str(error) == _NUL else _UNKNOWN
    return _of_tree(tree)


def _of_tree(tree: ast.Module) -> Source:
    stop = next((node for node in tree.body if isinstance(node, ast.Raise)), None)
    if stop is not None:
        told = raised(stop)
        return Source(error=told.text, line=told.line, stops=True)
    # Of several, the last one stands.
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == _CLASS]
    return _of_class(classes[-1], tree) if classes else Source(has_class=None if _may_define(tree) else False)


def _of_class(found: ast.ClassDef, tree: ast.Module) -> Source:
    methods = {node.name: node for node in found.body if isinstance(node, Function)}
    start, complete = methods.get("initialize"), methods.get("auto_complete_config")
    told = _started(start) if start else RaisedError("", 0)
    shared = Names([*tree.body, *found.body])
    return Source(
        has_execute="execute" in methods or bool(found.bases) or _assigns(found, "execute"),
        raises=told.text,
        line=told.line,
        completes=events(complete, shared) if complete and not isinstance(complete, ast.AsyncFunctionDef) else (),
        returns_nothing=complete is not None and not gives_back(complete),
        refuses=_refused(complete, bound=0) if complete else "",
        may_complete=complete is not None or bool(found.bases) or _assigns(found, "auto_complete_config"),
    )


def _started(function: Function) -> RaisedError:
    """What `initialize` raises on every way through it, as far as its statements tell."""
    refused = _refused(function, bound=1)
    if refused:
        return RaisedError(refused, 0)
    return next((each for each in events(function) if isinstance(each, RaisedError)), RaisedError("", 0))


def _refused(function: Function, bound: int) -> str:
    """Why the server cannot call a method, which it does with one argument."""
    kinds = [each.id if isinstance(each, ast.Name) else "?" for each in function.decorator_list]
    if not kinds:
        return refused_arguments(function, 1, bound)
    if kinds in (["staticmethod"], ["classmethod"]):
        return refused_arguments(function, 1, int(kinds == ["classmethod"]))
    return ""


def _may_define(tree: ast.Module) -> bool:
    """Whether anything but a plain class statement may bring the class."""
    return any(_names_class(node) for node in ast.walk(tree))


def _names_class(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom | ast.Import):
        return any(alias.name == "*" or _CLASS in (alias.name, alias.asname) for alias in node.names)
    if isinstance(node, ast.Name | ast.ClassDef | ast.FunctionDef):
        return (node.id if isinstance(node, ast.Name) else node.name) == _CLASS
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value == _CLASS
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "globals")


def _assigns(owner: ast.ClassDef, name: str) -> bool:
    return any(
        isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
        for node in own(owner)
    )
