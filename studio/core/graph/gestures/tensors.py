"""Gestures on tensors as a whole."""

from __future__ import annotations

from studio.core.graph.values import Edit, GraphView


def rename_tensor(view: GraphView, tensor: str, name: str) -> Edit:
    """Renames a tensor everywhere: in all maps, and where it is an input or output of the ensemble.

    Raises CoreError for a name that another tensor has, or an empty one.
    """
    raise NotImplementedError
