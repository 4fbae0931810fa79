"""What a section of the form is made of: parts, each a view of one path of the document or of a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.context import FormContext


class FormPart(QWidget):
    """One view of the document that edits it through its context and knows of no other part.

    `paths` are what it stands for, without the index of an element of its own. `whole`: they are out of the form's
    reach without it, with all that is in them; otherwise what lies deeper gets editors of its own. A part that is
    not usual is shown where the file sets something of it, or once it was asked for. Where `needs` names a field,
    the part is shown only while the file has that.
    """

    def __init__(self, context: FormContext, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.paths: tuple[Path, ...] = tuple(paths)
        self.whole = True
        self.is_usual = True
        self.needs: Path = ()

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft; called after every change, so it changes only what differs."""
        raise NotImplementedError

    def show_state(self, draft: Draft) -> None:
        """Shows whether the file sets it; called after `show_draft`."""

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Shows the problems whose paths are nearer to this part than to any other."""

    def reveal(self, path: Path) -> QWidget | None:
        """The control of a path that this part stands for, brought out where it is folded away; it keeps its focus.

        None where the path is not here. The control takes the keyboard itself or by its focus proxy.
        """
        return self if self.nearness(path) else None

    def detail(self, draft: Draft) -> str:
        """A few words for the header of the section."""
        del draft
        return ""

    def applies(self, draft: Draft) -> bool:
        """Whether the part has a place in a configuration like this one."""
        return not self.needs or draft.has(*self.needs)

    def is_set(self, draft: Draft) -> bool:
        """Whether the file sets something of it."""
        return any(draft.has(*path) for path in self.paths)

    def nearness(self, path: Path) -> int:
        """How many steps of a path lead to this part; 0 where it lies elsewhere."""
        return max((len(own) for own in self.paths if path[: len(own)] == own), default=0)


Builder = Callable[[FormContext, QWidget], Iterable[FormPart]]


@dataclass(frozen=True, slots=True)
class Adder:
    """The button at the right of a section's header: what it says to the eye and to a screen reader, and its edit."""

    text: str
    title: str
    change: Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the form.

    `roots` are the fields that belong to it. `build` makes its parts with the widget given as their parent; where it
    is a generator the form takes a few parts a turn of the event loop. Fields of the roots that no part stands for
    get editors from the schema below. A section that is not `usual` is closed until the file sets something of it.
    """

    key: str
    title: str
    roots: tuple[Path, ...]
    build: Builder
    usual: bool = False
    applies: Callable[[Draft], bool] = lambda _draft: True
    add: Adder | None = None
