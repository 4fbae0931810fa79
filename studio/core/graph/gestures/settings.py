"""What a node lets a person set of its step, and the ensemble's own settings."""

from __future__ import annotations

from studio.core.graph.values import Edit, GraphView


def set_version(view: GraphView, node: int, version: int) -> Edit:
    """Asks for a version of a step's model; -1 is the latest."""
    raise NotImplementedError


def set_namespace(view: GraphView, node: int, namespace: str) -> Edit:
    """Says in which repository a step's model is looked up, where the server has namespaces; "" takes it out."""
    raise NotImplementedError


def set_max_inflight(view: GraphView, most: int) -> Edit:
    """Limits the requests that are inside the ensemble at one time; 0 takes the limit out. Servers since 25.11."""
    raise NotImplementedError
