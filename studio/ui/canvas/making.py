"""A model from a template, made in the repository before a step of it joins the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.app import notices, tasks
from studio.app.failure import AppError
from studio.core.graph.wiring import Offer

if TYPE_CHECKING:
    from studio.ui.canvas.board import Board


def make_model(board: Board, offer: Offer) -> None:
    """Writes the files of the offer's model in a task; its step joins once the repository has it."""
    repository = board.session.repository
    if repository is None:
        return
    folder = repository.path / offer.model

    def made(_: None) -> None:
        notices.post("success", f"The model {offer.model} was made", f"It is in {folder}.")
        board.do_when_known(offer)
        board.session.rescan()

    tasks.run(board, lambda _: write_files(folder, offer.files), made, key="make")


def write_files(folder: Path, files: tuple[tuple[str, str], ...]) -> None:
    """Writes a model of files by their paths within its folder. Replaces nothing. Raises AppError."""
    attempted = f"Make the model {folder.name}"
    try:
        folder.mkdir()
        for path, text in files:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    except FileExistsError as error:
        raise AppError(attempted, f"{folder} exists already.", "Rename that model first.") from error
    except OSError as error:
        raise AppError(attempted, f"{error.strerror or error}.", "Check that you may write to the folder.") from error
