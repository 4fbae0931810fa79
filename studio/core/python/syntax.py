"""The syntax tree of a `model.py`, for texts of a size that people write."""

from __future__ import annotations

import warnings
from _thread import allocate_lock  # without the rest of `threading`

from studio import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

LARGEST = 256 << 10
"""Bytes. Reading a larger one would stop every thread, the window's too, for longer than a person should notice."""

# Two threads that parse at a time fail in this Python with "AST constructor recursion depth mismatch".
_one_at_a_time = allocate_lock()


def syntax_tree(source: bytes | str) -> ast.Module:
    """Raises SyntaxError, ValueError, RecursionError or MemoryError for what is no Python text or nested too deep."""
    with _one_at_a_time, warnings.catch_warnings():
        # Doubtful escapes are the author's business.
        warnings.simplefilter("ignore")
        # Loaded with the first `model.py`: of the checks of one model, few need it.
        import ast

        return ast.parse(source)


def compiles(tree: ast.Module, name: str) -> None:
    """Raises SyntaxError for faults that show only now, a return outside of a function say. Nothing is run by this."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(tree, name, "exec", dont_inherit=True)
