"""Where a server's words lead: from the reason why a model did not load to the line that they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.serving.logs.reasons import Reason
from studio.text.tree import Span
from studio.ui.room.place import FilePlace, ModelPlace

if TYPE_CHECKING:
    from studio.app.session import Session


def place_of(session: Session, model: str, reason: Reason) -> ModelPlace | FilePlace:
    """The line of the file that a reason names; the model itself where it names none that is there."""
    folder = session.repository.model(model) if session.repository else None
    if folder is not None and reason.file.endswith(".py"):
        path = folder.path / reason.file
        if path.is_file():
            return FilePlace(path, reason.line)
    draft = session.draft(model)
    if draft is None or not reason.line or reason.file != "config.pbtxt":
        return ModelPlace(model)
    return ModelPlace(model, _line_of(draft.document.text, reason.line))


def _line_of(text: str, line: int) -> Span | None:
    """The characters of a line, from 1; None for one that the text has no longer."""
    lines = text.splitlines(keepends=True)
    if line > len(lines):
        return None
    start = sum(map(len, lines[: line - 1]))
    return Span(start, start + len(lines[line - 1].rstrip()))
