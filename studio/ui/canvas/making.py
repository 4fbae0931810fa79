"""Models that are made for a graph: from a template, as a Python model, or as a new ensemble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.graph.making import empty_ensemble, ensemble_of
from studio.core.graph.models import Catalogue
from studio.core.graph.wiring import Offer
from studio.core.operations.writing import File, write_model

if TYPE_CHECKING:
    from studio.ui.canvas.document import Board


def make_model(
    owner: QObject, session: Session, name: str, files: Iterable[File], then: Callable[[], object] = lambda: None
) -> None:
    """Writes a model in a task, then reads the folder again."""
    repository, there = session.repository, tuple(files)
    if repository is None:
        return

    def made(path: object) -> None:
        notices.post("success", f"The model {name} was made", f"It is in {path}.")
        then()
        session.rescan()

    tasks.run(owner, lambda _: write_model(repository.path, name, there), made, key="make")


def make_offered(board: Board, offer: Offer) -> None:
    """Writes the model of an offer; its step joins once the repository has it."""
    make_model(board, board.session, offer.model, offer.files, lambda: board.do_when_known(offer))


def make_ensemble(session: Session, name: str, models: Sequence[str], then: Callable[[], object]) -> None:
    """Writes an ensemble of models, wired where they fit, or an empty one; `then` comes before the folder is read."""
    repository, drafts, profile = session.repository, session.drafts(), session.profile
    if repository is None:
        return

    def work(_: tasks.TaskContext) -> str:
        if not models:
            return empty_ensemble(name).document.text
        return ensemble_of(name, models, Catalogue(repository, drafts, profile)).document.text

    def composed(text: str) -> None:
        make_model(session, session, name, [("config.pbtxt", text)], then)

    tasks.run(session, work, composed)
