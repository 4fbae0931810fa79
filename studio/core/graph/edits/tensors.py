"""Gestures on tensors as a whole."""

from __future__ import annotations

from studio.core.failure import CoreError
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.plan import Plan


def rename_tensor(view: GraphView, tensor: str, name: str) -> GraphEdit:
    """Renames a tensor everywhere: in all maps, and where it is an input or output of the ensemble.

    Raises CoreError for a name that another tensor has, or an empty one.
    """
    plan = Plan(view, f"Rename {tensor} to {name}")
    if not name:
        raise CoreError(f"Rename {tensor}", "a tensor needs a name.")
    if name != tensor and plan.is_known(name):
        raise CoreError(f"Rename {tensor} to {name}", "there is a tensor of that name already.", "Choose another name.")
    for port in (*plan.readers(tensor), *plan.writers(tensor)):
        plan.set(port, name)
    config = view.draft.config
    for own in (*config.inputs, *config.outputs):
        if own.name == tensor:
            plan.own[own.path] = name
    return plan.edit()
