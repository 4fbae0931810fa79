"""What a node lets a person set of its step, and the ensemble's own settings."""

from __future__ import annotations

from studio.core.graph.edits.steps import step_node
from studio.core.graph.graph import GraphEdit, GraphView
from studio.core.graph.maps import SCHEDULING
from studio.core.graph.plan import edit_of


def set_version(view: GraphView, node: int, version: int) -> GraphEdit:
    """Asks for a version of a step's model; -1 is the latest."""
    return _set(view, node, "model_version", version, f"version {version}" if version >= 0 else "the latest version")


def set_namespace(view: GraphView, node: int, namespace: str) -> GraphEdit:
    """Says in which repository a step's model is looked up, where the server has namespaces; "" takes it out."""
    return _set(view, node, "model_namespace", namespace or None, f"namespace {namespace or 'none'}")


def set_max_inflight(view: GraphView, most: int) -> GraphEdit:
    """Limits the requests that are inside the ensemble at one time; 0 takes the limit out. Servers since 25.11."""
    path = (SCHEDULING, "max_inflight_requests")
    return edit_of(view, f"Set max_inflight_requests to {most}", lambda draft: draft.set(*path, most or None))


def _set(view: GraphView, node: int, field: str, value: object, title: str) -> GraphEdit:
    step = view.steps[step_node(view, node).index]
    return edit_of(view, f"Set {step.model_name} to {title}", lambda draft: draft.set(*step.path, field, value))
