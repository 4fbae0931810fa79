"""Gestures on the ensemble's own inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.graph.values import Edit, GraphView, PortId


def expose(view: GraphView, port: PortId, name: str = "") -> Edit:
    """Makes a step's input an input of the ensemble, or its output an output, with type and dims of the port.

    The name is the port's, or as near as is free. A tensor that the output is mapped to becomes the ensemble's output
    under its own name.
    """
    raise NotImplementedError


def add_input(view: GraphView, name: str = "", data_type: str = "TYPE_FP32", dims: Sequence[int] = (-1,)) -> Edit:
    """Adds an input to the ensemble that no step uses yet; "" finds a free name."""
    raise NotImplementedError


def add_output(view: GraphView, name: str = "", data_type: str = "TYPE_FP32", dims: Sequence[int] = (-1,)) -> Edit:
    """Adds an output to the ensemble that no step writes yet; "" finds a free name."""
    raise NotImplementedError


def remove_own(view: GraphView, port: PortId) -> Edit:
    """Removes an input or output of the ensemble, with the wires at it."""
    raise NotImplementedError


def move_own(view: GraphView, port: PortId, index: int) -> Edit:
    """Moves an input or output of the ensemble to another place among them."""
    raise NotImplementedError


def retype_own(view: GraphView, port: PortId, data_type: str | None = None, dims: Sequence[int] | None = None) -> Edit:
    """Gives an input or output of the ensemble another data type or other dims; None leaves one as it is."""
    raise NotImplementedError


def set_optional(view: GraphView, port: PortId, optional: bool) -> Edit:
    """Says whether a request may leave an input of the ensemble out."""
    raise NotImplementedError
