"""What the explorer tells of each model, gathered from the session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio.ui.explorer.model import Badges

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.findings import Finding
    from studio.core.repository import ModelFolder
    from studio.core.requests import ModelState


def gather(session: Session, states: dict[str, tuple[ModelState, ...]]) -> dict[str, Badges]:
    """The badges of every model in the repository."""
    repository = session.repository
    if repository is None:
        return {}
    counts = count_findings(session.findings)
    unsaved = {model.name for model in session.unsaved()}
    found = {}
    for folder in repository.models:
        state, reason, serving = _state(states.get(folder.name, ()))
        errors, warnings = counts[folder.name, "error"], counts[folder.name, "warning"]
        named = backend(session, folder)
        found[folder.name] = Badges(named, state, reason, errors, warnings, folder.name in unsaved, serving)
    return found


def count_findings(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How many findings there are by model and severity."""
    return Counter((finding.model, finding.severity.value) for finding in findings)


def backend(session: Session, folder: ModelFolder) -> str:
    """The backend that a model's configuration names, or that its files suggest."""
    draft = session.draft(folder.name)
    if draft is None:
        return folder.backend_hint
    config = draft.config
    if config.is_ensemble:
        return "ensemble"
    return config.backend or config.platform.partition("_")[0] or folder.backend_hint


def _state(rows: tuple[ModelState, ...]) -> tuple[str, str, tuple[int, ...]]:
    """The state that matters most, its reason, and the versions that serve."""
    ready = tuple(int(row.version) for row in rows if row.state == "READY" and row.version.isdigit())
    for wanted in ("LOADING", "UNLOADING", "READY"):
        if any(row.state == wanted for row in rows):
            return wanted, "", ready
    failed = next((row for row in rows if row.reason), rows[0] if rows else None)
    return (failed.state, failed.reason, ()) if failed else ("", "", ())
