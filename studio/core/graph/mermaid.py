"""An ensemble as a Mermaid flow chart, for a README."""

from __future__ import annotations

from studio.core.graph.values import GraphView


def mermaid(view: GraphView) -> str:
    """The graph as Mermaid text, steps with model and version, wires with the name of their tensor."""
    raise NotImplementedError
