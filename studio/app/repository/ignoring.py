"""Passing over a rule by the file of the repository's project, in a task, with a way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.app import notices, tasks
from studio.core.checking.project.ignoring import ignore, take_back
from studio.core.files.reading import Stamp

if TYPE_CHECKING:
    from studio.app.session import Session


def ignore_rule(session: Session, path: Path, rule: str, reason: str, models: Sequence[str]) -> None:
    """Writes into a `trireme.toml` that a rule is passed over in these models, in all where none is named."""

    def written(done: tuple[bytes | None, Stamp]) -> None:
        where = f"in {', '.join(models)}" if models else "in all models"
        undo = ("Undo", lambda: _undo(session, path, *done))
        notices.post("success", f"{rule} is ignored {where}", f"{path} says so now.", (undo,))
        session.rescan()

    tasks.run(session, lambda _: ignore(path, rule, reason, models), written)


def _undo(session: Session, path: Path, before: bytes | None, stamp: Stamp) -> None:
    tasks.run(session, lambda _: take_back(path, before, stamp), lambda _: session.rescan())
