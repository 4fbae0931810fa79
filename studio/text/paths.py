"""A path of a document in words, for the places where a person or a name needs one."""

from __future__ import annotations

from studio.text.tree import Path


def field_names(path: Path) -> tuple[str, ...]:
    """The names of the fields on a path, without indices: the path of the field in the schema."""
    return tuple(step for step in path if isinstance(step, str))


def dotted(path: Path) -> str:
    """`input.dims` of `("input", 0, "dims")`: the field as documentation names it."""
    return ".".join(field_names(path))


def indexed(path: tuple[object, ...]) -> str:
    """`input[0].dims`: the one place that it is, as messages name it; empty for no path."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def breadcrumb(path: Path) -> str:
    """`input 0 › dims`: the place as a person reads it in a list."""
    words = ""
    for step in path:
        words += f" {step}" if isinstance(step, int) else f" › {step}" if words else step
    return words


def widget_key(path: Path) -> str:
    """`input.0.dims`: the place as the name of a widget."""
    return ".".join(str(step) for step in path)
