"""The text of a saved request: JSON with sorted names, in which a changed value is one line of a difference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_WIDEST = 100
"""Signs of a list on one line; a longer one has a value a line."""


def to_text(tree: Mapping[str, Any]) -> str:
    """The text of a file. What is no number in JSON must be text by now."""
    return f"{_written(tree, '')}\n"


def _written(value: Any, indent: str) -> str:
    if isinstance(value, Mapping) and value:
        inner = indent + "  "
        lines = [f"{inner}{_plain(str(name))}: {_written(each, inner)}" for name, each in sorted(value.items())]
        one = ", ".join(line.strip() for line in lines)
        if indent and "\n" not in one and "{" not in one and len(indent) + len(one) < _WIDEST // 2:
            return f"{{{one}}}"
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and value:
        return _list(value, indent)
    return _plain(list(value) if isinstance(value, tuple) else value)


def _list(values: list[Any] | tuple[Any, ...], indent: str) -> str:
    inner = indent + "  "
    parts = [_written(each, inner) for each in values]
    is_flat = not any(isinstance(each, list | tuple | Mapping) for each in values)
    one = ", ".join(parts)
    if is_flat and len(indent) + len(one) < _WIDEST:
        return f"[{one}]"
    return "[\n" + ",\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}]"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
