"""What the explorer tells of each model, gathered from the session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from studio.core.checking.findings import count_findings
from studio.ui.explorer.model import Badges

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.files.repository import ModelFolder
    from studio.core.inference.requests import ModelState


class KnownBadges(Mapping[str, Badges]):
    """The badges of a repository's models, each worked out when it is asked for."""

    def __init__(self, session: Session, states: Mapping[str, tuple[ModelState, ...]]) -> None:
        self._session = session
        self._states = states
        self._counts = count_findings(session.findings)
        self._unsaved = {model.name for model in session.unsaved()}

    def __getitem__(self, name: str) -> Badges:
        repository = self._session.repository
        folder = repository.model(name) if repository else None
        if folder is None:
            raise KeyError(name)
        return self._badges(folder)

    def __iter__(self) -> Iterator[str]:
        repository = self._session.repository
        return iter([folder.name for folder in repository.models] if repository else ())

    def __len__(self) -> int:
        return len(self._session.repository.models) if self._session.repository else 0

    def _badges(self, folder: ModelFolder) -> Badges:
        name = folder.name
        state, reason, serving = _state(self._states.get(name, ()))
        errors, warnings = self._counts[name, "error"], self._counts[name, "warning"]
        named = backend(self._session, folder)
        return Badges(named, state, reason, errors, warnings, name in self._unsaved, serving)


def backend(session: Session, folder: ModelFolder) -> str:
    """The backend that a model's configuration names, or that its files suggest."""
    draft = session.draft(folder.name)
    if draft is None:
        return folder.backend_hint
    config = draft.config
    if config.is_ensemble:
        return "ensemble"
    return config.named_backend or folder.backend_hint


def _state(rows: tuple[ModelState, ...]) -> tuple[str, str, tuple[int, ...]]:
    """The state that matters most, its reason, and the versions that serve."""
    ready = tuple(int(row.version) for row in rows if row.is_ready and row.version.isdigit())
    for wanted in ("LOADING", "UNLOADING", "READY"):
        if any(row.state == wanted for row in rows):
            return wanted, "", ready
    failed = next((row for row in rows if row.reason), rows[0] if rows else None)
    return (failed.state, failed.reason, ()) if failed else ("", "", ())
