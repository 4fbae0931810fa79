"""What the dialog for a new model says of a proposal, and where it would put one."""

from __future__ import annotations

from pathlib import Path

from studio.core.files.sizes import size_text
from studio.core.new_model.proposal import Proposal


def outcome(proposal: Proposal, errors: int) -> str:
    """How well it stands, as the role of the words that tell it."""
    guessed = any(port.assumed for port in (*proposal.inputs, *proposal.outputs))
    return "error" if errors else "warn" if guessed else "ok"


def description(proposal: Proposal) -> str:
    """What it is made of, in one line."""
    origin = proposal.origin
    parts = [str(origin) if origin else "Template", proposal.format]
    parts += [f"{name.lower() if name != 'IR version' else 'IR'} {value}" for name, value in proposal.facts[:1]]
    parts += [size_text(proposal.size)] if proposal.size else []
    return "  ·  ".join(parts)


def proposed_repository(proposal: Proposal) -> Path:
    """Where to propose a repository where none is open: beside the file."""
    origin = proposal.origin
    return (origin.parent if origin else Path.home()) / "model_repository"
