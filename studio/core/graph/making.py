"""New ensembles: from nothing, or from models that are wired where names and types fit."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.draft import Draft
from studio.core.graph.models import Resolve


def empty_ensemble(name: str) -> Draft:
    """An ensemble of that name without inputs, outputs and steps."""
    raise NotImplementedError


def ensemble_of(name: str, models: Sequence[str], resolve: Resolve) -> Draft:
    """An ensemble of these models: wired by name and type, what is left over is its inputs and outputs.

    Batches are as large as the smallest model takes. The steps come in the order in which data flows.
    """
    raise NotImplementedError
