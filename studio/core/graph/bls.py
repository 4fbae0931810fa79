"""An ensemble as a Python model that calls the models of its steps itself (business logic scripting)."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.graph.values import GraphView


@dataclass(frozen=True, slots=True)
class PythonModel:
    """The two files of the model."""

    config: str
    """`config.pbtxt`."""
    source: str
    """`model.py`, for the version folder."""


def bls_model(view: GraphView, name: str) -> PythonModel:
    """A Python model of that name that answers as the ensemble does. Raises CoreError for a graph without an order."""
    raise NotImplementedError
