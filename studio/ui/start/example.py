"""Trying the example: a copy in the studio's data folder, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.app.session import Session


def open_example(session: Session, folder: Path, then: Callable[[Path], object], *, torchscript: bool = False) -> None:
    """Opens the copy that is there, or writes one in a task and opens that."""
    from studio.app import tasks
    from studio.core.files.example import write_example

    models = folder / "models"
    if models.is_dir():
        then(models)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    tasks.run(session, lambda _: write_example(folder, torchscript=torchscript), lambda path: then(path))
