"""One change of several texts of the repository, as one step to undo in each, which can be taken back together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import shiboken6

from studio.app.editing.open_text import OpenText
from studio.app.failure import AppError
from studio.app.repository.holder import Holder
from studio.core.config.draft import Draft


@dataclass(frozen=True, slots=True, eq=False)
class Rewrite:
    """A change of one text: that of a model, or of a file by its path within the repository."""

    name: str
    before: str
    """The text that was looked at: another one is left alone."""
    edit: Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True, eq=False)
class Rewritten:
    """What became of several texts: those that are changed now, and those that were left alone.

    Nothing is saved by it. `late` were changed, closed to the studio or taken away since they were looked at.
    """

    title: str
    texts: tuple[OpenText, ...]
    late: tuple[str, ...]
    made: tuple[Draft, ...]
    """What each of the texts held then."""

    def undo(self) -> None:
        """Takes it back in each text that is still open and in which nothing was done since."""
        for text, after in zip(self.texts, self.made, strict=True):
            # A later change of the text may have the same title.
            if shiboken6.isValid(text) and text.draft is after and text.undo_stack.undoText() == self.title:
                text.undo_stack.undo()


def rewrite(session: Holder, title: str, wanted: Iterable[Rewrite]) -> Rewritten:
    """Makes changes, as one step to undo in each text; not over what was not looked at."""
    texts, late = [], []
    for each in wanted:
        try:
            text = _opened(session, each.name)
        except AppError:
            late.append(each.name)
            continue
        if text.draft.document.text != each.before:
            late.append(each.name)
        elif text.edit(title, each.edit):
            texts.append(text)
    return Rewritten(title, tuple(texts), tuple(late), tuple(text.draft for text in texts))


def _opened(session: Holder, name: str) -> OpenText:
    path = session.files.path_of(name)
    return session.files.open(path) if path is not None else session.open_model(name)
