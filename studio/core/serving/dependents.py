"""Which ensembles need a model: what a server takes along when that model is unloaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studio.core.config.draft import Draft


def dependents(drafts: Mapping[str, Draft], names: Iterable[str]) -> tuple[str, ...]:
    """The models that need one of these directly or through others, without these themselves, by name."""
    needs = {name: {step.model_name for step in draft.config.steps} for name, draft in drafts.items()}
    given = set(names)
    found: set[str] = set()
    while new := {name for name, needed in needs.items() if needed & (given | found)} - found - given:
        found |= new
    return tuple(sorted(found))
