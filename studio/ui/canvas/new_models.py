"""Models that are made for a graph: from a template, as a Python model, or as a new ensemble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from studio.app import tasks
from studio.app.session import Session
from studio.core.graph.models import Catalogue
from studio.core.graph.new_ensemble import empty_ensemble, ensemble_of
from studio.core.operations.writing import File


def make_model(session: Session, name: str, files: Iterable[File], then: Callable[[], object] = lambda: None) -> None:
    """Writes a model and offers to load it; `then` comes before the repository is read again."""

    session.folders.make(name, files, then)


def make_ensemble(session: Session, name: str, models: Sequence[str], then: Callable[[], object]) -> None:
    """Writes an ensemble of models, wired where they fit, or an empty one; `then` comes before the folder is read."""
    repository, drafts, profile = session.repository, session.drafts(), session.profile
    if repository is None:
        return

    def work(_: tasks.TaskContext) -> str:
        if not models:
            return empty_ensemble(name).document.text
        return ensemble_of(name, models, Catalogue(repository, drafts, profile)).document.text

    tasks.run(session, work, lambda text: make_model(session, name, [("config.pbtxt", text)], then))
