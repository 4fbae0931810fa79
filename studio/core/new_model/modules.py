"""The modules beside a model's code that it imports, by its syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

from studio.core.files.untrusted import open_plain
from studio.core.python.syntax import LARGEST, syntax_tree


def imported(path: Path) -> list[Path]:
    """The files and packages in the same folder that are imported, directly or by one another."""
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        for name in _names(waiting.pop()):
            for each in (path.parent / f"{name}.py", path.parent / name):
                is_module = each.is_file() or (each / "__init__.py").is_file()
                if is_module and each != path and each not in found:
                    found[each] = None
                    waiting += [each] if each.is_file() else sorted(each.rglob("*.py"))
    return list(found)


def _names(path: Path) -> list[str]:
    """The first word of every module that a file imports. What cannot be read imports nothing."""
    try:
        with open_plain(path) as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            return []
        tree = syntax_tree(data)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module] if node.module else [alias.name for alias in node.names]
    return [name.partition(".")[0] for name in names]
