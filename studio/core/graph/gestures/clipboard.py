"""Copying steps between ensembles: what travels is text of a configuration."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.graph.values import Edit, GraphView


def copy(view: GraphView, nodes: Iterable[int]) -> str:
    """Steps as text that can be pasted, into an editor too, with the comments in them; "" where none is a step."""
    raise NotImplementedError


def paste(view: GraphView, fragment: str, *, keep_incoming: bool = False) -> Edit:
    """Adds copied steps behind the others, the tensors that they write under new names where theirs are taken.

    Wires from outside the fragment are left out, or kept where a tensor of that name is there. Raises CoreError for
    what is no fragment.
    """
    raise NotImplementedError


def duplicate(view: GraphView, nodes: Iterable[int]) -> Edit:
    """Adds the same steps once more, fed from the same tensors."""
    raise NotImplementedError
